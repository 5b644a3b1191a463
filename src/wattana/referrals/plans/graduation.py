"""When it is proposed that a household leaves: level and income held for some rounds (proposed)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import GreaterThanOrEqual

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.assessment import explaining
from wattana.assessment import queries as assessment
from wattana.assessment.models import HouseholdResult
from wattana.kit.pages import Page, keyset_page
from wattana.referrals.models import Exit
from wattana.registry.models import Household
from wattana.rules.files import read
from wattana.surveys.access import analysed
from wattana.surveys.models import Visit

_INCOME = "E1"  # net income a person and year; its score is 1 below the poverty line
_PAGE = 50
Row = Mapping[str, Any]
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


@dataclass(frozen=True)
class Candidates:
    """Those of one page for whom leaving may be proposed: whose income held, too."""

    rows: Sequence[Row]
    page: Page[Row]


def candidates(viewer: Viewer, cursor: str | None = None) -> Candidates:
    """Households of the scope for which leaving may be proposed, page by page, the best first.

    Active, not left yet, level and income held. A page looks at the answers of some whose level
    held, so it may name fewer. Raises `Forbidden` without `REFERRAL_SEND`, `Invalid` for a cursor.
    """
    viewer.require(Permission.REFERRAL_SEND)
    run = assessment.current_run_key()
    homes = within(Household.objects.filter(status=Household.Status.ACTIVE), viewer)
    leaving = Exit.objects.filter(STANDS, household=OuterRef("pk"))
    homes = homes.filter(~Exists(leaving), standing_level__gte=rule().level)
    rows = _levels_held(homes, run).values("id", "house_no", "road", "area_id", "standing_rank")
    page = keyset_page(rows, ("-standing_rank", "-id"), cursor, _PAGE)
    held = _income_held([row["id"] for row in page.rows])
    return Candidates([row for row in page.rows if row["id"] in held], page)


def _levels_held(homes: QuerySet[Household], run: int | None) -> QuerySet[Household]:
    """Those whose latest rounds all stand at or above the level; none before the first run."""
    found = HouseholdResult.objects.filter(run=run, household=OuterRef("pk"))
    latest = found.order_by("-year", "-round").values("level")
    for number in range(rule().rounds):  # a round that is not there stands at no level
        level = Subquery(latest[number : number + 1])
        homes = homes.filter(GreaterThanOrEqual(level, rule().level))
    return homes


def _income_held(households: Collection[int]) -> set[int]:
    """Whose income stood at the poverty line or above in the latest rounds; unknown is no."""
    rounds: dict[int, list[Visit]] = defaultdict(list)
    for visit in analysed(households).order_by("-year", "-round"):
        rounds[visit.household_id].append(visit)
    latest = {key: some[: rule().rounds] for key, some in rounds.items()}
    asked = [visit for some in latest.values() for visit in some]
    scores = explaining.scores(asked, assessment.in_force(), _INCOME)
    return {
        key
        for key, some in latest.items()
        if len(some) == rule().rounds and all((scores.get(one.pk) or 0) > 1 for one in some)
    }


def holds(household: int) -> bool:
    """Whether leaving may be proposed for one household."""
    home = Household.objects.filter(pk=household)
    held = _levels_held(home, assessment.current_run_key()).exists()
    return held and household in _income_held([household])
