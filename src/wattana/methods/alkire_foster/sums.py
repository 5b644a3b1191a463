"""SQL of the sums from which every figure follows: one pass over the rows, for all groups at once.

cells      the finest groups (× stratum × PSU): one grouped pass over the rows
rolled     every set of groups, by GROUPING SETS over the cells
strata     linearised totals u and their squares, by group and stratum
final      one row a group: exact sums of weights, and the variances of H, M0 and A

Weights are added as DECIMAL and counts as integers, so that sums do not depend on the order of
rows, on threads or on the engine. Linearised values (Särndal, Swensson, Wretman 1992, 5.5):
u = w(x − X)/Σw for H and M0, u = w(c − A·poor)/Σ(w·poor) for A;
V = Σ_h n_h/(n_h − 1)·(Σu² − (Σu)²/n_h). Groups are domains: n_h counts all PSUs of the stratum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from wattana.methods.alkire_foster.rows import scored_sql
from wattana.methods.sql import literal, quoted
from wattana.methods.survey import Design
from wattana.rules.poverty import PovertyMeasure

WEIGHT = "CAST(w AS DOUBLE)"
"""The weight of a row or the sum of weights of a cell, for squares."""


@dataclass(frozen=True)
class Plan:
    """What to add up. `scale`: decimals of the weights; None: every row counts 1.

    `weight` is SQL over the table; `psus`: primary units of each stratum in the whole sample.
    """

    measure: PovertyMeasure
    table: str
    design: Design
    missing: str
    weight: str | None
    scale: int
    psus: Mapping[str, int]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns whose values make groups; g0, g1 … in SQL."""
        return tuple(dict.fromkeys(one for group in self.design.by for one in group))

    @property
    def cardinal(self) -> bool:
        """Whether M1 and M2 can be worked out: every indicator has a gap."""
        return all(one.gap is not None for one in self.measure.indicators)

    @property
    def groups(self) -> list[str]:
        return [f"g{i}" for i in range(len(self.columns))]

    @property
    def exact(self) -> list[str]:
        """Sums that are exact: integers or decimals."""
        indicators = range(len(self.measure.indicators))
        uncensored, censored = (f"u{j}" for j in indicators), (f"c{j}" for j in indicators)
        depth = ("m1", "m2") if self.cardinal else ()
        return ["n", "seen", "w", "p", *self.bands, *uncensored, *censored, *depth]

    @cached_property
    def bands(self) -> dict[str, int]:
        """Lowest score of each band that the measure has, in parts of the denominator."""
        bands = {"vulnerable": self.measure.bands.vulnerable, "severe": self.measure.bands.severe}
        return {name: self.measure.units(low) for name, low in bands.items() if low is not None}


def stratum_sql(design: Design) -> str:
    return f"CAST({quoted(design.strata)} AS VARCHAR)" if design.strata else "''"


def sums_sql(plan: Plan) -> str:
    """One row a group: `sid` (one bit for each column rolled up), g0 …, sums, variances."""
    keys = ["sid", *plan.groups]
    joined = ", ".join(keys)
    sums = ", ".join(f"SUM({one}) AS {one}" for one in plan.exact)
    variances = ", ".join(f"SUM({_variance(x, plan)}) AS v{x}" for x in "hma")
    sizes = ", ".join(f"({literal(s)}, {n}.0e0)" for s, n in plan.psus.items())
    return (
        f"SELECT {joined}, {sums}, {variances} FROM ({_strata_sql(plan)}) AS strata"
        f" JOIN (VALUES {sizes}) AS design(stratum, size) ON strata.s = design.stratum"
        f" GROUP BY {joined}"
    )


def _variance(x: str, plan: Plan) -> str:
    """One stratum's part; a lonely PSU adds nothing, or its square about the mean of all, 0."""
    spread = f"GREATEST(q{x} - t{x} * t{x} / size, 0.0e0)"
    alone = f"q{x}" if plan.design.lonely == "centre" else "0.0e0"
    return f"CASE WHEN size > 1.0e0 THEN size / (size - 1.0e0) * {spread} ELSE {alone} END"


def _strata_sql(plan: Plan) -> str:
    """Sums and squares of the linearised totals, by group and stratum."""
    keys = ", ".join(["sid", *plan.groups, "s"])
    sums = [f"SUM({one}) AS {one}" for one in plan.exact]
    linear = {
        "h": ("p_ - h_ * w_", "big_w"),
        "m": ("c_ - m_ * w_", "big_w"),
        "a": ("c_ - a_ * p_", "big_p"),
    }
    for x, (total, base) in linear.items():
        sums.append(f"SUM(({total}) / {base}) AS t{x}")
        square = _SQUARES[x] if plan.design.psu is None else f"({total}) * ({total})"
        sums.append(f"SUM(({square}) / ({base} * {base})) AS q{x}")
    return f"SELECT {keys}, {', '.join(sums)} FROM ({_means_sql(plan)}) AS means GROUP BY {keys}"


_SQUARES = {
    "h": "qp * (1.0e0 - h_) * (1.0e0 - h_) + (qw - qp) * h_ * h_",
    "m": "qcc - 2.0e0 * m_ * qc + m_ * m_ * qw",
    "a": "qcc - 2.0e0 * a_ * qc + a_ * a_ * qp",
}
"""Σ w²(x − X)² of rows that are their own PSUs, from Σw², Σw²·poor, Σw²c, Σw²c²."""


