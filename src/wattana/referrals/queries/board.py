"""The bottleneck board: where cases wait, how long, whose turn it is; and what was reached."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.kernel.problems import NotFound
from wattana.kit import moments
from wattana.kit.templatetags.wattana import in_language
from wattana.methods.referral.machine import TURN, Side, State
from wattana.referrals import access
from wattana.referrals.models import Assistance, Referral


@dataclass(frozen=True)
class Cell:
    """Cases that wait at one organisation in one state. Days are calendar days in the state."""

    organization: int
    name: str
    state: str
    cases: int
    late: int
    median_days: int
    longest_days: int


@dataclass(frozen=True)
class Board:
    """What waits, the most late first; `without_date` are open cases that no clock holds."""

    cells: Sequence[Cell]
    open: int
    late: int
    at_risk: int
    escalated: int
    without_date: int


@dataclass(frozen=True)
class Figures:
    """What was reached between two days.

    `days` is the median from need to help in calendar days: the headline figure. Households and
    needs are counted once, however many helped; baht are the sum of all episodes.
    """

    first: dt.date
    last: dt.date
    helped: int
    days: int | None
    households: int
    episodes: int
    satang: int
    by_dimension: Sequence[tuple[str, int, int, int]]  # dimension, households, episodes, satang
    confirmed: int
    did_not_come: int
    satisfaction: float | None  # 1 … 5


def board(viewer: Viewer, area: str = "") -> Board:
    """Open cases of the viewer's organisation and scope, by whose turn and state.

    Raises `Forbidden` without `REFERRAL_BOARD`, `NotFound` for an area beyond the scope.
    """
    rows = _open(viewer, area)
    today = moments.today()
    totals = rows.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=today)),
        at_risk=Count("pk", filter=Q(due_on__gte=today, risk_on__lte=today)),
        escalated=Count("pk", filter=Q(tier__gt=Referral.Tier.TAMBON)),
        without_date=Count("pk", filter=Q(due_on__isnull=True)),
    )
    return Board(cells=_cells(rows, today), **totals)


def _open(viewer: Viewer, area: str) -> QuerySet[Referral]:
    viewer.require(Permission.REFERRAL_BOARD)
    rows = access.visible(viewer).filter(closed_at__isnull=True)
    if not area:
        return rows
    if not viewer.touches(area):
        raise NotFound(areas.NO_SUCH_AREA, code=area[:12])
    return rows.filter(area_code__startswith=area)


def _cells(rows: QuerySet[Referral], today: dt.date) -> list[Cell]:
    found = (
        rows.values_list("sender_id", "receiver_id", "state", "entered_on")
        .annotate(cases=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
        .order_by()
    )
    waiting: dict[tuple[int, str], list[tuple[int, int, int]]] = defaultdict(list)
    for sender, receiver, state, day, cases, late in found:
        acting = receiver if TURN[State(state)] == Side.RECEIVER else sender
        waiting[acting, state].append(((today - day).days, cases, late))
    bodies = Organization.objects.in_bulk([key for key, _ in waiting])
    cells = [_cell(bodies[key], state, some) for (key, state), some in waiting.items()]
    return sorted(cells, key=lambda one: (-one.late, -one.median_days, -one.cases, one.name))


def _cell(body: Organization, state: str, some: Sequence[tuple[int, int, int]]) -> Cell:
    return Cell(
        organization=body.pk,
        name=in_language(body),
        state=state,
        cases=sum(cases for _, cases, _ in some),
        late=sum(late for _, _, late in some),
        median_days=median([(days, cases) for days, cases, _ in some]) or 0,
        longest_days=max(days for days, _, _ in some),
    )


def median(weighted: Iterable[tuple[int, int]]) -> int | None:
    """The lower median of values with their counts; None without any."""
    some = sorted(weighted)
    half, seen = (sum(count for _, count in some) + 1) // 2, 0
    for value, count in some:
        seen += count
        if seen >= half > 0:
            return value
    return None


def figures(viewer: Viewer, first: dt.date, last: dt.date, area: str = "") -> Figures:
    """What was reached from `first` to `last`, both included, within the viewer's sight."""
    viewer.require(Permission.REFERRAL_BOARD)
    cases = access.visible(viewer)
    if area:
        if not viewer.touches(area):
            raise NotFound(areas.NO_SUCH_AREA, code=area[:12])
        cases = cases.filter(area_code__startswith=area)
    helped = cases.filter(helped_on__range=(first, last))
    spans = helped.values_list("need_id", "need__found_on").annotate(on=F("helped_on"))
    soonest: dict[int, int] = {}
    for need, since, on in spans:
        soonest[need] = min((on - since).days, soonest.get(need, 10**6))
    given = _given(viewer, area).filter(on__range=(first, last))
    answers = helped.aggregate(
        confirmed=Count("pk", filter=Q(events__action="confirm"), distinct=True),
        did_not_come=Count("pk", filter=Q(events__action="did_not_come"), distinct=True),
    )
    return Figures(
        first=first,
        last=last,
        helped=len(soonest),
        days=median((days, 1) for days in soonest.values()),
        households=given.values("household").distinct().count(),
        episodes=given.count(),
        satang=given.aggregate(sum=Sum("satang"))["sum"] or 0,
        by_dimension=_by_dimension(given),
        satisfaction=_satisfaction(helped),
        **answers,
    )


def _given(viewer: Viewer, area: str) -> QuerySet[Assistance]:
    """Help that the viewer's organisation gave, and all in the areas of her scope."""
    rows = Assistance.objects.filter(voided_at__isnull=True)
    seen = Q(provider_id=viewer.organization_id)
    if viewer.can(Permission.HOUSEHOLD_LIST):
        for code in viewer.areas:
            seen |= Q(area_code__startswith=code)
    return rows.filter(seen, area_code__startswith=area)


def _by_dimension(given: QuerySet[Assistance]) -> list[tuple[str, int, int, int]]:
    rows = given.values_list("dimension").annotate(
        Count("household", distinct=True), Count("pk"), Sum("satang")
    )
    return [
        (one, homes, episodes, satang or 0)
        for one, homes, episodes, satang in rows.order_by("dimension")
    ]


def _satisfaction(helped: QuerySet[Referral]) -> float | None:
    sums = helped.filter(confirmations__satisfaction__isnull=False).aggregate(
        total=Sum("confirmations__satisfaction"), count=Count("confirmations__satisfaction")
    )
    return sums["total"] / sums["count"] if sums["count"] else None
