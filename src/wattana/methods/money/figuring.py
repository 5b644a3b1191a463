"""FGT indices, Gini and their decompositions of all groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid
from wattana.methods.lines import Line
from wattana.methods.money.definition import MoneyMeasure
from wattana.methods.money.inequality import Inequality, Y, Z, inequality, source_column
from wattana.methods.sql import quoted
from wattana.methods.survey import Design, Estimate, GroupEstimates, ratios, weighed

_FGT = ("H", "gap", "severity")
_TITLES = {
    "H": N_("Poor: income below the line"),
    "gap": N_("Poverty gap"),
    "severity": N_("Severity of poverty"),
    "shortfall": N_("Mean shortfall of the poor"),
    "mean": N_("Mean income"),
    "line": N_("Poverty line"),
    "gini": N_("Gini coefficient"),
}


@dataclass(frozen=True)
class Division:
    """Gini by groups: within + between + overlap (Pyatt 1976; Lambert and Aronson 1993)."""

    within: float
    between: float
    overlap: float


@dataclass(frozen=True)
class MoneyGroup:
    """The figures of one group; `group` is empty for all rows.

    H, gap, severity are FGT(0), (1), (2): Σw((z − y)/z)^α over the poor, y < z, by Σw.
    `contribution` is v_g·FGT_g/FGT, the group's share of all poverty (Foster, Greer, Thorbecke
    1984). `divisions`, of all rows only: Gini by each set of groups.
    """

    measure: MoneyMeasure
    estimates: GroupEstimates
    inequality: Inequality
    share: float | None
    contribution: Mapping[str, float | None]
    divisions: Mapping[str, Division]

    @property
    def group(self) -> Mapping[str, Any]:
        return self.estimates.group

    @property
    def n(self) -> int:
        return self.estimates.of["H"].n

    def _all(self) -> dict[str, tuple[float | None, float | None, float | None, float | None]]:
        """Value, standard error, low and high of every figure."""
        found = {name: _ends(one) for name, one in self.estimates.of.items()}
        own = self.inequality
        return {**found, "gini": (own.gini, own.se, own.low, own.high)}

    def as_json(self) -> dict[str, Any]:
        """H, gap, severity, shortfall (mean gap of the poor), mean, line, gini; se, ci; shares."""
        every = self._all()
        told: dict[str, Any] = {
            "group": dict(self.group),
            "n": self.n,
            "left_out": self.estimates.n - self.n,
            "population": self.estimates.of["H"].denominator,
            "poor": self.estimates.of["H"].numerator,
            **{name: one[0] for name, one in every.items()},
            "se": {name: one[1] for name, one in every.items()},
            "ci": {name: [one[2], one[3]] for name, one in every.items()},
            "population_share": self.share,
            "contribution": dict(self.contribution),
        }
        if self.measure.sources:
            told["sources"] = {n: dict(vars(one)) for n, one in self.inequality.sources.items()}
        if self.divisions:
            told["gini_by"] = {name: dict(vars(one)) for name, one in self.divisions.items()}
        return told

    def lines(self) -> list[Line]:
        """One line a figure; `count`: the poor."""
        counts = {"H": self.estimates.of["H"].numerator}
        return [Line(_TITLES[name], *one, counts.get(name)) for name, one in self._all().items()]

    def flat(self) -> dict[str, Any]:
        """One row of a table."""
        row: dict[str, Any] = {
            **self.group, "n": self.n, "left_out": self.estimates.n - self.n,
            "population": self.estimates.of["H"].denominator,
            "poor": self.estimates.of["H"].numerator,
        }  # fmt: skip
        for name, (value, se, low, high) in self._all().items():
            row |= {name: value, f"{name}_se": se, f"{name}_low": low, f"{name}_high": high}
        row["population_share"] = self.share
        row |= {f"contribution_{name}": one for name, one in self.contribution.items()}
        for name, source in self.inequality.sources.items():
            row |= {f"source_{name}_{key}": value for key, value in vars(source).items()}
        return row


def figures(engine: Engine, table: str, measure: MoneyMeasure, design: Design) -> list[MoneyGroup]:
    """All rows first, then the groups. Rows without income or line are left out.

    Raises `Invalid` for a line that is not above 0.
    """
    source, design = weighed(table, design, measure.columns)
    rows = _incomes_sql(source, measure, design)
    _check_lines(engine, rows)
    estimates = ratios(engine, rows, _wanted(), design, shares=_FGT)
    names = [one.name for one in measure.sources]
    spread = {
        _key(one.group): found
        for by in ((), *design.by)
        for one, found in inequality(engine, rows, design, by, names)
    }
    whole = estimates[0]
    nothing = Inequality(None, None, None, None, {})
    return [
        MoneyGroup(
            measure,
            one,
            spread.get(_key(one.group), nothing),
            _over(one.of["H"].denominator, whole.of["H"].denominator),
            {n: _over(one.of[n].numerator, whole.of[n].numerator) for n in _FGT},
            {} if one.group else _divisions(estimates, spread, design),
        )
        for one in estimates
    ]


def _incomes_sql(source: str, measure: MoneyMeasure, design: Design) -> str:
    """The design's columns, `Y` and `Z` (NULL unless both are known), the sources."""
    income = f"CAST({measure.income.sql()} AS DOUBLE)"
    if measure.negative == "zero":
        income = f"CASE WHEN {income} < 0 THEN 0.0e0 ELSE {income} END"
    line = f"CAST({measure.line.sql()} AS DOUBLE)"
    kept = "".join(f"{quoted(one)}, " for one in design.columns())
    amounts = [f"CAST({one.amount.sql()} AS DOUBLE) AS {source_column(k)}"
               for k, one in enumerate(measure.sources)]  # fmt: skip
    table = f"({source}) AS source" if " " in source else quoted(source)
    read = (
        f"SELECT {', '.join([f'{kept}{income} AS {Y}', f'{line} AS {Z}', *amounts])} FROM {table}"
    )
    columns = [
        f"{kept}CASE WHEN {Z} IS NOT NULL THEN {Y} END AS {Y}",
        f"CASE WHEN {Y} IS NOT NULL THEN {Z} END AS {Z}",
        *(source_column(k) for k in range(len(measure.sources))),
    ]
    return f"SELECT {', '.join(columns)} FROM ({read}) AS read_rows"


