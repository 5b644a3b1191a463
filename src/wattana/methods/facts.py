"""The facts of a measure worked out from a snapshot: one flat table that measure files read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wattana.engines.port import Engine
from wattana.rules.expressions import SURVEY_DATE, Expression
from wattana.rules.facts import Fact

KEY = ("household", "visit_year", "visit_round")
FRAME = ("area", "latest", SURVEY_DATE)
_AREAS = ", ".join(
    f"SUBSTR(area, 1, {digits}) AS {name}"
    for name, digits in (("province", 2), ("district", 4), ("tambon", 6))
)


def write(engine: Engine, snapshot: Path, facts: Sequence[Fact], unit: str, out: Path) -> int:
    """Write `out`: the key, the areas, and a column per fact; returns the number of rows.

    One row per household and round, or per person and round. Facts without an expression are left
    out: only files have them. Raises `EngineFailed`.
    """
    engine.tables(
        {"households": snapshot / "households.parquet", "persons": snapshot / "persons.parquet"}
    )
    known = [(one.name, one.expression) for one in facts if one.expression]
    columns = "".join(f', ({expression.sql()}) AS "{name}"' for name, expression in known)
    rows = _rows(unit, [expression for _, expression in known])
    frame = ", ".join((*KEY, *FRAME))
    return engine.write(
        f"SELECT {frame}, {_AREAS}{columns} FROM {rows} ORDER BY area, {', '.join(KEY)}", out
    )


def _rows(unit: str, used: Sequence[Expression]) -> str:
    key = ", ".join(KEY)
    if unit == "person":
        names = {one for expression in used for one in expression.inputs}
        book = (n for e in used for n in e.node.walk() if n.op == "variable")
        of_household = {n.variable.name for n in book if n.variable.level == "household"} & names
        kept = ", ".join((*KEY, *FRAME, *(f'"{one}"' for one in sorted(of_household))))
        return f"persons JOIN (SELECT {kept} FROM households) AS homes USING ({key})"
    aggregates = {name: sql for one in used for name, sql in one.aggregates().items()}
    if not aggregates:
        return "households"
    counted = ", ".join(f'{sql} AS "{name}"' for name, sql in aggregates.items())
    dates = f"JOIN (SELECT {key}, {SURVEY_DATE} FROM households) AS dates USING ({key})"
    dated = dates if any(one.dated_members for one in used) else ""
    members = f"SELECT {key}, {counted} FROM persons {dated} GROUP BY {key}"
    return f"households LEFT JOIN ({members}) AS members USING ({key})"
