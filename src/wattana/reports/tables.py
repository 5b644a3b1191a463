"""The table of the areas below an area: every figure, sortable in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.areas.models import Area
from wattana.assessment.figures import CAPITALS, AreaFigures
from wattana.assessment.intervals import Interval, Intervals
from wattana.kernel.problems import N_, Invalid
from wattana.reports.measures import MEASURES, Measure


@dataclass(frozen=True)
class AreaRow:
    """An area and its figures, None where the run found nothing there.

    `within` names the area above where the rows are of several.
    """

    area: Area
    figures: AreaFigures | None
    intervals: Intervals | None = None
    within: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure as it is written; `note` stands small below it (its interval)."""

    text: str
    note: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class Column:
    """A figure of the table; `largest_first` is the order of the first click on its head."""

    key: str
    title: str | Promise
    value: Callable[[AreaFigures], float | None]
    write: Callable[[float], str]
    largest_first: bool = False
    measure: Measure | None = None

    def of(self, row: AreaRow) -> float | None:
        return self.value(row.figures) if row.figures else None

    def interval(self, row: AreaRow) -> Interval | None:
        return self.measure.interval_of(row.figures, row.intervals) if self.measure else None

    def cell(self, row: AreaRow) -> Cell:
        if self.measure and self.measure.withheld(row.figures):
            return Cell(gettext("withheld"), withheld=True)
        value = self.of(row)
        if value is None:
            return Cell("–")
        interval = self.interval(row)
        return Cell(self.write(value), self.measure.spanned(interval) if self.measure else "")


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _measured(key: str, *, largest_first: bool = False) -> Column:
    measure = MEASURES[key]
    return Column(key, measure.title, measure.of, measure.scale.write, largest_first, measure)


COLUMNS = (
    Column("households", _("Households"), lambda f: f.overall.households, _count, True),
    Column("scored", _("Scored"), lambda f: f.overall.scored, _count, True),
    _measured("score"),
    *[_measured(capital) for capital in CAPITALS],
    _measured("level1", largest_first=True),
    _measured("completeness"),
    _measured("change"),
)
_BY_KEY = {column.key: column for column in COLUMNS}
_SPANNED = [column for column in COLUMNS if column.measure and column.measure.interval]
_LOW, _HIGH = N_("%(figure)s, interval from"), N_("%(figure)s, interval to")


@dataclass(frozen=True)
class Head:
    """The head of a column: what a click sorts by, and how it is sorted now (an ARIA value)."""

    title: str | Promise
    sort: str
    sorted: str  # ascending, descending or empty


def ordered(rows: Sequence[AreaRow], sort: str) -> list[AreaRow]:
    """Rows by a column, "-" before it for the largest first; by code for "". Missing ones last.

    Raises `Invalid` for a column that the table does not have.
    """
    if not sort:
        return sorted(rows, key=lambda row: row.area.code)
    column = _BY_KEY.get(sort.removeprefix("-"))
    if column is None:
        raise Invalid(N_("The table has no column “%(key)s”. Open the page again."), key=sort[:20])
    sign = -1 if sort.startswith("-") else 1

    def place(row: AreaRow) -> tuple[bool, float, str]:
        value = column.of(row)
        return value is None, 0 if value is None else sign * value, row.area.code

    return sorted(rows, key=place)


def columns(shown: str) -> list[Column]:
    """All columns, the one on the map first: on a phone it is the one that is seen."""
    return sorted(COLUMNS, key=lambda column: column.key != shown)


def heads(columns: Sequence[Column], sort: str) -> list[Head]:
    """The heads of columns while the table is sorted by `sort`."""
    return [_head(column, sort) for column in columns]


def _head(column: Column, sort: str) -> Head:
    up, down = column.key, f"-{column.key}"
    if sort == up:
        return Head(column.title, down, "ascending")
    if sort == down:
        return Head(column.title, up, "descending")
    return Head(column.title, down if column.largest_first else up, "")


def cells(columns: Sequence[Column], row: AreaRow) -> list[Cell]:
    """The figures of a row as they are written."""
    return [column.cell(row) for column in columns]


def file_heads() -> list[str]:
    """The heads of the columns of `numbers`."""
    ends = [gettext(end) % {"figure": column.title} for column in _SPANNED for end in (_LOW, _HIGH)]
    return [*[str(column.title) for column in COLUMNS], *ends, gettext("Withheld")]


def numbers(row: AreaRow) -> list[float | str]:
    """The figures of a row for a file: four decimals, empty where there is none.

    After them the ends of the intervals, and whether figures were withheld (1) or not (empty).
    """
    values = [column.of(row) for column in COLUMNS]
    for column in _SPANNED:
        interval = column.interval(row)
        values += [interval.low, interval.high] if interval else [None, None]
    withheld = any(one.measure and one.measure.withheld(row.figures) for one in COLUMNS)
    return [*["" if value is None else round(value, 4) for value in values], 1 if withheld else ""]
