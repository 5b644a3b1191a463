"""What queries of this room return: figures of areas, results of households, reasons of scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from wattana.methods.suppression import sum_withheld

CAPITALS = ("human", "physical", "financial", "natural", "social")
ASPECTS = ("overall", *CAPITALS)
IMPROVED, UNCHANGED, DECLINED = 1, 0, -1


@dataclass(frozen=True, order=True)
class Wave:
    """A survey round: year (CE) and round within it (ปีที่สำรวจ + ครั้งที่สำรวจ)."""

    year: int
    round: int


LATEST = Wave(0, 0)
"""The latest visit of each household, whatever its round."""


@dataclass(frozen=True)
class Figure:
    """Sums over households, of the whole score or of one capital; figures of parts add up."""

    households: int = 0
    scored: int = 0
    total: int = 0  # sum of the scores in millionths
    levels: tuple[int, int, int, int] = (0, 0, 0, 0)  # households at level 1 … 4
    used: int = 0  # indicators with a score
    asked: int = 0  # indicators in all
    improved: int = 0
    unchanged: int = 0
    declined: int = 0
    withheld: bool = False  # too few to publish, or it would give such a figure away
    levels_withheld: bool = False  # the same of a level, for this viewer (`assessment.small`)
    level1_withheld: bool = False  # the same of the lowest level, which is told by itself, too
    changes_withheld: bool = False  # the same of those improved, unchanged or declined

    @property
    def mean(self) -> float | None:
        """Mean score of the households that have one, 1 … 4."""
        return self.total / self.scored / 1_000_000 if self.scored and not self.withheld else None

    @property
    def completeness(self) -> float | None:
        """Share of the indicators that have a score, 0 … 1."""
        return self.used / self.asked if self.asked else None

    @property
    def shares(self) -> tuple[float, float, float, float] | None:
        """Shares of the four levels among the scored households."""
        if not self.scored or self.withheld or self.levels_withheld:
            return None
        one, two, three, four = self.levels
        return one / self.scored, two / self.scored, three / self.scored, four / self.scored

    @property
    def level1_share(self) -> float | None:
        """Share of the lowest level, also where another level may not be told."""
        if not self.scored or self.withheld or self.level1_withheld:
            return None
        return self.levels[0] / self.scored

    @property
    def compared(self) -> int:
        """Households with an earlier round."""
        return self.improved + self.unchanged + self.declined

    @property
    def shown(self) -> Figure:
        """What may leave this room: of a withheld figure only how many households there are."""
        if self.withheld:
            return Figure(
                self.households, self.scored, used=self.used, asked=self.asked, withheld=True,
                levels_withheld=True, level1_withheld=True, changes_withheld=True,
            )  # fmt: skip
        told = self
        if self.levels_withheld:
            told = replace(told, levels=(0 if self.level1_withheld else self.levels[0], 0, 0, 0))
        if self.changes_withheld:
            told = replace(told, improved=0, unchanged=0, declined=0)
        return told

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.households + other.households,
            self.scored + other.scored,
            self.total + other.total,
            tuple(a + b for a, b in zip(self.levels, other.levels, strict=True)),
            self.used + other.used,
            self.asked + other.asked,
            self.improved + other.improved,
            self.unchanged + other.unchanged,
            self.declined + other.declined,
        )


@dataclass(frozen=True)
class AreaFigures:
    """The figures of one area in one wave, as far as the viewer sees it.

    `partial` is true when she sees a part of the area only: the figures are those of her part.
    """

    code: str
    wave: Wave
    figures: Mapping[str, Figure]  # by aspect: "overall" and the five capitals
    partial: bool

    @property
    def overall(self) -> Figure:
        return self.figures["overall"]

    @property
    def capitals(self) -> dict[str, Figure]:
        """Figures of the five capitals in their usual order."""
        return {capital: self.figures[capital] for capital in CAPITALS}


def added(figures: list[Mapping[str, Figure]]) -> dict[str, Figure]:
    """The sums of several areas' figures, aspect by aspect."""
    return {
        aspect: reduce(Figure.__add__, (one[aspect] for one in figures if aspect in one), Figure())
        for aspect in ASPECTS
    }


def joined(parts: Sequence[Mapping[str, Figure]], fewest: int) -> dict[str, Figure]:
    """The sums of an area's parts as they may be shown.

    A sum is withheld when it counts fewer than `fewest` scored households, or would give away a
    withheld part (`methods.suppression`); its distributions when one of a part is.
    """
    found = {}
    for aspect, figure in added(list(parts)).items():
        counts = [(one[aspect].scored, one[aspect].withheld) for one in parts if aspect in one]
        found[aspect] = replace(
            figure,
            withheld=sum_withheld(counts, fewest),
            levels_withheld=any(one[aspect].levels_withheld for one in parts if aspect in one),
            level1_withheld=any(one[aspect].level1_withheld for one in parts if aspect in one),
            changes_withheld=any(one[aspect].changes_withheld for one in parts if aspect in one),
        ).shown
    return found


def by_code(rows: Iterable[Any]) -> dict[str, dict[str, Figure]]:
    """Rows of `AreaFigure` by area and aspect, withheld ones too; each area has all six aspects."""
    found: dict[str, dict[str, Figure]] = defaultdict(lambda: dict.fromkeys(ASPECTS, Figure()))
    for row in rows:
        found[row.code][row.aspect] = Figure(
            row.households,
            row.scored,
            row.total,
            (row.level1, row.level2, row.level3, row.level4),
            row.used,
            row.asked,
            row.improved,
            row.unchanged,
            row.declined,
            row.withheld,
        )
    return found


def summary(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """What a command or a list says of a run: counts, and mean and completeness by aspect."""
    overall = figures["overall"]
    return {
        "households": overall.households,
        "scored": overall.scored,
        "mean": {aspect: _rounded(figures[aspect].mean) for aspect in ASPECTS},
        "levels": {str(level): count for level, count in enumerate(overall.levels, 1)},
        "completeness": {aspect: _rounded(figures[aspect].completeness) for aspect in ASPECTS},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


@dataclass(frozen=True)
class AreaPicture:
    """An area and the areas directly below it, from one run.

    `area` is None when there is no run, or nothing in the area that the viewer may see.
    """

    run_id: int | None
    area: AreaFigures | None
    children: list[AreaFigures]
    waves: list[Wave]  # the waves that the run holds, oldest first


@dataclass(frozen=True)
class InProgress:
    """Work that goes on while the page is shown."""

    kind: str  # snapshot or run
    share: float  # 0 … 1


@dataclass(frozen=True)
class Result:
    """One household's score in one round: of the whole or of one capital."""

    score: float | None  # 1 … 4
    level: int | None  # 1 … 4
    completeness: float  # 0 … 1
    change: int | None  # IMPROVED, UNCHANGED, DECLINED; None without an earlier round


@dataclass(frozen=True)
class HouseholdRound:
    """What the current run found for a household in one round."""

    wave: Wave
    latest: bool
    overall: Result
    capitals: Mapping[str, Result]


@dataclass(frozen=True)
class IndicatorReason:
    """The score of one indicator and why it is so.

    `applies` is false where it does not concern the household; `hidden` where the viewer may not
    see health: then score and reason are withheld.
    """

    code: str  # H1 … S10
    capital: str
    name_th: str
    name_en: str
    score: float | None
    reason_th: str
    reason_en: str
    applies: bool = True
    hidden: bool = False
