"""The desk of those who handle complaints, and who they are."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.grievances import access, queries, words
from wattana.grievances.actions import handlers as naming
from wattana.grievances.actions import steps
from wattana.kernel.problems import Forbidden, NotFound, Problem
from wattana.kit.filters import chosen
from wattana.kit.middleware import told
from wattana.methods.grievance import Needs

HANDLE = Permission.GRIEVANCE_HANDLE


@policy(HANDLE)
@require_safe
def grievances(request: HttpRequest) -> HttpResponse:
    """Complaints that the viewer's office has; an explanation for who is not named."""
    viewer = request.viewer
    if not access.is_handler(viewer):
        return render(request, "grievances/not_named.html")
    box = chosen(request.GET.get("box"), (queries.OPEN, queries.DONE), queries.OPEN)
    found = queries.desk(viewer, box, request.GET.get("page"))
    audit.record(viewer, "grievance.list", kind="grievance", rows=len(found.rows), box=box)
    return render(request, "grievances/list.html", {"found": found, "box": box})


@policy(HANDLE)
@require_safe
def grievance(request: HttpRequest, grievance: int) -> HttpResponse:
    """One complaint with its words; the reading is audited.

    Notices of one that has gone up lead its old office to the list, which says so.
    """
    try:
        return _page(request, grievance)
    except NotFound:
        if not access.gone_up(request.viewer, grievance):
            raise
    messages.info(request, gettext("This complaint has gone up: the office above has it now."))
    return redirect("grievances:list")


@policy(HANDLE)
@require_POST
def step(request: HttpRequest, grievance: int, action: str) -> HttpResponse:
    """Take a step; what was written is kept where it is refused."""
    sent = request.POST
    text = sent.get("version", "")
    version = int(text) if text.isdecimal() else -1
    try:
        steps.take(
            grievance=grievance, action=action, version=version, words=sent.get("words", ""),
            by=request.viewer,
        )  # fmt: skip
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _page(request, grievance, told(problem))
    messages.success(request, gettext("It is done."))
    seen = access.visible(request.viewer).filter(pk=grievance).exists()
    return redirect("grievances:grievance", grievance) if seen else redirect("grievances:list")


@policy(Permission.MEMBERS_MANAGE)
@require_safe
def handlers(request: HttpRequest) -> HttpResponse:
    """Who handles complaints in which office."""
    return render(request, "grievances/handlers.html", {"rows": queries.nameable(request.viewer)})


@policy(Permission.MEMBERS_MANAGE)
@require_POST
def name(request: HttpRequest, member: int) -> HttpResponse:
    """Name a member as handler, or take the task back."""
    if request.POST.get("named") == "no":
        naming.unname(member=member, by=request.viewer)
        messages.success(request, gettext("This member handles no complaints any more."))
    else:
        naming.name(member=member, by=request.viewer)
        messages.success(request, gettext("This member handles complaints now."))
    return redirect("grievances:handlers")


def _page(request: HttpRequest, key: int, problem: str = "") -> HttpResponse:
    found = queries.opened(request.viewer, key)
    audit.record(request.viewer, "grievance.view", kind="grievance", object_id=key)
    context = {
        "found": found,
        "row": found.row,
        "kind": words.kind(found.row.kind),
        "steps": [(one, words.DO[one.action], Needs.WORDS in one.needs) for one in found.steps],
        "problem": problem,
        "typed": request.POST.get("words", ""),
    }
    return render(request, "grievances/grievance.html", context, status=422 if problem else 200)
