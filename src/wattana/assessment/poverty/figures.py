"""From sums of villages to the figures of areas, with intervals over villages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from wattana.assessment.intervals import Interval
from wattana.methods.alkire_foster.counted import Specification, Totals
from wattana.methods.survey import logit, ratio_errors, wilson

H, A, M0, CENSORED, CONTRIBUTION = "H", "A", "M0", "censored", "contribution"
FIGURES = (H, A, M0, CENSORED, CONTRIBUTION)
"""Share of the poor (headcount ratio), intensity, adjusted headcount ratio; of one indicator the
share that is poor and deprived in it; of an indicator or a dimension its part of M0."""


@dataclass(frozen=True)
class Estimate:
    """A share 0 … 1 (None: nobody to divide by) and its 95 % interval, where it has one."""

    value: float | None
    interval: Interval | None = None


@dataclass(frozen=True)
class PovertyFigures:
    """The figures of one group of households; of a withheld one only their number.

    `population` counts households or persons. `shown` is the figure that was asked for. By
    indicator: `uncensored`, `censored` (shares of the population) and `contribution` (to M0).
    """

    households: int
    population: int
    withheld: bool = False
    shown: Estimate = Estimate(None)
    H: Estimate = Estimate(None)
    A: Estimate = Estimate(None)
    M0: Estimate = Estimate(None)
    uncensored: tuple[float, ...] = ()
    censored: tuple[float, ...] = ()
    contribution: tuple[float, ...] = ()

    def hidden(self) -> PovertyFigures:
        """What may be told of a group that is too small to publish."""
        return PovertyFigures(self.households, self.population, withheld=True)


class Villages:
    """Sums of the villages that one question concerns, side by side.

    `households`: each row of the profiles is weighed as one household, not by its members.
    """

    def __init__(
        self, parts: Sequence[Totals], specification: Specification, *, households: bool
    ) -> None:
        self.specification = specification
        self.households = households
        self.codes = [f"{code:08d}" for part in parts for code in part.codes.tolist()]
        self.n = _joined(parts, lambda of: of.n)
        self.poor_n = _joined(parts, lambda of: of.poor_n)
        self.population = _joined(parts, lambda of: of.population)
        self.poor = _joined(parts, lambda of: of.poor)
        self.units = _joined(parts, lambda of: of.units)
        width = len(specification.weights)
        self.uncensored = _joined(parts, lambda of: of.uncensored, width)
        self.censored = _joined(parts, lambda of: of.censored, width)

    def figures(
        self, keys: Sequence[str], figure: str, members: Sequence[int]
    ) -> dict[str, PovertyFigures]:
        """The figures of groups of villages; `keys` names the group of each village.

        `members`: places of the indicators that `figure` is about.
        """
        names = sorted(set(keys))
        place = {name: n for n, name in enumerate(names)}
        index = np.array([place[key] for key in keys], dtype=np.int64)
        grouped = _Grouped(self, index, len(names))
        shown = grouped.estimates(figure, members)
        known = {of: shown if of == figure else grouped.estimates(of, ()) for of in (H, A, M0)}
        shares = grouped.shares()
        return {
            name: PovertyFigures(
                households=int(grouped.sum(self.n)[n]),
                population=int(grouped.sum(self.population)[n]),
                shown=shown[n],
                H=known[H][n],
                A=known[A][n],
                M0=known[M0][n],
                **{column: tuple(rows[n].tolist()) for column, rows in shares.items()},
            )
            for n, name in enumerate(names)
        }


class _Grouped:
    """Villages in groups: sums, ratios and their errors."""

    def __init__(self, villages: Villages, index: Any, size: int) -> None:
        self.of = villages
        self.index = index
        self.size = size
        self.clusters = np.bincount(index, minlength=size)

    def sum(self, column: Any) -> Any:
        sums = np.zeros((self.size, *column.shape[1:]), dtype=np.int64)
        np.add.at(sums, self.index, column)
        return sums

    def estimates(self, figure: str, members: Sequence[int]) -> list[Estimate]:
        above, below = self._ratio(figure, members)
        ratio, error, df = ratio_errors(above, below, self.index, self.size)
        low, high = logit(ratio, error, df)
        if figure == H and self.of.households:
            alone = self.clusters == 1
            inside = wilson(self.sum(self.of.poor_n), self.sum(self.of.n))
            low, high = (np.where(alone, a, b) for a, b in zip(inside, (low, high), strict=True))
        return [_estimate(*of) for of in zip(ratio, low, high, strict=True)]

    def _ratio(self, figure: str, members: Sequence[int]) -> tuple[Any, Any]:
        """Numerator and denominator of a figure in each village."""
        of, parts = self.of, self.of.specification.denominator
        if figure == H:
            return of.poor, of.population
        if figure == A:
            return of.units, of.poor * parts
        if figure == M0:
            return of.units, of.population * parts
        chosen = of.censored[:, list(members)]
        if figure == CENSORED:
            return chosen.sum(axis=1), of.population
        weights = np.array(list(of.specification.weights.values()))[list(members)]
        return chosen @ weights, of.units

    def shares(self) -> dict[str, Any]:
        """By indicator: uncensored and censored headcounts, contributions to M0."""
        of = self.of
        population = self.sum(of.population)[:, None]
        censored = self.sum(of.censored)
        weights = np.array(list(of.specification.weights.values()))
        return {
            "uncensored": _divided(self.sum(of.uncensored), population),
            "censored": _divided(censored, population),
            "contribution": _divided(censored * weights, self.sum(of.units)[:, None]),
        }


def _divided(above: Any, below: Any) -> Any:
    return above / np.where(below, below, 1) * (below != 0)


def _estimate(value: Any, low: Any, high: Any) -> Estimate:
    if not isfinite(value):
        return Estimate(None)
    if not (isfinite(low) and isfinite(high)):
        return Estimate(float(value))
    return Estimate(float(value), Interval(float(low), float(high)))


def _joined(parts: Sequence[Totals], column: Callable[[Totals], Any], width: int = 0) -> Any:
    shape = (0, width) if width else (0,)
    return np.concatenate([np.empty(shape, np.int64), *(column(part) for part in parts)])
