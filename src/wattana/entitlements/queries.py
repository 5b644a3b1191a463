"""Reads of a run of the rights: take-up by area and programme, who misses what."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.lookups import Exact
from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import are_small
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.assessment import queries as assessment
from wattana.assessment.models import Run
from wattana.entitlements.models import Missing, TakeUp
from wattana.entitlements.remedies import Missed
from wattana.entitlements.runs import MEASURE
from wattana.kernel.problems import NotFound
from wattana.kit.filters import area, chosen
from wattana.kit.pages import Count as Counted
from wattana.kit.pages import Page, counted_page
from wattana.kit.unindexed import Unindexed
from wattana.methods.suppression import sum_withheld, withheld_in_tree
from wattana.registry import naming
from wattana.registry.models import Household
from wattana.registry.queries.people import called
from wattana.registry.queries.places import Place, narrowed, places
from wattana.rules import programmes as rulebook
from wattana.rules.programmes import Programme

ORDER = ("-satang_year", "id")
_PROVINCE = 2  # digits of its code


def current_run() -> Run | None:
    """The run whose figures are shown, or None before the first."""
    return assessment.current_run(MEASURE)


def current_run_key() -> int | None:
    """The key of the run whose figures are shown."""
    return assessment.current_run_key(MEASURE)


@dataclass(frozen=True)
class Filters:
    """What the list of missing rights is narrowed to; an empty text narrows nothing."""

    area: str = ""
    programme: str = ""
    agency: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Filters:
        """The filters of an address. Raises `Invalid` for a value that no form offers."""
        given = {field.name: parameters.get(field.name, "").strip() for field in fields(cls)}
        area(given["area"])
        chosen(given["programme"], rulebook.load())
        chosen(given["agency"], agencies())
        return cls(**given)

    @property
    def given(self) -> list[str]:
        """The names of those that narrow."""
        return [field.name for field in fields(self) if getattr(self, field.name)]


def agencies() -> dict[str, Any]:
    """Those who decide on programmes that are on, by id."""
    decide = (one.agencies[0] for one in rulebook.load().values() if one.is_on)
    return {one.id: one for one in decide}


@dataclass(frozen=True, slots=True)
class MissingRow:
    """Who is due what and does not get it."""

    household: int
    person: int | None  # None where it is the household's right
    place: str
    name: str  # of the person; of the head where it is the household's right
    programme: Programme
    satang_year: int
    registration_over: dt.date | None  # the last day known, where nobody can register now

    @property
    def missed(self) -> Missed:
        return self.household, self.person, self.programme.id


@dataclass(frozen=True)
class MissingList:
    """A page of the list; None where there is no run yet."""

    run: Run
    page: Page[Mapping[str, Any]]
    rows: list[MissingRow]
    count: Counted


def missing_list(viewer: Viewer, filters: Filters, cursor: str | None = None) -> MissingList | None:
    """Who of the scope is due what and misses it, the largest amount first.

    What tells of health or disability is left out for who may not see it. Raises `Forbidden`
    without `RIGHTS_VIEW` and `HOUSEHOLD_LIST`.
    """
    viewer.require(Permission.HOUSEHOLD_LIST)
    run = _run(viewer)
    if run is None:
        return None
    rows = _missing(viewer, run, filters)
    columns = ("id", "household_id", "person_id", "programme", "satang_year",
               "household__area_id", "household__house_no", "household__road")  # fmt: skip
    few = are_small(map(len, _reach(viewer, filters.area)))
    page, count = counted_page(rows.values(*columns), ORDER, cursor, gathered=few)
    return MissingList(run, page, _rows(page.rows), count)


def missing_by_area(viewer: Viewer, digits: int) -> list[tuple[Place, int, int]]:
    """(area, missing rights, satang a year) of the scope, the largest amount first."""
    viewer.require(Permission.HOUSEHOLD_LIST)
    run = _run(viewer)
    if run is None:
        return []
    column = {6: "household__tambon", 8: "household__area_id"}[digits]
    found = (
        _missing(viewer, run, Filters())
        .values_list(column)
        .annotate(Count("pk"), Sum("satang_year"))
        .order_by("-satang_year__sum", column)
    )
    rows = list(found)
    named = places({code for code, _, _ in rows})
    return [(named[code], count, satang) for code, count, satang in rows if code in named]


def _run(viewer: Viewer) -> Run | None:
    viewer.require(Permission.RIGHTS_VIEW)
    return current_run()


def _missing(viewer: Viewer, run: Run, filters: Filters) -> QuerySet[Missing, Missing]:
    rows = _within(viewer, run, filters.area)
    if not viewer.can(Permission.SENSITIVE_VIEW):
        rows = rows.filter(sensitive=False)
    if filters.programme:
        rows = rows.filter(programme=filters.programme)
    if filters.agency:
        names = [p.id for p in rulebook.load().values() if p.agencies[0].id == filters.agency]
        rows = rows.filter(programme__in=names)
    return rows


def _within(viewer: Viewer, run: Run, area: str) -> QuerySet[Missing, Missing]:
    """The rows of the scope, of households that are there.

    SQLite is told where to start, as it may have no statistics: for a province with the order of
    the list, which ends after a page; otherwise with the households.
    """
    here = Q(run=run)
    if connection.vendor == "sqlite":
        if _PROVINCE in map(len, _reach(viewer, area)):
            homes = Household.objects.filter(pk=OuterRef("household_id"), status="active")
            return Missing.objects.filter(Exists(narrowed(homes, viewer, area)), here)
        here = Q(Exact(Unindexed(F("run_id"), output_field=BigIntegerField()), run.pk))
    rows = narrowed(Missing.objects.filter(here), viewer, area, "household__")
    return rows.filter(household__status="active")


def _reach(viewer: Viewer, area: str) -> tuple[str, ...]:
    """The viewer's areas inside one; all for ""."""
    return viewer.parts_of(area) if area else viewer.areas


