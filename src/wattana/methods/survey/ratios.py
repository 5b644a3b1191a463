"""Ratios Σwy/Σwx of a sample with their linearised standard errors, for all groups at once.

A share, a mean, H, M0, an FGT index are such ratios with x = 1. The engine adds up PSUs, then
strata; only sums of strata leave it. V = Σ_h n_h/(n_h − 1) Σ_p (u_hp − ū_h)² with u = w(y − Rx)/Σwx
(Särndal, Swensson, Wretman 1992, 5.5). Totals are added as decimals, so that they do not depend on
the order of the rows. Groups are domains: n_h counts every PSU of the stratum, also those without a
row of the group, whose u is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pyarrow as pa

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid
from wattana.methods.sql import quoted
from wattana.methods.survey.design import Design
from wattana.methods.survey.intervals import linear, logit

_SUMS = ("known", "t", "z", "tt", "tz", "zz")
_NOISE = 1e-12
"""Of squares that cancel (a constant, a group in one PSU) so much is left by rounding: it is 0."""


@dataclass(frozen=True)
class Estimate:
    """One ratio of one group. None where it cannot be worked out; `n` rows had a known value.

    `numerator` and `denominator` are Σwy and Σwx.
    """

    n: int
    numerator: float
    denominator: float
    value: float | None
    se: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class GroupEstimates:
    """All ratios of one group; `group` is empty for all rows. `df` = PSUs − strata."""

    group: Mapping[str, Any]
    n: int
    population: float
    df: int
    of: Mapping[str, Estimate]


def ratios(
    engine: Engine,
    source: str,
    wanted: Mapping[str, tuple[str, str]],
    design: Design,
    *,
    shares: Sequence[str] = (),
    whole: bool = False,
) -> list[GroupEstimates]:
    """Estimate every (numerator, denominator) of `wanted`: SQL over `source`, a table or a query.

    First all rows, then the groups of each set of `design.by` in the order of their values. A row
    counts for a ratio when numerator and denominator are both known. `shares` get logit intervals,
    the others linear ones. `whole`: all numerators and denominators are whole numbers, which add
    up faster. Raises `Invalid` for a sample without a weight, stratum or PSU in a row, a negative
    weight, a lonely PSU where the design refuses it.
    """
    check_sample(engine, source, design)
    frame = _design_sums(engine, source, design)
    terms = _WHOLE if whole and not design.weight else _DECIMAL
    found: list[GroupEstimates] = []
    for by in ((), *design.by):
        psus = _psu_sql(source, wanted, design, by, terms)
        strata = engine.rows(_stratum_sql(psus, len(wanted), len(by)))
        found += _grouped(strata, wanted, design, by, frame, shares)
    return found


@dataclass(frozen=True)
class _Terms:
    """How a row's numbers are read, added up, and what an unknown one adds."""

    read: str
    added: str
    nothing: str
    weight: str


_WHOLE = _Terms("CAST({} AS BIGINT)", "{}", "0", "1")
_DECIMAL = _Terms("CAST({} AS DOUBLE)", "CAST({} AS DECIMAL(38, 12))", "0.0e0", "1.0e0")


@dataclass(frozen=True)
class _Frame:
    """PSUs of each stratum in the whole sample."""

    psus: Mapping[Any, int]

    @property
    def df(self) -> int:
        return sum(self.psus.values()) - len(self.psus)


def _design_sums(engine: Engine, source: str, design: Design) -> _Frame:
    psus = f"COUNT(DISTINCT {quoted(design.psu)})" if design.psu else "COUNT(*)"
    sql = f"SELECT {_stratum(design)} AS s, {psus} AS n FROM {_from(source)} GROUP BY 1 ORDER BY 1"
    frame = _Frame({row["s"]: row["n"] for row in engine.rows(sql).to_pylist()})
    if design.strata and design.lonely == "fail" and any(n == 1 for n in frame.psus.values()):
        raise Invalid(
            N_("Column %(column)s has a stratum with one PSU only. Join it with a neighbouring "
               "stratum, or choose the rule “skip” or “centre”."),
            column=design.strata,
        )  # fmt: skip
    return frame


