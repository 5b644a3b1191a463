"""Pages of plans, follow-up visits and exits: small forms about one household."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel.problems import Problem
from wattana.kit import attached, moments
from wattana.kit.middleware import told
from wattana.referrals.forms import Reason
from wattana.referrals.paper import visit as papers
from wattana.referrals.plans import actions, exits, forms, graduation, photos, queries
from wattana.referrals.views.lists import tabs
from wattana.registry import naming, panels
from wattana.registry.forms.base import Form
from wattana.registry.models import Household
from wattana.registry.queries.places import places
from wattana.registry.views.steps import data, form_page, open_household

REPORT, SEND = Permission.NEED_REPORT, Permission.REFERRAL_SEND


@policy(SEND)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Plans to look at again, exits that wait for a second member, households that may leave."""
    viewer = request.viewer
    candidates = graduation.candidates(viewer, request.GET.get("page"))
    to_review, to_decide = queries.to_review(viewer), queries.to_decide(viewer)
    audit.record(viewer, "plan.list", kind="household", rows=len(candidates.rows))
    named = [one.household for one in (*to_review, *to_decide)]
    homes = {home.pk: (home.house_no, home.road, home.area_id) for home in named}
    homes |= {row["id"]: (row["house_no"], row["road"], row["area_id"]) for row in candidates.rows}
    areas = places({code for *_, code in homes.values()})
    context = {
        "to_review": to_review,
        "to_decide": to_decide,
        "candidates": candidates,
        "places": {key: naming.house_at(*home, areas) for key, home in homes.items()},
        "rule": graduation.rule(),
    }
    return render(request, "referrals/plans/list.html", context | tabs(request))


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request: HttpRequest, household: int) -> HttpResponse:
    """Begin a plan."""
    home = open_household(request, household)
    return _asked(
        request, home, forms.NewPlan(data(request)), actions.open_plan, household=home.pk,
        title=_("Begin a plan"), done=gettext("The plan is begun. Add what is to be reached."),
    )  # fmt: skip


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def new_goal(request: HttpRequest, plan: int) -> HttpResponse:
    """Add a goal."""
    found = queries.plan(request.viewer, plan)
    return _asked(
        request, found.household, forms.NewGoal(data(request)), actions.add_goal, plan=found.pk,
        title=_("Add a goal"), done=gettext("The goal is added."),
    )  # fmt: skip


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: HttpRequest, goal: int) -> HttpResponse:
    """Say what became of a goal."""
    found = queries.goal(request.viewer, goal)
    form = forms.SettleGoal(data(request), initial={"state": found.state, "reason": found.reason})
    return _asked(
        request, found.plan.household, form, actions.settle_goal, goal=found.pk,
        title=_("What became of the goal"), intro=found.text,
        done=gettext("It is recorded what became of the goal."),
    )  # fmt: skip


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, plan: int) -> HttpResponse:
    """Look at a plan again later."""
    found = queries.plan(request.viewer, plan)
    return _asked(
        request, found.household, forms.NewPlan(data(request)), actions.review, plan=found.pk,
        title=_("Look at the plan again"), done=gettext("The next date is recorded."),
    )  # fmt: skip


@policy(SEND)
@require_POST
def close_plan(request: HttpRequest, plan: int) -> HttpResponse:
    """End a plan all of whose goals are settled."""
    found = queries.plan(request.viewer, plan)
    try:
        actions.review(plan=found.pk, review_on=None, by=request.viewer)
    except Problem as problem:
        messages.error(request, told(problem))
    else:
        messages.success(request, gettext("The plan is closed."))
    return redirect(_panel(found.household_id))


@policy(REPORT)
@require_safe
def visit_paper(request: HttpRequest, household: int) -> HttpResponse:
    """A paper to take along on a visit, as PDF."""
    home = open_household(request, household)
    content = papers.visit_sheet(request.viewer, home)
    audit.record(
        request.viewer, "follow_up.print", kind="household", object_id=home.pk, area=home.area_id
    )
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="visit.pdf"'},
    )


@policy(REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, household: int) -> HttpResponse:
    """Record a visit or call."""
    home = open_household(request, household)
    form = forms.NewFollowUp(
        data(request), request.FILES or None, initial={"on": moments.today(), "channel": "visit"}
    )
    return _asked(
        request, home, form, actions.record_follow_up, household=home.pk,
        title=_("Record a follow-up visit"), done=gettext("The visit is recorded."),
    )  # fmt: skip


@policy(REPORT)
@require_safe
def photo(request: HttpRequest, photo: int) -> HttpResponse:
    """A photo of a visit, as a download."""
    row, content = photos.open_photo(request.viewer, photo)
    return attached.download(row.pk, row.content_type, content)


@policy(REPORT)
@require_POST
def remove_photo(request: HttpRequest, photo: int) -> HttpResponse:
    """Take a photo back."""
    done = photos.remove(photo=photo, by=request.viewer)
    messages.success(request, gettext("The photo is removed."))
    return redirect(_panel(done.follow_up.household_id))


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_exit(request: HttpRequest, household: int) -> HttpResponse:
    """Propose that the household leaves."""
    home = open_household(request, household)
    return _asked(
        request, home, forms.NewExit(data(request)), exits.propose, household=home.pk,
        title=_("Propose that the household leaves"),
        done=gettext("It is proposed. Another member has to approve it."),
    )  # fmt: skip


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_exit(request: HttpRequest, leaving: int) -> HttpResponse:
    """Approve or reject; never by whoever proposed it."""
    found = queries.exit_(request.viewer, leaving)
    return _asked(
        request, found.household, forms.DecideExit(data(request)), exits.decide, exit_=found.pk,
        title=_("Decide on the exit"), intro=found.evidence, done=gettext("It is decided."),
    )  # fmt: skip


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def reenter(request: HttpRequest, leaving: int) -> HttpResponse:
    """The household comes back."""
    found = queries.exit_(request.viewer, leaving)
    return _asked(
        request, found.household, Reason(data(request)), exits.reenter, exit_=found.pk,
        title=_("The household comes back"), done=gettext("The household is back."),
    )  # fmt: skip


def _asked(
    request: HttpRequest, home: Household, form: Form, action: Callable[..., Any], *, title: Any,
    done: str, intro: str = "", **known: int,
) -> HttpResponse:  # fmt: skip
    """A page with one form, then its action."""
    if request.method == "POST" and form.is_valid():
        made = form.attempt(action, by=request.viewer, **known, **form.cleaned_data)
        if made is not None:
            messages.success(request, done)
            return redirect(_panel(home.pk))
    return form_page(request, home, form, title=title, submit=title, intro=intro)


def _panel(household: int) -> str:
    return panels.address(household, "plan")
