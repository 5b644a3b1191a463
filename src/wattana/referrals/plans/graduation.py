"""When it is proposed that a household leaves: level and income held for some rounds (proposed)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.assessment import explaining
from wattana.assessment import queries as assessment
from wattana.assessment.extract import ACCEPTED
from wattana.assessment.models import HouseholdResult
from wattana.referrals.models import Exit
from wattana.registry.models import Household
from wattana.rules.files import read
from wattana.rules.measures import Measure
from wattana.surveys.models import Visit

_INCOME = "E1"  # net income a person and year; its score is 1 below the poverty line
_PAGE = 50
STANDS = Q(state=Exit.State.PROPOSED) | Q(state=Exit.State.APPROVED, reentered_on__isnull=True)


@dataclass(frozen=True)
class Rule:
    """So many latest rounds at or above `level`, with income at or above the poverty line."""

    rounds: int
    level: int
    status: str


@cache
def rule() -> Rule:
    """The rule of `rulebook/graduation.yaml`. Raises `Invalid` that names file and key."""
    table = read("graduation.yaml")
    found = Rule(
        int(table.number("rounds")),
        int(table.number("level")),
        table.one_of("status", ("stated", "proposed")),
    )
    table.end()
    return found


def candidates(viewer: Viewer, area: str = "") -> list[Household]:
    """Households of the scope for which leaving may be proposed, at most 50, the best first.

    Active, not left yet, level and income held. Raises `Forbidden` without `REFERRAL_SEND`.
    """
    viewer.require(Permission.REFERRAL_SEND)
    run = assessment.current_run()
    if run is None:
        return []
    homes = within(Household.objects.filter(status=Household.Status.ACTIVE), viewer)
    homes = homes.filter(standing_level__gte=rule().level).exclude(
        exits__in=Exit.objects.filter(STANDS)
    )
    if area:
        homes = homes.filter(area_id__startswith=area)
    keys = homes.order_by("-standing_rank", "id").values_list("pk", flat=True)[: 4 * _PAGE]
    held = _levels_held(run.pk, list(keys))
    kept = list(homes.filter(pk__in=held).order_by("-standing_rank", "id"))
    return [one for one in kept if income_held(one.pk)][:_PAGE]


def _levels_held(run: int, keys: Sequence[int]) -> set[int]:
    """Those of `keys` whose latest rounds all stand at or above the level."""
    rows = HouseholdResult.objects.filter(run_id=run, household_id__in=keys)
    latest: dict[int, list[int | None]] = {}
    for key, level in rows.order_by("-year", "-round").values_list("household_id", "level"):
        latest.setdefault(key, []).append(level)
    wanted = rule()
    return {
        key
        for key, levels in latest.items()
        if len(levels) >= wanted.rounds
        and all(one is not None and one >= wanted.level for one in levels[: wanted.rounds])
    }


def income_held(household: int) -> bool:
    """Whether income stood at the poverty line or above in the latest rounds; unknown is no."""
    measure, wanted = assessment.in_force(), rule().rounds
    visits = Visit.objects.filter(household_id=household, status__in=ACCEPTED)
    latest = list(visits.order_by("-year", "-round")[:wanted])
    return len(latest) == wanted and all(
        (_income_score(visit, measure) or 0) > 1 for visit in latest
    )


def _income_score(visit: Visit, measure: Measure) -> float | None:
    reasons = explaining.of_visit(visit, measure)
    return next((one.score for one in reasons if one.code == _INCOME), None)


def holds(household: int) -> bool:
    """Whether leaving may be proposed for one household."""
    run = assessment.current_run()
    return (
        run is not None
        and household in _levels_held(run.pk, [household])
        and income_held(household)
    )
