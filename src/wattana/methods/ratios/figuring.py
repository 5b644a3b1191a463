"""The figures of a measure of kind `ratio`, with standard errors, of all groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wattana.engines.port import Engine
from wattana.methods.lines import Line
from wattana.methods.ratios.definition import Figure, RatioMeasure
from wattana.methods.survey import Design, Estimate, GroupEstimates, ratios, weighed


@dataclass(frozen=True)
class RatioGroup:
    """The figures of one group; `group` is empty for all rows."""

    measure: RatioMeasure
    estimates: GroupEstimates

    @property
    def group(self) -> Mapping[str, Any]:
        return self.estimates.group

    @property
    def n(self) -> int:
        return self.estimates.n

    def as_json(self) -> dict[str, Any]:
        """{"group", "n", "population", "figures": {name: {value, n, count, se, ci, status}}}.

        `n` rows had a known value; `count` and `of` are the weighted sums that were divided.
        """
        return {
            "group": dict(self.group),
            "n": self.estimates.n,
            "population": self.estimates.population,
            "figures": {
                one.name: _told(one, self.estimates.of[one.name]) for one in _active(self.measure)
            },
        }

    def lines(self) -> list[Line]:
        """One line a figure; `count` of shares."""
        return [_line(one, self.estimates.of[one.name]) for one in _active(self.measure)]

    def flat(self) -> dict[str, Any]:
        """One row of a table: the group, n, population, then each figure with its interval."""
        row = {**self.group, "n": self.estimates.n, "population": self.estimates.population}
        for name, found in self.as_json()["figures"].items():
            low, high = found["ci"]
            row |= {name: found["value"], f"{name}_se": found["se"]}
            row |= {f"{name}_low": low, f"{name}_high": high}
        return row


def figures(engine: Engine, table: str, measure: RatioMeasure, design: Design) -> list[RatioGroup]:
    """All rows first, then the groups. Raises `Invalid` for a lonely PSU where that is refused."""
    source, design = weighed(table, design, measure.columns)
    wanted = {one.name: one.sql for one in _active(measure)}
    shares = [one.name for one in _active(measure) if one.form == "share"]
    found = ratios(engine, source, wanted, design, shares=shares)
    return [RatioGroup(measure, one) for one in found]


def _active(measure: RatioMeasure) -> list[Figure]:
    return [one for one in measure.figures if one.active]


def _told(figure: Figure, found: Estimate) -> dict[str, Any]:
    return {
        "value": _times(found.value, figure.per),
        "n": found.n,
        "count": found.numerator,
        "of": found.denominator,
        "se": _times(found.se, figure.per),
        "ci": [_times(found.low, figure.per), _times(found.high, figure.per)],
        "status": figure.status,
    }


def _line(figure: Figure, found: Estimate) -> Line:
    per = figure.per
    return Line(
        figure.title,
        _times(found.value, per),
        _times(found.se, per),
        _times(found.low, per),
        _times(found.high, per),
        found.numerator if figure.form == "share" else None,
    )


def _times(value: float | None, per: float) -> float | None:
    return None if value is None else value * per
