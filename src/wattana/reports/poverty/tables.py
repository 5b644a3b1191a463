"""The tables of a measure's page: the same rows on the screen and in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from wattana.areas.models import Area
from wattana.assessment.poverty.definitions import GROUPINGS
from wattana.assessment.poverty.figures import (
    CENSORED,
    CONTRIBUTION,
    M0,
    A,
    Estimate,
    H,
    PovertyFigures,
)
from wattana.assessment.poverty.queries import Picture, Question, Step
from wattana.kernel.problems import N_, NotFound
from wattana.kit.cells import harmless
from wattana.reports import names
from wattana.reports.poverty import words
from wattana.rules.poverty import PovertyMeasure

File = list[list[object]]
"""A head and rows for a CSV file."""


@dataclass(frozen=True)
class Row:
    """An area or a group of households, and its figures; None where the run found nobody."""

    code: str
    name: str
    figures: PovertyFigures | None
    area: Area | None = None

    @property
    def cells(self) -> list[tuple[str, str]]:
        """H, A and M0 with their intervals, as they are written."""
        return [
            (
                words.told(key, self.figures, of),
                "" if self.hides else words.spanned(key, of.interval),
            )
            for key, of in self._estimates
        ]

    @property
    def hides(self) -> bool:
        return self.figures is None or self.figures.withheld

    @property
    def _estimates(self):  # type: ignore[no-untyped-def]
        of = self.figures or PovertyFigures(0, 0)
        return [(H, of.H), (A, of.A), (M0, of.M0)]


@dataclass(frozen=True)
class Part:
    """An indicator in the figures of the area."""

    name: str
    title: str
    dimension: str
    weight: Fraction
    uncensored: float
    censored: float
    contribution: float


def area_rows(below: Iterable[Area], picture: Picture) -> list[Row]:
    """The areas below, the highest value of the shown figure first; those without one last."""
    rows = [
        Row(area.code, names.area_name(area), picture.parts.get(area.code), area) for area in below
    ]
    return sorted(rows, key=_highest_first)


def group_rows(picture: Picture, asked: Question) -> list[Row]:
    """The groups of the chosen grouping, in its order."""
    if not asked.grouping:
        return []
    titles = GROUPINGS[asked.grouping].names
    return [Row(name, str(titles[name]), of) for name, of in picture.groups.items()]


def parts(measure: PovertyMeasure, figures: PovertyFigures) -> list[Part]:
    """The indicators of the area in the order of the measure."""
    titles = {one.name: names.said(one.title) for one in measure.dimensions}
    return [
        Part(
            one.name, names.said(one.title), titles[one.dimension], measure.weights[one.name],
            *of,
        )
        for one, *of in zip(
            measure.indicators, figures.uncensored, figures.censored, figures.contribution,
            strict=False,
        )
    ]  # fmt: skip


def by_dimension(measure: PovertyMeasure, of: PovertyFigures) -> list[float]:
    """The part of each dimension in M0."""
    shares = dict.fromkeys((one.name for one in measure.dimensions), 0.0)
    for one, share in zip(measure.indicators, of.contribution, strict=False):
        shares[one.dimension] += share
    return list(shares.values())


def composition(rows: Iterable[Row], measure: PovertyMeasure) -> list[tuple[Row, list[str]]]:
    """The part of each dimension in the M0 of each row, as they are written."""
    return [
        (
            row,
            [words.told(H, row.figures, Estimate(share)) for share in by_dimension(measure, of)],
        )
        for row in rows
        if (of := row.figures)
    ]


def at_cutoffs(curve: Sequence[Step]) -> list[Step]:
    """The curve at every twentieth, for the table below it."""
    return [at_cutoff(curve, number / 20) for number in range(1, 21)]


def at_cutoff(curve: Sequence[Step], k: float) -> Step:
    """The figures of a curve at one cut-off."""
    found = next((step for step in curve if k <= step.k + 1e-9), None)
    return Step(k, found.H, found.M0) if found else Step(k, 0.0, 0.0)


def _highest_first(row: Row) -> tuple[bool, float, str]:
    value = row.figures.shown.value if row.figures else None
    return value is None, -(value or 0), row.code


def file(
    table: str, measure: PovertyMeasure, picture: Picture, asked: Question, below: Iterable[Area]
) -> File:
    """One of the tables for a CSV file. Raises `NotFound` for a table that there is not."""
    makers: dict[str, Callable[[], File]] = {
        "areas": lambda: _file_of(area_rows(below, picture), measure, asked),
        "groups": lambda: _file_of(group_rows(picture, asked), measure, asked),
        "dimensions": lambda: _dimensions_file(area_rows(below, picture), measure),
        "indicators": lambda: _parts_file(measure, picture),
        "curve": lambda: _curve_file(picture),
    }
    if table not in makers:
        raise NotFound(N_("There is no such table. Open the page of the measure again."))
    return makers[table]()


def _file_of(rows: Sequence[Row], measure: PovertyMeasure, asked: Question) -> File:
    """Code, name, numbers, H, A, M0 and where asked a fourth figure, each with its interval."""
    titles = [str(words.TITLES[key]) for key in (H, A, M0)]
    fourth = (
        [words.figure_title(measure, asked)] if asked.figure in (CENSORED, CONTRIBUTION) else []
    )
    head: list[object] = [gettext("Code"), gettext("Name"), gettext("Households"),
                          gettext("Population")]  # fmt: skip
    for title in [*titles, *fourth]:
        head += [
            title,
            gettext("%(figure)s, interval from") % {"figure": title},
            gettext("%(figure)s, interval to") % {"figure": title},
        ]
    head.append(gettext("Withheld"))
    return [head, *[_line(row, fourth=bool(fourth)) for row in rows]]


def _line(row: Row, *, fourth: bool) -> list[object]:
    of = row.figures or PovertyFigures(0, 0)
    line: list[object] = [row.code, harmless(row.name), of.households, of.population]
    for estimate in [of.H, of.A, of.M0, *([of.shown] if fourth else [])]:
        span = estimate.interval
        line += [_number(estimate.value), *([_number(span.low), _number(span.high)] if span
                                            else ["", ""])]  # fmt: skip
    return [*line, 1 if of.withheld else ""]


def _dimensions_file(rows: Sequence[Row], measure: PovertyMeasure) -> File:
    head: list[object] = [
        gettext("Code"), gettext("Name"), *[names.said(one.title) for one in measure.dimensions],
        gettext("Withheld"),
    ]  # fmt: skip
    lines: File = [
        [row.code, harmless(row.name),
         *["" if of.withheld else _number(share) for share in by_dimension(measure, of)],
         1 if of.withheld else ""]
        for row in rows
        if (of := row.figures)
    ]  # fmt: skip
    return [head, *lines]


def _parts_file(measure: PovertyMeasure, picture: Picture) -> File:
    head: list[object] = [
        gettext("Code"), gettext("Indicator"), gettext("Dimension"), gettext("Weight"),
        gettext("Deprived"), gettext("Poor and deprived"), gettext("Part of M0"),
    ]  # fmt: skip
    if picture.area is None:
        return [head]
    return [
        head,
        *[
            [one.name, harmless(one.title), harmless(one.dimension), str(one.weight),
             _number(one.uncensored), _number(one.censored), _number(one.contribution)]
            for one in parts(measure, picture.area)
        ],
    ]  # fmt: skip


def _curve_file(picture: Picture) -> File:
    return [
        ["k", H, M0],
        *[[_number(one.k), _number(one.H), _number(one.M0)] for one in picture.curve],
    ]


def _number(value: float | None) -> float | str:
    """Four decimals; empty where there is none."""
    return "" if value is None else round(value, 4)
