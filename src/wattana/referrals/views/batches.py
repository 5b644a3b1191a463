"""Batches for paper: chosen from the outbox, printed with a cover list, accepted at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Forbidden, NotFound, Problem
from wattana.kit.middleware import told
from wattana.referrals.actions import batches as actions
from wattana.referrals.forms import Reason
from wattana.referrals.models import Batch
from wattana.referrals.paper import cover
from wattana.referrals.queries import batches as reads
from wattana.referrals.views.lists import tabs
from wattana.registry.views.steps import data

VIEW, SEND, DECIDE = (
    Permission.REFERRAL_VIEW, Permission.REFERRAL_SEND, Permission.REFERRAL_DECIDE,
)  # fmt: skip


@policy(VIEW)
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """The batches of the viewer's organisation, and drafts that could go together."""
    return _list(request)


@policy(SEND)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Bind the chosen drafts and send them as they were looked at, or say what stands against it.

    Then what was ticked stays ticked, but for drafts that were changed meanwhile.
    """
    chosen: dict[int, int] = {}
    try:
        chosen = dict(_looked_at(one) for one in request.POST.getlist("case"))
        receiver = keys.from_text(request.POST.get("receiver", ""))
        made = actions.create(receiver=receiver, drafts=chosen, by=request.viewer)
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _list(request, chosen, told(problem))
    messages.success(request, gettext("The batch is sent. Print the cover list for signature."))
    return redirect("referrals:batch", made.pk)


def _looked_at(text: str) -> tuple[int, int]:
    key, _, version = text.partition(":")
    return keys.from_text(key), int(version) if version.isdecimal() else -1


def _list(
    request: HttpRequest, chosen: Mapping[int, int] | None = None, problem: str = ""
) -> HttpResponse:
    """`chosen`: what is ticked, with the versions that were looked at; at first all are."""
    viewer = request.viewer
    groups = reads.ready(viewer) if viewer.can(SEND) else []
    rows = [row for group in groups for row in group.rows]
    ticked = {one.id for one in rows if chosen is None or chosen.get(one.id) == one.version}
    context = {
        "page": reads.batches(viewer, request.GET.get("page")),
        "ready": groups,
        "ticked": ticked,
        "may_send": viewer.can(SEND),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "referrals/batches.html", context | tabs(request), status=status)


@policy(VIEW)
@require_safe
def batch(request: HttpRequest, bundle: int) -> HttpResponse:
    """One batch with its cases."""
    found = reads.batch(request.viewer, bundle)
    decides = found.receiver_id == request.viewer.organization_id and request.viewer.can(DECIDE)
    context = {
        "batch": found,
        "items": reads.items(request.viewer, found),
        "decides": decides and found.state == Batch.State.SENT,
    }
    return render(request, "referrals/batch.html", context)


@policy(DECIDE)
@require_POST
def accept(request: HttpRequest, bundle: int) -> HttpResponse:
    """One acceptance for all."""
    try:
        actions.accept(batch=bundle, by=request.viewer)
    except Conflict as problem:
        messages.error(request, told(problem))
    else:
        messages.success(request, gettext("All cases of the batch are received."))
    return redirect("referrals:batch", bundle)


@policy(DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, bundle: int) -> HttpResponse:
    """Ask why first; then every case stands again where it stood."""
    found = reads.batch(request.viewer, bundle)
    form = Reason(data(request))
    if request.method == "POST" and form.is_valid():
        done = form.attempt(actions.reject, batch=bundle, by=request.viewer, **form.cleaned_data)
        if done is not None:
            messages.success(request, gettext("The batch is rejected; its cases went back."))
            return redirect("referrals:batch", bundle)
    context = {"batch": found, "form": form, "about": reads.waiting(request.viewer, found)}
    return render(
        request, "referrals/batch_reject.html", context, status=422 if form.errors else 200
    )


@policy(VIEW)
@require_safe
def cover_list(request: HttpRequest, bundle: int) -> HttpResponse:
    """The cover list with lines for signatures, as PDF."""
    found = reads.batch(request.viewer, bundle)
    paper = cover.cover_list(request.viewer, found)
    audit.record(request.viewer, "batch.print", kind="batch", object_id=found.pk)
    name = f"batch-{found.number}.pdf"
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