def check_sample(engine: Engine, source: str, design: Design) -> None:
    """Raise `Invalid` for a negative weight, or a row whose weight, stratum or PSU is empty."""
    named = [one for one in (design.weight, design.strata, design.psu) if one]
    if not named:
        return
    empty = [f"COUNT(*) - COUNT({quoted(one)}) AS e{i}" for i, one in enumerate(named)]
    if design.weight:
        weight = f"CAST({quoted(design.weight)} AS DOUBLE)"
        empty.append(f"SUM(CASE WHEN {weight} < 0 THEN 1 ELSE 0 END) AS negative")
    row = engine.rows(f"SELECT {', '.join(empty)} FROM {_from(source)}").to_pylist()[0]
    for i, one in enumerate(named):
        if row[f"e{i}"]:
            raise Invalid(
                N_("Column %(column)s of the sample is empty. Rows in which it is: %(rows)s. Fill "
                   "it, or leave them out."),
                column=one,
                rows=int(row[f"e{i}"]),
            )  # fmt: skip
    if row.get("negative"):
        raise Invalid(
            N_("Column %(column)s holds negative sampling weights. Rows: %(rows)s. Weights are 0 "
               "or more."),
            column=design.weight,
            rows=int(row["negative"]),
        )  # fmt: skip


def _from(source: str) -> str:
    return f"({source}) AS source" if " " in source.strip() else quoted(source)


def _stratum(design: Design) -> str:
    return f"CAST({quoted(design.strata)} AS VARCHAR)" if design.strata else "''"


def _psu_sql(
    source: str,
    wanted: Mapping[str, tuple[str, str]],
    design: Design,
    by: Sequence[str],
    terms: _Terms,
) -> str:
    """One row per PSU and group: n, population, t = Σwy and z = Σwx of every ratio."""
    weight = terms.read.format(quoted(design.weight)) if design.weight else terms.weight
    groups = [f"{quoted(one)} AS g{i}" for i, one in enumerate(by)]
    columns = [*groups, f"{_stratum(design)} AS s", f"{weight} AS w"]
    for i, (y, x) in enumerate(wanted.values()):
        columns += [f"{terms.read.format(y)} AS y{i}", f"{terms.read.format(x)} AS x{i}"]
    if design.psu:
        columns.append(f"{quoted(design.psu)} AS psu")
    rows = f"SELECT {', '.join(columns)} FROM {_from(source)}"
    total = "SUM({})" if design.psu else "({})"
    sums = [f"{total.format('1')} AS n", f"{total.format(terms.added.format('w'))} AS population"]
    for i in range(len(wanted)):
        known = f"CASE WHEN y{i} IS NULL OR x{i} IS NULL THEN 0 ELSE 1 END"
        both = terms.added.format(
            f"CASE WHEN y{i} IS NULL OR x{i} IS NULL THEN {terms.nothing} ELSE w * {{}}{i} END"
        )
        sums += [
            f"{total.format(known)} AS known{i}",
            f"{total.format(both.format('y'))} AS t{i}",
            f"{total.format(both.format('x'))} AS z{i}",
        ]
    keys = [*(f"g{i}" for i in range(len(by))), "s"]
    grouping = f" GROUP BY {', '.join([*keys, 'psu'])}" if design.psu else ""
    return f"SELECT {', '.join([*keys, *sums])} FROM ({rows}) AS counted{grouping}"


def _product(one: str, other: str) -> str:
    return f"CAST({one} AS DOUBLE) * CAST({other} AS DOUBLE)"


