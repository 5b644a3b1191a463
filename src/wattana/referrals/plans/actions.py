"""Plans with goals and visits after the survey: opened, changed, recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment.figures import CAPITALS
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.referrals.models import FollowUp, Goal, Plan
from wattana.referrals.plans.photos import keep
from wattana.registry import access

_MAY = Permission.REFERRAL_SEND
_LATEST = 366  # days ahead that a next date may lie


@transaction.atomic
def open_plan(*, household: int, review_on: dt.date, by: Viewer) -> Plan:
    """Begin a household's plan; whoever opens it looks after it. `Conflict` when one is open."""
    home = access.open_household(by, household, _MAY)
    _require_ahead(review_on)
    if home.plans.filter(closed_on__isnull=True).exists():
        raise Conflict(N_("This household has a plan already. Add to that one."))
    made = Plan.objects.create(
        household=home, organization_id=by.organization_id, owner=by.user_id,
        opened_on=timezone.localdate(), review_on=review_on, created_at=timezone.now(),
    )  # fmt: skip
    _record(by, "plan.open", made)
    return made


@transaction.atomic
def add_goal(
    *, plan: int, capital: str, text: str, doer: str, next_on: dt.date, by: Viewer
) -> Goal:
    """Add an aim in the household's words, with who does it and the next date."""
    found = _plan(by, plan)
    if capital not in CAPITALS:
        raise Invalid(N_("Choose one of the five capitals."))
    if not text:
        raise Invalid(N_("Write what the household wants to reach."))
    _require_ahead(next_on)
    made = Goal.objects.create(plan=found, capital=capital, text=text, doer=doer, next_on=next_on)
    _record(by, "plan.goal", found)
    return made


@transaction.atomic
def settle_goal(*, goal: int, state: str, reason: str = "", by: Viewer) -> Goal:
    """A goal is reached, given up (with the reason) or taken up again."""
    found = Goal.objects.select_for_update().filter(pk=goal).first()
    plan = _plan(by, found.plan_id if found else 0)
    if state not in Goal.State.values:
        raise Invalid(N_("Choose one of the answers of the list."))
    if state == Goal.State.DROPPED and not reason:
        raise Invalid(N_("Write why the goal is given up."))
    found.state, found.reason = state, reason
    found.decided_on = None if state == Goal.State.OPEN else timezone.localdate()
    found.save(update_fields=["state", "reason", "decided_on"])
    _record(by, "plan.goal", plan)
    return found


@transaction.atomic
def review(*, plan: int, review_on: dt.date | None, by: Viewer) -> Plan:
    """Look at the plan again on another day, or close it (None)."""
    found = _plan(by, plan)
    if review_on is None:
        if found.goals.filter(state=Goal.State.OPEN).exists():
            raise Conflict(N_("Some goals are still under way. Say first what became of them."))
        found.closed_on = timezone.localdate()
    else:
        _require_ahead(review_on)
        found.review_on = review_on
    found.save(update_fields=["review_on", "closed_on"])
    _record(by, "plan.review", found)
    return found


@transaction.atomic
def record_follow_up(
    *, household: int, on: dt.date, channel: str, findings: str, next_on: dt.date | None,
    photos: Sequence[tuple[str, bytes]] = (), by: Viewer,
) -> FollowUp:  # fmt: skip
    """Record a visit or a call: what was found, and when somebody comes again.

    `photos` are (name of the file, bytes). Raises `Invalid` for anything else than photos.
    """
    home = access.open_household(by, household, Permission.NEED_REPORT)
    if on > timezone.localdate():
        raise Invalid(N_("This day is in the future."))
    if channel not in FollowUp.Channel.values:
        raise Invalid(N_("Choose one of the answers of the list."))
    if not findings:
        raise Invalid(N_("Write what was found."))
    if next_on is not None:
        _require_ahead(next_on)
    made = FollowUp.objects.create(
        household=home, organization_id=by.organization_id, on=on, channel=channel,
        findings=findings, next_on=next_on, by=by.user_id, recorded_at=timezone.now(),
    )  # fmt: skip
    keep(made, photos)
    audit.record(by, "follow_up.record", kind="household", object_id=home.pk, area=home.area_id)
    return made


def _plan(by: Viewer, key: int) -> Plan:
    """The open plan, locked. Raises `NotFound` also out of scope, `Conflict` when it is closed."""
    found = Plan.objects.select_for_update().filter(pk=key).first()
    if found is None:
        raise NotFound(N_("There is no such plan in your area."))
    access.household(by, found.household_id, _MAY)
    if found.closed_on is not None:
        raise Conflict(N_("This plan is closed. Open a new one."))
    return found


def _require_ahead(day: dt.date) -> None:
    ahead = (day - timezone.localdate()).days
    if not 0 <= ahead <= _LATEST:
        raise Invalid(N_("Choose a day from today to a year ahead."))


def _record(by: Viewer, action: str, plan: Plan) -> None:
    audit.record(
        by, action, kind="household", object_id=plan.household_id, area=plan.household.area_id
    )