def _rows(found: Iterable[Mapping[str, Any]]) -> list[MissingRow]:
    """With names and places; a programme that the rulebook no longer has is left out."""
    known, today = rulebook.load(), timezone.localdate()
    rows = [one for one in found if one["programme"] in known]
    named = places({one["household__area_id"] for one in rows})
    names = called(rows)
    over = cache(lambda programme: known[programme].registration_over(today))
    return [
        MissingRow(
            household=one["household_id"],
            person=one["person_id"],
            place=naming.house_at(
                one["household__house_no"], one["household__road"], one["household__area_id"], named
            ),
            name=names(one),
            programme=known[one["programme"]],
            satang_year=one["satang_year"],
            registration_over=over(one["programme"]),
        )
        for one in rows
    ]


# --- take-up by area


@dataclass(frozen=True)
class Figures:
    """Sums of take-up of one programme, area or agency; `withheld`: too few to publish."""

    due: int = 0
    received: int = 0
    missing: int = 0
    receipt_unknown: int = 0
    may_apply: int = 0
    unknown: int = 0
    missing_year: int = 0
    withheld: bool = False
    partly: bool = False  # only from this viewer: a part of it is too small, not the whole

    @property
    def share(self) -> float | None:
        """Of those due of whom it is known, the share that receives it."""
        known = self.received + self.missing
        return self.received / known if known and not self.withheld else None


_SUMS = [field.name for field in fields(Figures)][:-2]
_PARTS = ("received", "missing", "receipt_unknown", "may_apply", "unknown")


def of_area(viewer: Viewer, code: str, run: Run) -> dict[str, Figures]:
    """Figures of an area by programme, as far as the viewer sees it.

    Raises `Forbidden` without `RIGHTS_VIEW`, `NotFound`.
    """
    viewer.require(Permission.RIGHTS_VIEW)
    if not viewer.touches(code):
        raise NotFound(areas.NOT_OPEN, code=code[:12])
    return _grouped(
        viewer,
        TakeUp.objects.filter(run=run, code__in=viewer.parts_of(code)),
        lambda row: row.programme,
    )


def below(viewer: Viewer, programme: str, code: str) -> dict[str, Figures]:
    """Figures of one programme in the areas directly below one, as far as the viewer sees them."""
    run = _run(viewer)
    if run is None:
        return {}
    parts, digits = viewer.parts_of(code), len(code) + 2
    rows = TakeUp.objects.filter(run=run, programme=programme)
    if parts == (code,):
        return _grouped(viewer, rows.filter(parent=code), lambda row: row.code)
    return _grouped(viewer, rows.filter(code__in=parts), lambda row: row.code[:digits])


def to_check(viewer: Viewer, programme: str, code: str) -> int | None:
    """Who of an area receives a programme although, by the known facts, she is not due it.

    None where that is nobody, where the viewer does not see the whole area, and where too few are
    concerned or such would follow from other areas. Raises `Forbidden` without `RIGHTS_VIEW`.
    """
    run = _run(viewer)
    if run is None or not viewer.covers(code):
        return None
    return _to_check(run.pk, programme, settings.SMALL_GROUP).get(code)


@lru_cache(maxsize=256)
def _to_check(run: int, programme: str, threshold: int) -> dict[str, int]:
    """By code what may be told; a run never changes."""
    rows = TakeUp.objects.filter(run_id=run, programme=programme)
    found = dict(rows.values_list("code", "received_not_due"))
    hidden = withheld_in_tree({code: [count] for code, count in found.items()}, threshold)
    return {
        code: count
        for code, count in found.items()
        if count >= threshold and 0 not in hidden.get(code, frozenset())
    }


@lru_cache(maxsize=256)
def _small(run: int, programme: str, threshold: int) -> frozenset[str]:
    """Areas of which some number is too small to publish, or follows from other areas'."""
    rows = TakeUp.objects.filter(run_id=run, programme=programme).values_list("code", *_PARTS)
    tree = {code: [sum(parts), *parts] for code, *parts in rows}
    return frozenset(code for code, hidden in withheld_in_tree(tree, threshold).items() if hidden)


def summed(figures: Iterable[Figures]) -> Figures:
    """The sum of several; withheld where it would tell what is withheld of one.

    With a part of which only this viewer is told nothing, always: such sums cross each other.
    """
    parts = list(figures)
    hidden = sum_withheld(
        [(one.due + one.may_apply, one.withheld) for one in parts], settings.SMALL_GROUP
    )
    partly = any(one.partly for one in parts)
    sums = {name: sum(getattr(one, name) for one in parts) for name in _SUMS}
    return Figures(**sums, withheld=hidden or partly, partly=partly)


def _grouped(
    viewer: Viewer, rows: QuerySet[TakeUp, TakeUp], key: Callable[[TakeUp], str]
) -> dict[str, Figures]:
    groups: dict[str, list[Figures]] = defaultdict(list)
    for row in rows:
        partly = not viewer.can(Permission.HOUSEHOLD_LIST) and row.code in _small(
            row.run_id, row.programme, settings.SMALL_GROUP
        )
        sums = {name: getattr(row, name) for name in _SUMS}
        groups[key(row)].append(Figures(**sums, withheld=row.withheld or partly, partly=partly))
    return {
        name: some[0] if len(some) == 1 else summed(some) for name, some in sorted(groups.items())
    }
