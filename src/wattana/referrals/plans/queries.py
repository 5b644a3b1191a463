"""Reads of plans, follow-up visits and exits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.queries import people
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, NotFound
from wattana.referrals.models import Exit, FollowUp, Goal, Photo, Plan
from wattana.referrals.plans.graduation import STANDS
from wattana.registry.models import Household

_SHOWN = 20
_AHEAD = dt.timedelta(days=14)


@dataclass(frozen=True)
class Story:
    """What the household page shows: the plan, the latest visits, and where leaving stands."""

    home: Household
    plan: Plan | None
    goals: list[Goal]
    owner: str
    follow_ups: list[FollowUp]
    exits: list[Exit]

    @property
    def leaving(self) -> Exit | None:
        """The exit that is proposed, or that holds."""
        standing = (one for one in self.exits if one.reentered_on is None)
        return next((one for one in standing if one.state != Exit.State.REJECTED), None)


def story(viewer: Viewer, home: Household) -> Story:
    """Plan, visits and exits of a household of the viewer's scope. Raises `Forbidden`."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    plan = Plan.objects.filter(household=home, closed_on__isnull=True).first()
    visits = FollowUp.objects.filter(household=home)
    kept = Prefetch("photos", Photo.objects.filter(removed_at__isnull=True).order_by("pk"))
    return Story(
        home=home,
        plan=plan,
        goals=list(plan.goals.order_by("state", "next_on")) if plan else [],
        owner=people([plan.owner]).get(plan.owner, "") if plan else "",
        follow_ups=list(visits.prefetch_related(kept).order_by("-on")[:_SHOWN]),
        exits=list(Exit.objects.filter(household=home).order_by("-proposed_at")),
    )


def plan(viewer: Viewer, key: int) -> Plan:
    """One plan of the scope. Raises `Forbidden`, `NotFound`."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    found = within(Plan.objects.filter(pk=key), viewer, "household__").first()
    if found is None:
        raise NotFound(N_("There is no such plan in your area."))
    return found


def goal(viewer: Viewer, key: int) -> Goal:
    """One goal of the scope. Raises `Forbidden`, `NotFound`."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    rows = Goal.objects.filter(pk=key).select_related("plan")
    found = within(rows, viewer, "plan__household__").first()
    if found is None:
        raise NotFound(N_("There is no such plan in your area."))
    return found


def exit_(viewer: Viewer, key: int) -> Exit:
    """One exit of the scope. Raises `Forbidden`, `NotFound`."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    found = within(Exit.objects.filter(pk=key), viewer, "household__").first()
    if found is None:
        raise NotFound(N_("There is no such proposal in your area."))
    return found


def to_review(viewer: Viewer) -> list[Plan]:
    """Open plans of the scope to look at within two weeks, the most overdue first; at most 20."""
    viewer.require(Permission.HOUSEHOLD_LIST)
    until = timezone.localdate() + _AHEAD
    rows = Plan.objects.filter(closed_on__isnull=True, review_on__lte=until)
    return list(
        within(rows, viewer, "household__").select_related("household").order_by("review_on")[:20]
    )


def to_decide(viewer: Viewer) -> list[Exit]:
    """Exits of the scope that wait for a second member; at most 20, the oldest first."""
    viewer.require(Permission.HOUSEHOLD_LIST)
    rows = Exit.objects.filter(STANDS, state=Exit.State.PROPOSED)
    rows = within(rows, viewer, "household__").select_related("household")
    return list(rows.order_by("proposed_at")[:20])
