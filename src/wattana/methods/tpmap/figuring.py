"""TPMAP's figures: persons and households by dimension, indicator and target rule."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wattana.engines.port import Engine
from wattana.kernel.problems import N_
from wattana.methods import alkire_foster
from wattana.methods.alkire_foster import GroupFigures
from wattana.methods.lines import Line
from wattana.methods.survey import Design, Estimate, GroupEstimates, ratios, weighed
from wattana.methods.tpmap import normalising
from wattana.methods.tpmap.definition import TpmapMeasure
from wattana.methods.tpmap.normalising import CARD, NO_CARD_AT_HOME, POOR, UNKNOWN, deprived
from wattana.methods.tpmap.rounds import FAIL, PASS, BasicNeed
from wattana.rules.files import Words

_TABLE = "tpmap_rows"
_TARGETED = {"bmn_and_card": f"{POOR} * COALESCE({CARD}, 0)", "bmn_mpi": POOR}
"""1 or 0. Of whom no card is known is no target; how many those are is counted beside it."""

_PERSONS = {
    "poor": N_("Persons deprived in at least one dimension"),
    "targeted": N_("Target persons"),
    "poor_with_card": N_("Poor persons with the state welfare card"),
    "poor_without_card": N_("Poor persons without the state welfare card"),
    "poor_card_unknown": N_("Poor persons whose card is unknown"),
    "poor_nobody_at_home_has_card": N_("Poor persons in a household without any card"),
    "unknown": N_("Persons with an unknown result"),
}
_HOUSEHOLDS = {
    "poor": N_("Households with a person deprived in at least one dimension"),
    "targeted": N_("Households with a target person"),
    "unknown": N_("Households with an unknown result"),
}


@dataclass(frozen=True)
class TpmapGroup:
    """The figures of one group. `persons` is None where rows are households of unknown size."""

    measure: TpmapMeasure
    counting: GroupFigures
    persons: GroupEstimates | None
    households: GroupEstimates | None

    @property
    def group(self) -> Mapping[str, Any]:
        return self.counting.group

    @property
    def n(self) -> int:
        return self.counting.n

    def as_json(self) -> dict[str, Any]:
        """The figures of the counting measure, and “tpmap” with persons and households.

        Each figure has count (weighted), of, share, se, ci. An indicator has eligible, pass, fail,
        not_applicable, unknown and the share that passes. A and M0 are not official.
        """
        return {
            **self.counting.as_json(),
            "tpmap": {
                "round": self.measure.round.name,
                "target": self.measure.target,
                "official": {"H": self.measure.status == "stated", "A": False, "M0": False},
                "persons": _told(self.measure, self.persons),
                "households": _told(self.measure, self.households),
            },
        }

    def lines(self) -> list[Line]:
        """Persons: poor, targeted, by card, by dimension; then households."""
        dimensions = {one.name: one.title for one in self.measure.counting.dimensions}
        persons: dict[str, Words | str] = {**_PERSONS, **dimensions}
        homes: dict[str, Words | str] = {**_HOUSEHOLDS}
        if self.persons is None:
            homes |= dimensions
        return [*_lines(persons, self.persons), *_lines(homes, self.households)]

    def flat(self) -> dict[str, Any]:
        """One row of a table: counts and shares of persons and households."""
        row = dict(self.group)
        for unit, found in (("persons", self.persons), ("households", self.households)):
            if found is None:
                continue
            row |= {unit: found.population}
            for name in _headcounts(self.measure, found):
                estimate = found.of[name]
                row |= {
                    f"{unit}_{name}": estimate.numerator,
                    f"{unit}_{name}_share": estimate.value,
                }
        low, high = self.counting.ci["H"]
        return row | {"H_se": self.counting.se["H"], "H_low": low, "H_high": high}


def figures(engine: Engine, table: str, measure: TpmapMeasure, design: Design) -> list[TpmapGroup]:
    """All rows first, then the groups. Raises `Invalid` for results that cannot be read."""
    normalising.check(engine, table, measure)
    members = normalising.rows_are_persons(engine, table, measure)
    with tempfile.TemporaryDirectory(prefix="wattana-") as folder:
        rows = Path(folder) / "rows.parquet"
        engine.write(normalising.persons_sql(table, measure, members=members), rows)
        engine.tables({_TABLE: rows})
        counted = alkire_foster.figures(engine, _TABLE, measure.counting, design)
        persons = _persons(engine, measure, design, members)
        households = _households(engine, measure, design, members)
    of_persons, of_homes = _by_group(persons), _by_group(households)
    return [
        TpmapGroup(measure, one, of_persons.get(_key(one.group)), of_homes.get(_key(one.group)))
        for one in counted
    ]


_Key = tuple[tuple[str, str], ...]


def _key(group: Mapping[str, Any]) -> _Key:
    return tuple((name, str(value)) for name, value in group.items())


def _by_group(found: list[GroupEstimates] | None) -> dict[_Key, GroupEstimates]:
    return {_key(one.group): one for one in found or []}


def _persons(
    engine: Engine, measure: TpmapMeasure, design: Design, members: bool
) -> list[GroupEstimates] | None:
    """Members; or, where rows are households, the people who live in them if their size is told."""
    if not members and not measure.columns.size:
        return None
    source, design = weighed(_TABLE, design, measure.columns)
    wanted = _wanted(measure, members=True)
    return ratios(engine, source, wanted, design, shares=list(wanted), whole=True)


def _households(
    engine: Engine, measure: TpmapMeasure, design: Design, members: bool
) -> list[GroupEstimates] | None:
    """Households with a member who …; of a group of persons: with such a member of the group."""
    weight = design.weight or measure.columns.weight
    plain = Design(weight=weight, confidence=design.confidence)
    wanted = _wanted(measure, members=not members)
    if not members:
        return ratios(
            engine, _TABLE, wanted, replace(plain, by=design.by), shares=list(wanted), whole=True,
        )  # fmt: skip
    if measure.found.household is None:
        return None
    target = _TARGETED[measure.target] if _knows_target(measure) else None
    found: list[GroupEstimates] = []
    for by in ((), *design.by):
        source = normalising.households_sql(_TABLE, measure, by, weight, target)
        each = replace(plain, by=(by,) if by else ())
        estimates = ratios(engine, source, wanted, each, shares=list(wanted), whole=True)
        found += estimates[1:] if by else estimates
    return found


def _knows_target(measure: TpmapMeasure) -> bool:
    return measure.target == "bmn_mpi" or measure.found.card is not None


def _wanted(measure: TpmapMeasure, *, members: bool) -> dict[str, tuple[str, str]]:
    """The ratios of rows that are persons or households."""
    wanted = {one.name: (deprived(one.name), "1") for one in measure.counting.dimensions}
    wanted |= {"poor": (POOR, "1"), "unknown": (UNKNOWN, "1")}
    if _knows_target(measure):
        wanted["targeted"] = (_TARGETED[measure.target] if members else "targeted", "1")
    if members and measure.found.card:
        wanted |= {
            "poor_with_card": (f"{POOR} * COALESCE({CARD}, 0)", "1"),
            "poor_without_card": (f"{POOR} * (1 - COALESCE({CARD}, 1))", "1"),
            "poor_card_unknown": (f"{POOR} * CASE WHEN {CARD} IS NULL THEN 1 ELSE 0 END", "1"),
            "poor_nobody_at_home_has_card": (f"{POOR} * COALESCE({NO_CARD_AT_HOME}, 0)", "1"),
        }
    for need in measure.needs:
        wanted |= _results(need)
    return wanted


def _results(need: BasicNeed) -> dict[str, tuple[str, str]]:
    name = f"bmn_{need.number}"
    return {
        name: (
            f"CASE {name} WHEN {PASS} THEN 1 WHEN {FAIL} THEN 0 END",
            f"CASE WHEN {name} IN ({PASS}, {FAIL}) THEN 1 ELSE 0 END",
        ),
        f"{name}_unknown": (f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END", "1"),
    }


def _headcounts(measure: TpmapMeasure, found: GroupEstimates) -> list[str]:
    """The figures that count persons or households, not results of indicators."""
    return [name for name in found.of if not name.startswith("bmn_")]


def _told(measure: TpmapMeasure, found: GroupEstimates | None) -> dict[str, Any] | None:
    if found is None:
        return None
    dimensions = {one.name for one in measure.counting.dimensions}
    heads = [name for name in _headcounts(measure, found) if name not in dimensions]
    return {
        "surveyed": found.population,
        **{name: _figure(found.of[name]) for name in heads},
        "dimensions": {name: _figure(found.of[name]) for name in found.of if name in dimensions},
        "indicators": {
            f"bmn_{need.number}": _indicator(found, f"bmn_{need.number}") for need in measure.needs
        },
    }


def _figure(found: Estimate) -> dict[str, Any]:
    return {
        "count": found.numerator,
        "of": found.denominator,
        "share": found.value,
        "se": found.se,
        "ci": [found.low, found.high],
    }


def _lines(titles: Mapping[str, Words | str], found: GroupEstimates | None) -> list[Line]:
    if found is None:
        return []
    known = {name: found.of[name] for name in titles if name in found.of}
    return [
        Line(titles[name], one.value, one.se, one.low, one.high, one.numerator)
        for name, one in known.items()
    ]


def _indicator(found: GroupEstimates, name: str) -> dict[str, Any]:
    passed = found.of[name]
    unknown = found.of[f"{name}_unknown"].numerator
    return {
        "eligible": passed.denominator,
        "pass": passed.numerator,
        "fail": passed.denominator - passed.numerator,
        "not_applicable": found.population - passed.denominator - unknown,
        "unknown": unknown,
        "pass_share": passed.value,
        "se": passed.se,
        "ci": [passed.low, passed.high],
    }