def _check_lines(engine: Engine, rows: str) -> None:
    found = engine.rows(f"SELECT MIN({Z}) AS lowest, COUNT({Z}) AS known FROM ({rows}) AS lines")
    row = found.to_pylist()[0]
    if not row["known"]:
        raise Invalid(
            N_("No row has both an income and a poverty line. Look at the keys “income” and “line” "
               "of the measure; a dated line needs the column surveyed_on or the key “on”."),
        )  # fmt: skip
    if row["lowest"] <= 0:
        raise Invalid(
            N_("The poverty line is %(line)s in a row; it has to be above 0."),
            line=row["lowest"],
        )


def _wanted() -> dict[str, tuple[str, str]]:
    gap = f"({Z} - {Y}) / {Z}"
    poor = f"CASE WHEN {Y} < {Z} THEN {{}} WHEN {Y} >= {Z} THEN 0.0e0 END"
    return {
        "H": (poor.format("1.0e0"), "1"),
        "gap": (poor.format(gap), "1"),
        "severity": (poor.format(f"({gap}) * ({gap})"), "1"),
        "shortfall": (poor.format(gap), poor.format("1.0e0")),
        "mean": (Y, "1"),
        "line": (Z, "1"),
    }


def _ends(
    found: Estimate,
) -> tuple[float | None, float | None, float | None, float | None]:
    return found.value, found.se, found.low, found.high


def _over(value: float, base: float) -> float | None:
    return value / base if base else None


def _key(group: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(group.items())


def _divisions(
    estimates: Sequence[GroupEstimates],
    spread: Mapping[tuple[tuple[str, Any], ...], Inequality],
    design: Design,
) -> dict[str, Division]:
    """Gini by each set of groups, where every group has one."""
    found = {}
    whole = spread[()].gini
    for by in design.by:
        groups = [one for one in estimates if tuple(one.group) == by]
        own = [spread[_key(one.group)].gini for one in groups if _key(one.group) in spread]
        known = [one for one in own if one is not None]
        if whole is not None and len(known) == len(groups):
            found[", ".join(by)] = _division(groups, known, whole)
    return found


def _division(groups: Sequence[GroupEstimates], own: Sequence[float], gini: float) -> Division:
    """`between` is the Gini of a people who all have the mean of their group."""
    people = np.array([one.of["mean"].denominator for one in groups])
    money = np.array([one.of["mean"].numerator for one in groups])
    shares, incomes = people / people.sum(), money / money.sum()
    within = float((shares * incomes * np.array(own)).sum())
    order = np.argsort(money / people, kind="stable")
    ranks = np.cumsum(shares[order]) - shares[order] / 2
    between = float((incomes[order] * (2 * ranks - 1)).sum())
    return Division(within, between, gini - within - between)
