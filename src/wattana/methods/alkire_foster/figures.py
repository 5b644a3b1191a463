"""H, A, M0 and their parts for all groups, from exact sums divided once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from math import isfinite, sqrt
from typing import Any

import numpy as np

from wattana.engines.port import Engine
from wattana.methods.alkire_foster.checks import Place, looked_at, nowhere
from wattana.methods.alkire_foster.sums import Plan, group_columns, sums_sql
from wattana.methods.sql import quoted
from wattana.methods.survey import Design, logit
from wattana.rules.poverty import PovertyMeasure

Interval = tuple[float | None, float | None]
_AGGREGATES = ("H", "A", "M0")
_VARIANCES = {"H": "vh", "A": "va", "M0": "vm"}
_DIGITS = Context(prec=60)  # more than a DECIMAL(38) has
_NEGLIGIBLE = 1e-12
"""A variance this small beside the square of its figure is what rounding leaves of nothing."""


@dataclass(frozen=True)
class GroupFigures:
    """All figures of one group; `group` maps columns to values and is empty for all rows.

    `n` rows are counted, `left_out` are not since an answer is missing; `population` is the sum of
    weights of those counted, `poor` of the poor. Shares are 0 to 1; None where nothing can be said.
    `contribution` are shares of M0 that sum to 1, `absolute` the same in points of M0. `share` of
    the population and `burden`, the share of all poverty (v_g·M0_g/M0), are of all rows.
    """

    group: Mapping[str, Any]
    n: int
    left_out: int
    population: float
    poor: float
    H: float | None
    A: float | None
    M0: float | None
    se: Mapping[str, float | None]
    ci: Mapping[str, Interval]
    df: int
    uncensored: Mapping[str, float | None]
    censored: Mapping[str, float | None]
    contribution: Mapping[str, float | None]
    absolute: Mapping[str, float | None]
    dimensions: Mapping[str, Mapping[str, float | None]]
    share: float | None
    burden: float | None
    bands: Mapping[str, float | None] = field(default_factory=dict)
    depth: Mapping[str, float | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As JSON has it; intervals are [low, high]."""
        return {
            "group": dict(self.group),
            "n": self.n,
            "left_out": self.left_out,
            "population": self.population,
            "poor": self.poor,
            "H": self.H,
            "A": self.A,
            "M0": self.M0,
            "se": dict(self.se),
            "ci": {name: list(ends) for name, ends in self.ci.items()},
            "df": self.df,
            "uncensored": dict(self.uncensored),
            "censored": dict(self.censored),
            "contribution": dict(self.contribution),
            "absolute_contribution": dict(self.absolute),
            "dimensions": {name: dict(parts) for name, parts in self.dimensions.items()},
            "population_share": self.share,
            "share_of_poverty": self.burden,
            **self.bands,
            **self.depth,
        }

    def flat(self) -> dict[str, Any]:
        """As one row of CSV."""
        row: dict[str, Any] = {
            **self.group, "n": self.n, "left_out": self.left_out, "population": self.population,
            "poor": self.poor,
        }  # fmt: skip
        for name in _AGGREGATES:
            low, high = self.ci[name]
            row |= {
                name: getattr(self, name), f"{name}_se": self.se[name],
                f"{name}_low": low, f"{name}_high": high,
            }  # fmt: skip
        row |= {**self.bands, **self.depth}
        row |= {"population_share": self.share, "share_of_poverty": self.burden}
        for kind in ("uncensored", "censored", "contribution"):
            row |= {f"{kind}_{name}": value for name, value in getattr(self, kind).items()}
        for name, parts in self.dimensions.items():
            row[f"contribution_of_{name}"] = parts["contribution"]
        return row


def figures(
    engine: Engine,
    table: str,
    measure: PovertyMeasure,
    design: Design | None = None,
    *,
    missing: str | None = None,
    place: Place = nowhere,
) -> list[GroupFigures]:
    """All figures for all rows and for every group of `design.by`, in that order.

    `table` is a table of the engine or a query. Weights, strata and PSUs come from the design, else
    from the columns that the measure names. `missing` replaces the measure's rule. `place` tells
    where a faulty row stands. Raises `Invalid` and `EngineFailed`.
    """
    plan = planned(engine, table, measure, design or Design(), missing, place)
    df = sum(plan.psus.values()) - len(plan.psus)
    rows = engine.rows(sums_sql(plan)).to_pylist()
    found = [(_Sums(plan, row, df), group) for row, group in ordered_groups(plan, rows)]
    ends = {name: _ends(name, [sums for sums, _ in found], df, plan.design.confidence)
            for name in _AGGREGATES}  # fmt: skip
    whole = found[0][0]
    return [
        _group(plan, sums, group, whole, df, {name: ends[name][i] for name in _AGGREGATES})
        for i, (sums, group) in enumerate(found)
    ]


