"""Gini with its linearised standard error, by sources of income, of all groups of one kind.

G = Σ_i w_i d_i / (2 Σ_i w_i y_i) with d_i the mean distance of income i from all incomes: the
plug-in Gini Σ_ij w_i w_j |y_i − y_j| / (2 W² μ), equal incomes counted right. Its influence
function is (d_i − Gμ − G y_i)/μ (Deville 1999; Osier 2009), whose total is linearised like any
other. By source: G = Σ_k S_k C_k with the share S_k of source k and its concentration C_k = G_k R_k
(Lerman and Yitzhaki 1985).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wattana.engines.port import Engine
from wattana.methods.sql import quoted
from wattana.methods.survey import Design, GroupEstimates, linear, ratios

Y, Z = "money_income", "money_line"
_W = "money_weight"


def source_column(k: int) -> str:
    """The column that holds the k-th source of income."""
    return f"money_source_{k}"


@dataclass(frozen=True)
class SourceShare:
    """A source of income: its share of all income, Gini G_k, concentration C_k = G_k·R_k.

    `contribution` is S_k C_k / G, which sum to 1 over all sources; `marginal`, contribution less
    share, is the relative change of G when the source grows by a little (Lerman and Yitzhaki).
    """

    share: float | None
    gini: float | None
    concentration: float | None
    correlation: float | None
    contribution: float | None
    marginal: float | None


@dataclass(frozen=True)
class Inequality:
    """Gini of one group, with standard error and interval; None without a positive mean."""

    gini: float | None
    se: float | None
    low: float | None
    high: float | None
    sources: dict[str, SourceShare]


def inequality(
    engine: Engine,
    rows: str,
    design: Design,
    by: Sequence[str],
    sources: Sequence[str],
) -> list[tuple[GroupEstimates, Inequality]]:
    """Gini of each group of `by`, of all rows when it is empty.

    `rows` is a query with the columns `Y`, those of the sources, and those of the design. Rows
    without an income do not count.
    """
    sql = _influence_sql(_distances_sql(rows, design, by, len(sources)), by)
    wanted = {"gini": ("money_d", f"2 * {Y}"), "influence": ("money_influence", "1")}
    for k in range(len(sources)):
        wanted |= {
            f"share{k}": (source_column(k), Y),
            f"gini{k}": (f"money_d{k}", f"2 * {source_column(k)}"),
            f"concentration{k}": (f"{source_column(k)} * (2 * money_rank - 1)", source_column(k)),
        }
    found = ratios(engine, sql, wanted, replace(design, by=(tuple(by),) if by else ()))
    return [(one, _told(one, design, sources)) for one in (found[1:] if by else found)]


def _told(found: GroupEstimates, design: Design, sources: Sequence[str]) -> Inequality:
    gini = found.of["gini"]
    if gini.value is None or gini.denominator <= 0:
        return Inequality(None, None, None, None, {})
    se = found.of["influence"].se
    low = high = None
    if se is not None:
        ends = linear(gini.value, se, found.df, design.confidence)
        low, high = (float(one) for one in ends)
    shares = {name: _source(found, k, gini.value) for k, name in enumerate(sources)}
    return Inequality(gini.value, se, low, high, shares)


def _source(found: GroupEstimates, k: int, gini: float) -> SourceShare:
    share, own, concentration = (
        found.of[f"{name}{k}"].value for name in ("share", "gini", "concentration")
    )
    if share is None or concentration is None or not gini:
        return SourceShare(share, own, concentration, None, None, None)
    contribution = share * concentration / gini
    correlation = concentration / own if own else None
    return SourceShare(share, own, concentration, correlation, contribution, contribution - share)


def _distances_sql(rows: str, design: Design, by: Sequence[str], sources: int) -> str:
    """Adds the mean distance from all incomes, the share of people below, the mean of the group."""
    weight = f"CAST({quoted(design.weight)} AS DOUBLE)" if design.weight else "1.0e0"
    weight = f"CASE WHEN {Y} IS NULL THEN 0.0e0 ELSE {weight} END"
    group = ", ".join(map(quoted, by))
    added = [
        f"{_distance(Y, group)} AS money_d",
        f"{_rank(group)} AS money_rank",
        f"{_total(f'{_W} * {Y}', group)} / {_total(_W, group)} AS money_mean",
        *(f"{_distance(source_column(k), group)} AS money_d{k}" for k in range(sources)),
    ]
    weighted = f"SELECT *, {weight} AS {_W} FROM ({rows}) AS incomes"
    return f"SELECT *, {', '.join(added)} FROM ({weighted}) AS weighted"


def _over(group: str, order: str = "") -> str:
    parts = [f"PARTITION BY {group}" if group else "", f"ORDER BY {order}" if order else ""]
    return f"OVER ({' '.join(one for one in parts if one)})"


def _total(term: str, group: str, up_to: str = "") -> str:
    """Σ over the group; NULL in place of a sum of 0 weights, by which is divided."""
    total = f"SUM({term}) {_over(group, up_to)}"
    return f"NULLIF({total}, 0.0e0)" if term == _W and not up_to else total


def _distance(y: str, group: str) -> str:
    """(y (2 W_y − W) + Y − 2 Y_y) / W, with W_y and Y_y the sums up to and with y."""
    weights, money = _total(_W, group), f"{_W} * {y}"
    return (
        f"(({y} * (2 * {_total(_W, group, y)} - {weights}) + {_total(money, group)}"
        f" - 2 * {_total(money, group, y)}) / {weights})"
    )


def _rank(group: str) -> str:
    """The share of people with less, half of those with as much included."""
    equals = f"SUM({_W}) {_over(f'{group}, {Y}' if group else Y)}"
    return f"(({_total(_W, group, Y)} - 0.5e0 * {equals}) / {_total(_W, group)})"


def _influence_sql(distances: str, by: Sequence[str]) -> str:
    """Adds the influence of each row on the Gini of its group."""
    group = ", ".join(map(quoted, by))
    gini = f"({_total(f'{_W} * money_d', group)} / (2 * {_total(f'{_W} * {Y}', group)}))"
    measured = (
        f"SELECT *, CASE WHEN money_mean > 0 THEN {gini} END AS money_gini "
        f"FROM ({distances}) AS distances"
    )
    influence = f"(money_d - money_gini * (money_mean + {Y})) / money_mean"
    return f"SELECT *, {influence} AS money_influence FROM ({measured}) AS measured"
