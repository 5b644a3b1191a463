"""Reads of poverty: figures of an area, its parts and its groups at any cut-off, in the scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.assessment import storage
from wattana.assessment.models import Run
from wattana.assessment.poverty import cells
from wattana.assessment.poverty.cells import Cell
from wattana.assessment.poverty.counting import PROFILES
from wattana.assessment.poverty.definitions import ALL, GROUPINGS
from wattana.assessment.poverty.figures import (
    CENSORED,
    CONTRIBUTION,
    H,
    PovertyFigures,
    Villages,
)
from wattana.assessment.poverty.frame import PERSONS
from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster import counted
from wattana.methods.suppression import sum_withheld

HOUSEHOLDS = "households"
UNITS = (HOUSEHOLDS, PERSONS)
_NO_INDICATOR = N_("The measure has no indicator “%(name)s”. Choose one from the list.")


@dataclass(frozen=True)
class Question:
    """What is asked of a run: cut-off k (None: the measure's own), unit, group, figure."""

    cutoff: Fraction | None = None
    unit: str = HOUSEHOLDS
    grouping: str = ALL
    group: str = ALL
    figure: str = H
    indicator: str = ""  # or a dimension; for the figures of one


@dataclass(frozen=True)
class Step:
    """The figures at the cut-offs above the step before, up to `k` (0 … 1)."""

    k: float
    H: float
    M0: float


@dataclass(frozen=True)
class Picture:
    """What a run says about an area.

    `parts`: the areas directly below, by code; `groups`: the groups of the chosen grouping, by
    name. `area` is None where the run found nobody. `curve` is empty where it may not be published.
    """

    cutoff: Fraction
    area: PovertyFigures | None
    parts: dict[str, PovertyFigures]
    groups: dict[str, PovertyFigures]
    curve: list[Step]


def picture(viewer: Viewer, run: Run, code: str, asked: Question) -> Picture:
    """The figures of an area, as far as the viewer sees it, and of the areas below.

    Raises `Forbidden` without `AREA_VIEW`, `Invalid` for an indicator or a figure that there is
    not, `Conflict` when the run's files are gone.
    """
    viewer.require(Permission.AREA_VIEW)
    source = _Source(viewer, storage.folder(run), code, asked)
    own = source.villages(asked.grouping, asked.group)
    area = source.of_area(own, asked.grouping, asked.group)
    return Picture(
        cutoff=source.specification.cutoff,
        area=area,
        parts=source.of_parts(own) if area else {},
        groups=source.of_groups() if area and asked.grouping else {},
        curve=source.curve() if area and not area.withheld else [],
    )


class _Source:
    """The files of a run, opened for one question about one area."""

    def __init__(self, viewer: Viewer, folder: Path, code: str, asked: Question) -> None:
        self.viewer = viewer
        self.path = folder / PROFILES
        self.cells = cells.read(folder / cells.CELLS)
        self.code = code
        self.asked = asked
        self.manifest = counted.read_manifest(self.path)
        self.specification = self.manifest.specification
        if asked.cutoff is not None:
            self.specification = self.specification.changed(cutoff=asked.cutoff)
        self.members = _members(self.manifest, asked)

    def villages(self, grouping: str, group: str) -> Villages:
        """The sums of the villages of the area that the viewer sees, for one group."""
        return Villages(
            [counted.totals(one, self.specification) for one in self._profiles(grouping, group)],
            self.specification,
            households=self.asked.unit == HOUSEHOLDS,
        )

    def _profiles(self, grouping: str, group: str) -> list[counted.Profiles]:
        weight = PERSONS if self.asked.unit == PERSONS else None
        return [
            _loaded(self.path, part, weight, grouping if group else ALL, group)
            for part in self.viewer.parts_of(self.code)
        ]

    def of_area(self, own: Villages, grouping: str, group: str) -> PovertyFigures | None:
        if not own.codes:
            return None
        keys = [self.code] * len(own.codes)
        found = own.figures(keys, self.asked.figure, self.members)[self.code]
        return found.hidden() if self._is_withheld(self.code, grouping, group) else found

    def of_parts(self, own: Villages) -> dict[str, PovertyFigures]:
        """The areas below; what lies in no village stays in the area's own figures only."""
        digits = len(self.code) + 2
        keys = [code[:digits] for code in own.codes]
        found = own.figures(keys, self.asked.figure, self.members)
        return {
            code: of.hidden()
            if self._is_withheld(code, self.asked.grouping, self.asked.group)
            else of
            for code, of in found.items()
            if digits <= len(own.codes[0]) and not code.endswith("00")
        }

    def of_groups(self) -> dict[str, PovertyFigures]:
        name = self.asked.grouping
        found = {
            group: self.of_area(self.villages(name, group), name, group)
            for group in GROUPINGS[name].names
        }
        return {group: of for group, of in found.items() if of}

    def _is_withheld(self, code: str, grouping: str, group: str) -> bool:
        known = self.cells.get((grouping, group) if group else (ALL, ALL), {})
        parts = self.viewer.parts_of(code)
        found = [known.get(part, Cell(0, 0, False)) for part in parts]
        if parts == (code,):
            return found[0].withheld
        return sum_withheld([(one.households, one.withheld) for one in found], settings.SMALL_GROUP)

    def curve(self) -> list[Step]:
        """H and M0 of the area at every cut-off, from one pass over the scores."""
        profiles = self._profiles(self.asked.grouping, self.asked.group)
        return _steps([counted.curve(one, self.specification) for one in profiles])


def _steps(curves: Iterable[counted.Curve]) -> list[Step]:
    """Add up the histograms of the parts; from the top down, those at or above each score."""
    by_score: dict[int, int] = {}
    whole = 0
    for curve in curves:
        sums = curve.population.sum(axis=0)
        whole += int(sums.sum())
        for score, people in zip(curve.scores.tolist(), sums.tolist(), strict=True):
            by_score[score] = by_score.get(score, 0) + int(people)
        parts = curve.specification.denominator
    scores = sorted(score for score, people in by_score.items() if score and people)
    if not whole or not scores:
        return []
    people = np.array([by_score[score] for score in scores], dtype=float)
    poor = np.cumsum(people[::-1])[::-1] / whole
    deprived = np.cumsum((people * scores)[::-1])[::-1] / whole / parts
    return [
        Step(score / parts, float(h), float(m))
        for score, h, m in zip(scores, poor, deprived, strict=True)
    ]


def _members(manifest: counted.Manifest, asked: Question) -> Sequence[int]:
    """The places of the indicators that the figure is about."""
    if asked.figure not in (CENSORED, CONTRIBUTION):
        return ()
    name = asked.indicator
    if name in manifest.indicators:
        return (manifest.indicators.index(name),)
    if asked.figure == CONTRIBUTION and name in manifest.dimensions:
        return [n for n, one in enumerate(manifest.dimensions) if one == name]
    raise Invalid(_NO_INDICATOR, name=name[:40])


@lru_cache(maxsize=24)
def _loaded(
    path: Path, prefix: str, weight: str | None, grouping: str, group: str
) -> counted.Profiles:
    """Profiles in memory: a slider asks for the same ones many times."""
    where = {grouping: group} if grouping else None
    return counted.load(path, prefix=prefix, weight=weight, where=where)
