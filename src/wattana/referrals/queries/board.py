"""The bottleneck board: where cases wait, how long, whose turn it is; and what was reached."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.scope import after, are_small, in_range
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.kernel.problems import NotFound
from wattana.kit import moments
from wattana.kit.prepared import Given, prepared
from wattana.kit.templatetags.wattana import in_language
from wattana.methods.referral.machine import State
from wattana.referrals import access
from wattana.referrals.models import Assistance, Event, Referral

_YEAR = dt.timedelta(days=365)
_FEW = 5_000  # cases that cost as much as the households of a district
_SHORT = ("cases", "late", "at_risk")
_WHOSE = {**access.GIVEN, "area": CharField(), "after": CharField()}


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
    today, sight = moments.today(), _sight(viewer, area)
    shape, whose = sight.apart()
    asked = {**whose, "area": area, "after": after(area) if area else ""}
    many = _are_many(sight, area)
    ((_, *counts),) = _open_now(shape, bool(area), many, **asked, today=today)
    helped = _helped(shape, bool(area), **asked, first=today - _YEAR, last=today)
    return Standing(*counts, median(helped))


@prepared(**_WHOSE, today=DateField())
def _open_now(
    shape: access.Shape, narrowed: bool, many: bool, *, today: Given, **whose: Any
) -> QuerySet[Referral, Any]:
    """One row: a one, then the counts."""
    rows = _of_given(shape, narrowed, **whose, all_at_once=many)
    rows = rows.filter(closed_at__isnull=True).order_by()
    counts = _counts(today)
    one = rows.annotate(one=Value(1)).values_list("one")
    return one.annotate(**{name: counts[name] for name in _SHORT})


@prepared(**_WHOSE, first=DateField(), last=DateField())
def _helped(
    shape: access.Shape, narrowed: bool, *, first: Given, last: Given, **whose: Any
) -> QuerySet[Referral, Any]:
    rows = _of_given(shape, narrowed, **whose)
    return _days_to_help(rows.filter(helped_on__range=(first, last)))


def _of_given(
    shape: access.Shape, narrowed: bool, *, area: Given, after: Given, all_at_once: bool = False,
    **whose: Any,
) -> QuerySet[Referral]:  # fmt: skip
    rows = access.seen_with(access.Sight.of_given(shape, **whose), all_at_once=all_at_once)
    # Every code is at least "": said so that SQLite takes the index by area, which holds it all.
    condition = in_range(area, after, "area_code") if narrowed else Q(area_code__gte="")
    return rows.filter(condition)


def board(viewer: Viewer, area: str = "") -> Board:
    """Open cases of the viewer's organisation and scope, by whose turn and state.

    Raises `Forbidden` without `REFERRAL_BOARD`, `NotFound` for an area beyond the scope.
    """
    today = moments.today()
    tallies = _tallies(_open(viewer, area), today)
    sums = [sum(column) for column in zip(*(one.counts for one in tallies.values()), strict=True)]
    cases, late, at_risk, escalated, without_date = sums or [0] * len(_counts(today))
    return Board(_waiting(tallies, today), cases, late, at_risk, escalated, without_date)


def _open(viewer: Viewer, area: str) -> QuerySet[Referral]:
    many = _are_many(_sight(viewer, area), area)
    return _within(viewer, area, all_at_once=many).filter(closed_at__isnull=True)


def _are_many(sight: access.Sight, area: str) -> bool:
    """Whether so many cases are open in an area that the households of the scope are better read
    once than asked case by case; those of tambons always are. Only SQLite has to be told."""
    if connection.vendor != "sqlite" or sight.hold_all or are_small(sight.codes):
        return True
    return bool(_beyond_few(bool(area), area=area, after=after(area) if area else ""))


@prepared(area=CharField(), after=CharField())
def _beyond_few(narrowed: bool, *, area: Given, after: Given) -> QuerySet[Referral, Any]:
    rows = Referral.objects.filter(closed_at__isnull=True)
    rows = rows.filter(in_range(area, after, "area_code") if narrowed else Q(area_code__gte=""))
    return rows.order_by("area_code").values_list("area_code")[_FEW : _FEW + 1]


def _within(viewer: Viewer, area: str, *, all_at_once: bool = False) -> QuerySet[Referral]:
    rows = access.seen_with(_sight(viewer, area), all_at_once=all_at_once)
    return rows.filter(in_range(area, after(area), "area_code")) if area else rows


def _sight(viewer: Viewer, area: str) -> access.Sight:
    viewer.require(Permission.REFERRAL_BOARD)
    if area and not (area.isascii() and area.isdecimal() and viewer.touches(area)):
        raise NotFound(areas.NOT_OPEN, code=area[:12])
    return access.sight(viewer)


def _counts(today: dt.date | Given) -> dict[str, Count]:
    """What is counted of open cases, the cases first, by columns of the index alone."""
    return {
        "cases": Count("*"),
        "late": Count("household", filter=Q(due_on__lt=today)),
        "at_risk": Count("household", filter=Q(due_on__gte=today, risk_on__lte=today)),
        "escalated": Count("household", filter=Q(tier__gt=Referral.Tier.TAMBON)),
        "without_date": Count("household", filter=Q(due_on__isnull=True)),
    }


@dataclass
class _Tally:
    """Cases that wait for one organisation. `counts` are those of `_counts`, in their order."""

    counts: list[int]
    states: Counter[str] = field(default_factory=Counter)
    since: Counter[dt.date] = field(default_factory=Counter)


def _tallies(rows: QuerySet[Referral], today: dt.date) -> dict[int, _Tally]:
    """By whose turn it is: one pass over the cases in the order of the index `referral_board`."""
    counts = _counts(today)
    found = rows.values_list("waits_for", "state", "entered_on").annotate(**counts).order_by()
    tallies: dict[int, _Tally] = defaultdict(lambda: _Tally([0] * len(counts)))
    for acting, state, since, *numbers in found:
        one = tallies[acting]
        one.counts = [total + number for total, number in zip(one.counts, numbers, strict=True)]
        one.states[state] += numbers[0]
        one.since[since] += numbers[0]
    return tallies


def _waiting(tallies: Mapping[int, _Tally], today: dt.date) -> list[Waiting]:
    bodies = Organization.objects.in_bulk(tallies)
    rows = [_of_one(bodies[key], one, today) for key, one in tallies.items()]
    return sorted(rows, key=lambda one: (-one.late, -one.at_risk, -one.cases, one.name))


def _of_one(body: Organization, one: _Tally, today: dt.date) -> Waiting:
    cases, late, at_risk, *_ = one.counts
    return Waiting(
        organization=body.pk,
        name=in_language(body),
        cases=cases,
        late=late,
        at_risk=at_risk,
        median_days=median(((today - day).days, n) for day, n in one.since.items()) or 0,
        longest_days=(today - min(one.since)).days,
        states=one.states.most_common(),
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
    rows = _within(viewer, area)
    helped = rows.filter(helped_on__range=(first, last))
    days = list(_days_to_help(helped))
    given = _given(viewer, area).filter(on__range=(first, last))
    by_dimension = _by_dimension(given)
    return Figures(
        first=first,
        last=last,
        helped=sum(count for _, count in days),
        days=median(days),
        households=given.aggregate(count=Count("household", distinct=True))["count"],
        episodes=sum(episodes for _, _, episodes, _ in by_dimension),
        satang=sum(satang for *_, satang in by_dimension),
        by_dimension=by_dimension,
        confirmed=_confirmed(helped),
        did_not_come=_did_not_come(rows, first, last),
        satisfaction=_satisfaction(rows, first, last),
    )


def _days_to_help(helped: QuerySet[Referral]) -> QuerySet[Referral, Any]:
    """Calendar days from needs to their first help, and how many needs waited for so long.

    Which help was the first is asked only of needs that were helped more than once.
    """
    sooner = helped.filter(
        Q(helped_on__lt=OuterRef("helped_on"))
        | Q(helped_on=OuterRef("helped_on"), pk__lt=OuterRef("pk")),
        need=OuterRef("need"),
    )
    firsts = helped.filter(Q(helped_again=False) | ~Exists(sooner)).order_by()
    return firsts.values_list("helped_after").annotate(needs=Count("*"))


def _confirmed(helped: QuerySet[Referral]) -> int:
    """Cases of help to which the household's last word is yes."""
    unreached = Event.objects.filter(action="close_unreached")
    done = helped.filter(state__in=[State.CONFIRMED, State.CLOSED])
    return done.exclude(pk__in=unreached.values("referral")).count()


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
    """Cases of which a household said so in those days and did not take it back."""
    after = Event.objects.filter(
        referral=OuterRef("referral"), version=OuterRef("version") + 1, action="came_after_all"
    )
    said = Event.objects.filter(action="did_not_come", **_between("at", first, last))
    return rows.filter(pk__in=said.exclude(Exists(after)).values("referral")).count()


def _satisfaction(rows: QuerySet[Referral], first: dt.date, last: dt.date) -> float | None:
    """The mean of the marks of those days, also of households to whom nothing came."""
    marked = rows.filter(
        confirmations__satisfaction__isnull=False,
        confirmations__corrected_at__isnull=True,
        **_between("confirmations__answered_at", first, last),
    )
    sums = marked.aggregate(
        total=Sum("confirmations__satisfaction"), count=Count("confirmations__satisfaction")
    )
    return sums["total"] / sums["count"] if sums["count"] else None


def _between(field: str, first: dt.date, last: dt.date) -> dict[str, dt.datetime]:
    after = moments.begins(last + dt.timedelta(days=1))
    return {f"{field}__gte": moments.begins(first), f"{field}__lt": after}
