"""Look at the sample before figures are made of it: weights, strata, PSUs, indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster.rows import deprived_sql, source
from wattana.methods.alkire_foster.sums import stratum_sql
from wattana.methods.sql import literal, quoted
from wattana.methods.survey import Design
from wattana.rules.poverty import PovertyMeasure

DIGITS = 18
"""Of a weight as DECIMAL."""
Place = Callable[[str, str], str]
"""(column, SQL test) → where the first row that fails it stands, for the message."""


@dataclass(frozen=True)
class Sample:
    """What figures need to know beforehand. `psus`: by stratum; `scale`: decimals of weights."""

    rows: int
    psus: Mapping[str, int]
    scale: int

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs − strata."""
        return sum(self.psus.values()) - len(self.psus)


def nowhere(column: str, _test: str) -> str:
    """A place without a file: the column alone."""
    return column


def looked_at(
    engine: Engine,
    table: str,
    measure: PovertyMeasure,
    design: Design,
    weight: str | None,
    place: Place = nowhere,
) -> Sample:
    """Check the sample. `weight` is SQL. Raises `Invalid` for what figures cannot be made of."""
    row = engine.rows(
        f"SELECT {_counts(measure, design, weight)} FROM {source(table)}"
    ).to_pylist()[0]
    if not row["seen"]:
        raise Invalid(N_("The data hold no rows. Give a file with at least one row."))
    _check_weights(row, design, weight, place)
    _check_design(row, design, place)
    _check_answers(row, measure)
    psus = _psus(engine, table, design)
    if design.lonely == "fail":
        _check_lonely(psus, design, place)
    return Sample(row["seen"], psus, _scale(row))


def _counts(measure: PovertyMeasure, design: Design, weight: str | None) -> str:
    counts = ["COUNT(*) AS seen"]
    if weight is not None:
        counts += [
            f"COUNT({weight}) AS weights",
            f"MIN(CAST({weight} AS DOUBLE)) AS least",
            f"MAX(CAST({weight} AS DOUBLE)) AS most",
        ]
    for name, column in (("strata", design.strata), ("psu", design.psu)):
        if column:
            counts.append(f"COUNT({quoted(column)}) AS {name}")
    counts += [
        f"COUNT({deprived_sql(one)}) AS known{j}" for j, one in enumerate(measure.indicators)
    ]
    return ", ".join(counts)


def _check_weights(
    row: Mapping[str, Any], design: Design, weight: str | None, place: Place
) -> None:
    if weight is None:
        return
    column = design.weight or weight
    if row["weights"] < row["seen"]:
        raise Invalid(
            N_("%(place)s: a sampling weight is missing. Give every row a weight of 0 or more."),
            place=place(column, f"{weight} IS NULL"),
        )
    if row["least"] < 0:
        raise Invalid(
            N_("%(place)s: a sampling weight is below 0. Give every row a weight of 0 or more."),
            place=place(column, f"{weight} < 0"),
        )
    if not 0 < row["most"] < 1e17:
        raise Invalid(
            N_("%(place)s: the sampling weights have to be finite numbers, not all of them 0."),
            place=place(column, f"{weight} >= 1e17 OR {weight} = 0"),
        )


def _check_design(row: Mapping[str, Any], design: Design, place: Place) -> None:
    for key, column in (("strata", design.strata), ("psu", design.psu)):
        if column and row[key] < row["seen"]:
            raise Invalid(
                N_("%(place)s: a row has no %(key)s. Fill it in, or leave that row out."),
                place=place(column, f"{quoted(column)} IS NULL"),
                key=key,
            )


def _check_answers(row: Mapping[str, Any], measure: PovertyMeasure) -> None:
    for j, one in enumerate(measure.indicators):
        if not row[f"known{j}"]:
            raise Invalid(
                N_("%(place)s: “%(name)s” is unknown in every row (%(columns)s). Fill the column, "
                   "or take the indicator out."),
                place=one.place or one.name,
                name=one.name,
                columns=", ".join(one.deprived.inputs) or "–",
            )  # fmt: skip


def _psus(engine: Engine, table: str, design: Design) -> dict[str, int]:
    count = f"COUNT(DISTINCT {quoted(design.psu)})" if design.psu else "COUNT(*)"
    sql = f"SELECT {stratum_sql(design)} AS s, {count} AS n FROM {source(table)}"
    rows = engine.rows(f"{sql} GROUP BY 1 ORDER BY 1")
    return {row["s"]: row["n"] for row in rows.to_pylist()}


def _check_lonely(psus: Mapping[str, int], design: Design, place: Place) -> None:
    for stratum, count in psus.items():
        if count == 1 and (design.psu or len(psus) > 1):
            raise Invalid(
                N_("%(place)s: the stratum “%(stratum)s” has one PSU only, so its variance cannot "
                   "be told. Join it with a neighbouring stratum, or choose the rule for lonely "
                   "PSUs: skip or centre."),
                place=place(design.strata or "–", f"{stratum_sql(design)} = {literal(stratum)}"),
                stratum=stratum[:40],
            )  # fmt: skip


def _scale(row: Mapping[str, Any]) -> int:
    """As many decimals as a DECIMAL(18) has beside the whole part of the largest weight."""
    most = int(row.get("most") or 0)
    return DIGITS - (len(str(most)) if most else 0)
