"""The bottleneck board: where cases wait, how long, whose turn it is; and what was reached."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

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

_YEAR = dt.timedelta(days=365)
_SHORT = ("cases", "late", "at_risk")


@dataclass(frozen=True)
class Waiting:
    """Open cases that wait for one organisation. Days are calendar days in the present state."""

    organization: int
    name: str
    cases: int
    late: int
    at_risk: int
    median_days: int
    longest_days: int
    states: Sequence[tuple[str, int]]  # the most cases first

    @property
    def in_time(self) -> int:
        return self.cases - self.late - self.at_risk


@dataclass(frozen=True)
class Board:
    """Who is waited for, the most late first, then at risk; `without_date`: no clock runs."""

    waiting: Sequence[Waiting]
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


@dataclass(frozen=True)
class Standing:
    """An area in short: open cases now, and how long help took that came within the last year."""

    open: int
    late: int
    at_risk: int
    days: int | None  # the median from need to help, in calendar days


def standing(viewer: Viewer, area: str = "") -> Standing:
    """What other pages say of an area. Raises as `board`."""
    today, rows = moments.today(), _within(viewer, area)
    counts = _counts(today)
    open_now = rows.filter(closed_at__isnull=True)
    found = open_now.aggregate(**{name: counts[name] for name in _SHORT})
    helped = rows.filter(helped_on__range=(today - _YEAR, today))
    return Standing(
        found["cases"], found["late"], found["at_risk"],
        median((days, 1) for days in _days_to_help(helped).values()),
    )  # fmt: skip


def board(viewer: Viewer, area: str = "") -> Board:
    """Open cases of the viewer's organisation and scope, by whose turn and state.

    Raises `Forbidden` without `REFERRAL_BOARD`, `NotFound` for an area beyond the scope.
    """
    found = _counted(_open(viewer, area), moments.today())
    return Board(
        waiting=_waiting(found),
        open=sum(one.cases for one in found),
        late=sum(one.late for one in found),
        at_risk=sum(one.at_risk for one in found),
        escalated=sum(one.escalated for one in found),
        without_date=sum(one.without_date for one in found),
    )


def _open(viewer: Viewer, area: str) -> QuerySet[Referral]:
    return _within(viewer, area).filter(closed_at__isnull=True)


def _within(viewer: Viewer, area: str) -> QuerySet[Referral]:
    viewer.require(Permission.REFERRAL_BOARD)
    rows = access.visible(viewer)
    if not area:
        return rows
    if not viewer.touches(area):
        raise NotFound(areas.NO_SUCH_AREA, code=area[:12])
    return rows.filter(area_code__startswith=area)


def _counts(today: dt.date) -> dict[str, Count]:
    """What is counted of open cases."""
    return {
        "cases": Count("pk"),
        "late": Count("pk", filter=Q(due_on__lt=today)),
        "at_risk": Count("pk", filter=Q(due_on__gte=today, risk_on__lte=today)),
        "escalated": Count("pk", filter=Q(tier__gt=Referral.Tier.TAMBON)),
        "without_date": Count("pk", filter=Q(due_on__isnull=True)),
    }


@dataclass(frozen=True)
class _Count:
    """Cases that wait for one organisation in one state since one day."""

    acting: int
    state: str
    days: int
    cases: int
    late: int
    at_risk: int
    escalated: int
    without_date: int


def _counted(rows: QuerySet[Referral], today: dt.date) -> list[_Count]:
    found = (
        rows.values_list("sender_id", "receiver_id", "state", "entered_on")
        .annotate(**_counts(today))
        .order_by()
    )
    return [
        _Count(
            receiver if TURN[State(state)] == Side.RECEIVER else sender,
            state, (today - since).days, *counts,
        )
        for sender, receiver, state, since, *counts in found
    ]  # fmt: skip


def _waiting(found: Iterable[_Count]) -> list[Waiting]:
    groups: dict[int, list[_Count]] = defaultdict(list)
    for one in found:
        groups[one.acting].append(one)
    bodies = Organization.objects.in_bulk(groups)
    rows = [_of_one(bodies[key], some) for key, some in groups.items()]
    return sorted(rows, key=lambda one: (-one.late, -one.at_risk, -one.cases, one.name))


def _of_one(body: Organization, some: Sequence[_Count]) -> Waiting:
    states: Counter[str] = Counter()
    for one in some:
        states[one.state] += one.cases
    return Waiting(
        organization=body.pk,
        name=in_language(body),
        cases=sum(one.cases for one in some),
        late=sum(one.late for one in some),
        at_risk=sum(one.at_risk for one in some),
        median_days=median((one.days, one.cases) for one in some) or 0,
        longest_days=max(one.days for one in some),
        states=states.most_common(),
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
    helped = _within(viewer, area).filter(helped_on__range=(first, last))
    days = _days_to_help(helped)
    given = _given(viewer, area).filter(on__range=(first, last))
    confirmed = helped.filter(events__action="confirm").distinct().count()
    return Figures(
        first=first,
        last=last,
        helped=len(days),
        days=median((one, 1) for one in days.values()),
        households=given.values("household").distinct().count(),
        episodes=given.count(),
        satang=given.aggregate(sum=Sum("satang"))["sum"] or 0,
        by_dimension=_by_dimension(given),
        confirmed=confirmed,
        did_not_come=_did_not_come(_within(viewer, area), first, last),
        satisfaction=_satisfaction(_within(viewer, area), first, last),
    )


def _days_to_help(helped: QuerySet[Referral]) -> dict[int, int]:
    """Calendar days from need to its first help, by need."""
    spans = helped.values_list("need_id", "need__found_on", "helped_on")
    soonest: dict[int, int] = {}
    for need, since, on in spans:
        soonest[need] = min((on - since).days, soonest.get(need, 10**6))
    return soonest


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


def _did_not_come(rows: QuerySet[Referral], first: dt.date, last: dt.date) -> int:
    """Cases of which a household said so in those days; such help counts as none."""
    said = rows.filter(events__action="did_not_come", **_between("events__at", first, last))
    return said.distinct().count()


def _satisfaction(rows: QuerySet[Referral], first: dt.date, last: dt.date) -> float | None:
    """The mean of the marks of those days, also of households to whom nothing came."""
    marked = rows.filter(
        confirmations__satisfaction__isnull=False,
        **_between("confirmations__answered_at", first, last),
    )
    sums = marked.aggregate(
        total=Sum("confirmations__satisfaction"), count=Count("confirmations__satisfaction")
    )
    return sums["total"] / sums["count"] if sums["count"] else None


def _between(field: str, first: dt.date, last: dt.date) -> dict[str, dt.datetime]:
    after = moments.begins(last + dt.timedelta(days=1))
    return {f"{field}__gte": moments.begins(first), f"{field}__lt": after}