def _stratum_sql(psus: str, count: int, groups: int) -> str:
    keys = ", ".join([*(f"g{i}" for i in range(groups)), "s"])
    sums = ["SUM(n) AS n", "SUM(population) AS population"]
    for i in range(count):
        sums += [
            f"SUM(known{i}) AS known{i}", f"SUM(t{i}) AS t{i}", f"SUM(z{i}) AS z{i}",
            f"SUM({_product(f't{i}', f't{i}')}) AS tt{i}",
            f"SUM({_product(f't{i}', f'z{i}')}) AS tz{i}",
            f"SUM({_product(f'z{i}', f'z{i}')}) AS zz{i}",
        ]  # fmt: skip
    return f"SELECT {keys}, {', '.join(sums)} FROM ({psus}) AS psus GROUP BY {keys} ORDER BY {keys}"


def _grouped(
    strata: pa.Table,
    wanted: Mapping[str, tuple[str, str]],
    design: Design,
    by: Sequence[str],
    frame: _Frame,
    shares: Sequence[str],
) -> list[GroupEstimates]:
    if not strata.num_rows:
        return []
    index, groups = _groups_of(strata, by)
    size = len(groups)
    totals = {
        name: _summed(strata, name, index, size)
        for name in ("n", "population", *(f"{s}{i}" for i in range(len(wanted)) for s in _SUMS))
    }
    psu_counts = np.array([frame.psus[s] for s in strata["s"].to_pylist()], dtype=float)
    estimates = {
        name: _estimate(strata, i, index, totals, psu_counts, design, frame.df, name in shares)
        for i, name in enumerate(wanted)
    }
    return [
        GroupEstimates(
            group,
            int(totals["n"][g]),
            float(totals["population"][g]),
            frame.df,
            {name: many[g] for name, many in estimates.items()},
        )
        for g, group in enumerate(groups)
    ]


def _groups_of(strata: pa.Table, by: Sequence[str]) -> tuple[Any, list[dict[str, Any]]]:
    """The number of each row's group, and the groups in the order of the rows."""
    if not by:
        return np.zeros(strata.num_rows, dtype=int), [{}]
    keys = list(zip(*(strata[f"g{i}"].to_pylist() for i in range(len(by))), strict=True))
    numbers = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    groups = [dict(zip(by, key, strict=True)) for key in numbers]
    return np.array([numbers[key] for key in keys]), groups


def _column(strata: pa.Table, name: str) -> Any:
    return strata[name].cast(pa.float64()).to_numpy()


def _summed(strata: pa.Table, name: str, index: Any, size: int) -> Any:
    return np.bincount(index, weights=_column(strata, name), minlength=size)


def _estimate(
    strata: pa.Table,
    i: int,
    index: Any,
    totals: Mapping[str, Any],
    psu_counts: Any,
    design: Design,
    df: int,
    share: bool,
) -> list[Estimate]:
    """One ratio in every group."""
    t, z = totals[f"t{i}"], totals[f"z{i}"]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = t / np.where(z != 0, z, np.nan)
        r = ratio[index]
        tt, tz, zz = (_column(strata, f"{kind}{i}") for kind in ("tt", "tz", "zz"))
        noise = _NOISE * (tt + 2 * np.abs(r * tz) + r * r * zz)
        squares = tt - 2 * r * tz + r * r * zz
        sums = _column(strata, f"t{i}") - r * _column(strata, f"z{i}")
        spread = squares - sums * sums / psu_counts
        squares, spread = (np.where(one > noise, one, 0) for one in (squares, spread))
        alone = squares if design.lonely == "centre" else np.zeros_like(squares)
        parts = np.where(psu_counts > 1, psu_counts / (psu_counts - 1) * spread, alone)
        variance = np.bincount(index, weights=np.nan_to_num(parts), minlength=len(ratio))
        se = np.sqrt(variance) / z if df > 0 else np.full_like(z, np.nan)
    low, high = (logit if share else linear)(ratio, se, df, design.confidence)
    known = totals[f"known{i}"]
    counts = known.astype(int).tolist(), t.tolist(), z.tolist()
    ends = (_plain(one) for one in (ratio, se, low, high))
    return [Estimate(*row) for row in zip(*counts, *ends, strict=True)]


def _plain(values: Any) -> list[float | None]:
    """Python's numbers; None for what is not a number."""
    return [one if isfinite(one) else None for one in values.tolist()]