def _means_sql(plan: Plan) -> str:
    """Each cell beside H, M0 and A of its group."""
    window = f"OVER (PARTITION BY {', '.join(['sid', *plan.groups])})"
    parts = plan.measure.denominator
    score = " + ".join(
        f"{one.weight}.0e0 * CAST(c{j} AS DOUBLE)" for j, one in enumerate(plan.measure.indicators)
    )
    totals = (
        f"SELECT *, CAST(w AS DOUBLE) AS w_, CAST(p AS DOUBLE) AS p_, ({score}) / {parts}.0e0 AS c_"
        f" FROM ({_rolled_sql(plan)}) AS rolled"
    )
    bases = (
        f"SELECT *, NULLIF(SUM(w_) {window}, 0.0e0) AS big_w, NULLIF(SUM(p_) {window}, 0.0e0)"
        f" AS big_p, SUM(c_) {window} AS big_c FROM ({totals}) AS totals"
    )
    return (
        "SELECT *, big_c / big_w AS m_, COALESCE(big_p, 0.0e0) / big_w AS h_, big_c / big_p AS a_"
        f" FROM ({bases}) AS bases"
    )


def _rolled_sql(plan: Plan) -> str:
    """Every set of groups from the cells."""
    inner = ["s", *(["psu"] if plan.design.psu else [])]
    sums = [f"SUM({one}) AS {one}" for one in [*plan.exact, *_squares(plan)]]
    kept = ", ".join([f"{sid_sql(plan)} AS sid", *plan.groups, *inner, *sums])
    cells = _cells_sql(plan)
    return f"SELECT {kept} FROM ({cells}) AS cells GROUP BY GROUPING SETS ({sets_sql(plan, inner)})"


def sid_sql(plan: Plan) -> str:
    """A bit for each column that is rolled up in a row."""
    return " + ".join(f"{1 << i} * GROUPING({g})" for i, g in enumerate(plan.groups)) or "0"


def sets_sql(plan: Plan, inner: Sequence[str]) -> str:
    """All rows and every set of groups, by the inner keys."""
    numbers = dict(zip(plan.columns, plan.groups, strict=True))
    sets: list[tuple[str, ...]] = [(), *dict.fromkeys(one for one in plan.design.by if one)]
    return ", ".join(f"({', '.join([*(numbers[c] for c in one), *inner])})" for one in sets)


def _squares(plan: Plan) -> list[str]:
    return [] if plan.design.psu else ["qw", "qp", "qc", "qcc"]


def _cells_sql(plan: Plan) -> str:
    """The one pass over the rows."""
    keys = [*plan.groups, "s", *(["psu"] if plan.design.psu else [])]
    weight = f"CAST({plan.weight} AS DOUBLE)" if plan.weight else "1"
    keep = [
        *(f"{quoted(name)} AS g{i}" for i, name in enumerate(plan.columns)),
        f"{stratum_sql(plan.design)} AS s",
        *([f"{quoted(plan.design.psu)} AS psu"] if plan.design.psu else []),
        f"{weight} AS w",
    ]
    rows = scored_sql(plan.measure, plan.table, keep, plan.missing)
    return (
        f"SELECT {', '.join([*keys, *_row_sums(plan)])} FROM ({rows}) AS scored_rows"
        f" GROUP BY {', '.join(keys)}"
    )


def _row_sums(plan: Plan) -> list[str]:
    indicators = range(len(plan.measure.indicators))
    sums = [
        "SUM(used) AS n",
        "COUNT(*) AS seen",
        f"{counted_sql('used = 1', plan)} AS w",
        f"{counted_sql('poor = 1', plan)} AS p",
    ]
    for name, low in plan.bands.items():
        below = f" AND score < {plan.measure.cutoff_units}" if name == "vulnerable" else ""
        sums.append(f"{counted_sql(f'used = 1 AND score >= {low}{below}', plan)} AS {name}")
    sums += [f"{counted_sql(f'd{j} = 1', plan)} AS u{j}" for j in indicators]
    sums += [f"{counted_sql(f'd{j} = 1 AND poor = 1', plan)} AS c{j}" for j in indicators]
    if plan.cardinal:
        sums += [f"SUM(CAST({_depth(plan, power)} AS DECIMAL(38, 15))) AS m{power}"
                 for power in (1, 2)]  # fmt: skip
    if plan.design.psu is None:
        c = f"(score / {plan.measure.denominator}.0e0)"
        square = f"({WEIGHT} * {WEIGHT})"
        terms = {"qw": "used", "qp": "poor", "qc": f"poor * {c}", "qcc": f"poor * {c} * {c}"}
        sums += [f"SUM({square} * {term}) AS {name}" for name, term in terms.items()]
    return sums


def counted_sql(test: str, plan: Plan) -> str:
    """How many rows, or how much weight, hold the test."""
    if not plan.weight:
        return f"COUNT(CASE WHEN {test} THEN 1 END)"
    exact, nothing = (f"CAST({one} AS DECIMAL(18, {plan.scale}))" for one in ("w", "0"))
    return f"SUM(CASE WHEN {test} THEN {exact} ELSE {nothing} END)"


def _depth(plan: Plan, power: int) -> str:
    """Σ_j w_j·gap_j^power of one poor row, times its weight."""
    terms = " + ".join(
        f"{one.weight}.0e0 * {' * '.join([f'r{j}'] * power)}"
        for j, one in enumerate(plan.measure.indicators)
    )
    return f"{WEIGHT} * poor * ({terms}) / {plan.measure.denominator}.0e0"


def group_columns(plan: Plan, sid: int) -> Sequence[str]:
    """The columns that make the groups of a row with this `sid`."""
    return [name for i, name in enumerate(plan.columns) if not sid >> i & 1]