def ordered_groups(
    plan: Plan, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Each row with its group: all rows first, then the sets as given, each by its values."""
    sets = [(), *plan.design.by]
    order = {frozenset(one): number for number, one in reversed(list(enumerate(sets)))}
    found = []
    for row in rows:
        number = order[frozenset(group_columns(plan, row["sid"]))]
        group = {name: _plain(row[f"g{plan.columns.index(name)}"]) for name in sets[number]}
        found.append((number, _sortable(group.values()), row, group))
    found.sort(key=lambda one: one[:2])
    return [(row, group) for _, _, row, group in found]


def planned(
    engine: Engine,
    table: str,
    measure: PovertyMeasure,
    design: Design,
    missing: str | None,
    place: Place,
) -> Plan:
    """Look at the sample and say what is to be added up. Raises `Invalid`."""
    columns = measure.columns
    design = Design(
        by=design.by,
        weight=design.weight or columns.weight,
        strata=design.strata or columns.strata,
        psu=design.psu or columns.psu,
        lonely=design.lonely,
        confidence=design.confidence,
    )
    parts = [quoted(one) for one in (design.weight, columns.size) if one]
    weight = " * ".join(f"CAST({one} AS DOUBLE)" for one in parts) or None
    sample = looked_at(engine, table, measure, design, weight, place)
    rule = missing or measure.missing
    return Plan(measure, table, design, rule, weight, sample.scale, sample.psus)


def _plain(value: Any) -> Any:
    """A group's value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _sortable(values: Any) -> list[tuple[int, Any]]:
    """Numbers before texts before nothing."""
    return [
        (2, "") if one is None else (0, one) if isinstance(one, int | float) else (1, str(one))
        for one in values
    ]


class _Sums:
    """One row of sums as whole numbers of one unit, so that each figure is divided once."""

    def __init__(self, plan: Plan, row: Mapping[str, Any], df: int) -> None:
        self.row = row
        indicators = plan.measure.indicators
        exponent = row["w"].as_tuple().exponent if isinstance(row["w"], Decimal) else 0
        self.places = -int(exponent)
        self.unit = 10**self.places
        self.base, self.poor = self.whole("w"), self.whole("p")
        self.censored = [self.whole(f"c{j}") for j in range(len(indicators))]
        self.weighed = [one.weight * c for one, c in zip(indicators, self.censored, strict=True)]
        self.total = sum(self.weighed)
        parts = plan.measure.denominator
        self.aggregates = {
            "H": _over(self.poor, self.base),
            "A": _over(self.total, parts * self.poor),
            "M0": _over(self.total, parts * self.base),
        }
        self.errors = {
            name: _error(value, row[_VARIANCES[name]], df)
            for name, value in self.aggregates.items()
        }

    def whole(self, name: str) -> int:
        """A sum in parts of the unit: all of them have the same number of decimals."""
        value = self.row[name]
        return int(value.scaleb(self.places, _DIGITS)) if self.places else int(value)


def whole_number(value: Any) -> int:
    """A decimal without its point; whole numbers as they are."""
    if not isinstance(value, Decimal):
        return int(value)
    return int(value.scaleb(-int(value.as_tuple().exponent), _DIGITS))


def _over(value: int, base: int) -> float | None:
    return value / base if base else None


def _error(value: float | None, variance: float | None, df: int) -> float | None:
    if value is None or variance is None or df < 1 or not isfinite(variance):
        return None
    return 0.0 if variance <= _NEGLIGIBLE * value * value else sqrt(variance)


def _ends(name: str, groups: Sequence[_Sums], df: int, confidence: float) -> list[Interval]:
    """Logit intervals of H, A or M0 of all groups at once."""
    value, error = (
        np.array([getattr(one, kind)[name] for one in groups], dtype=float)
        for kind in ("aggregates", "errors")
    )
    low, high = logit(value, error, df, confidence)
    return [(_finite(one), _finite(other)) for one, other in zip(low, high, strict=True)]


def _finite(value: Any) -> float | None:
    return float(value) if isfinite(value) else None


def _group(
    plan: Plan,
    sums: _Sums,
    group: Mapping[str, Any],
    whole: _Sums,
    df: int,
    ends: Mapping[str, Interval],
) -> GroupFigures:
    measure, base = plan.measure, sums.base
    names = [one.name for one in measure.indicators]
    weighed = dict(zip(names, sums.weighed, strict=True))
    return GroupFigures(
        group=group,
        n=int(sums.row["n"]),
        left_out=int(sums.row["seen"]) - int(sums.row["n"]),
        population=base / sums.unit,
        poor=sums.poor / sums.unit,
        **sums.aggregates,
        se=sums.errors,
        ci=ends,
        df=df,
        uncensored={n: _over(sums.whole(f"u{j}"), base) for j, n in enumerate(names)},
        censored={n: _over(c, base) for n, c in zip(names, sums.censored, strict=True)},
        contribution={n: _over(w, sums.total) for n, w in weighed.items()},
        absolute={n: _over(w, measure.denominator * base) for n, w in weighed.items()},
        dimensions=_dimensions(measure, weighed, sums.total, base),
        share=_over(base, whole.base),
        burden=_over(sums.total, whole.total),
        bands={name: _over(sums.whole(name), base) for name in plan.bands},
        depth=_depth(sums, measure.denominator) if plan.cardinal else {},
    )


def _dimensions(
    measure: PovertyMeasure, weighed: Mapping[str, int], total: int, base: int
) -> dict[str, dict[str, float | None]]:
    found = {}
    for one in measure.dimensions:
        part = sum(weighed[name] for name in one.indicators)
        found[one.name] = {
            "contribution": _over(part, total),
            "absolute": _over(part, measure.denominator * base),
        }
    return found


def _depth(sums: _Sums, parts: int) -> dict[str, float | None]:
    """M1 and M2; G and S, the mean gap and its square of the deprivations of the poor."""
    found: dict[str, float | None] = {}
    population = sums.base / sums.unit
    points = sums.total / parts / sums.unit
    for power, name, mean in ((1, "M1", "G"), (2, "M2", "S")):
        depth = float(sums.row[f"m{power}"])
        found[name] = depth / population if population else None
        found[mean] = depth / points if points else None
    return found
