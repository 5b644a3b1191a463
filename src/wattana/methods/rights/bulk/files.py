"""The files of a pass and how SQL reads them.

    persons.parquet     household, visit_year, visit_round, area, latest, day, person, age, sex and
                        the answer of each programme of persons
    households.parquet  household, visit_year, visit_round, area, latest, day and the answer of each
                        programme of households
    rights.parquet      by household and visit: area, latest, day, rights_due (of which is known
                        whether they are received), rights_received, rights_open (due, receipt
                        unknown), rights_unknown, missing_year

An answer is five columns (see `coding`), or, where `answers.parquet` lies beside the files, its
number among the programme's answers there: programme, number, outcome, conditions, received,
satang, year. `judged` is the first form, whichever was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wattana.engines.port import Engine
from wattana.methods.rights.bulk.coding import columns_of, programmes_of
from wattana.methods.rights.bulk.frame import KEY
from wattana.rules.programmes.model import Programme

PERSONS, HOUSEHOLDS, RIGHTS = "persons.parquet", "households.parquet", "rights.parquet"
ANSWERS = "answers.parquet"
FRAME = (*KEY, "area", "latest", "day")
OF_PERSON = ("person", "age", "sex")
CONTENTS = ("outcome", "conditions", "received", "satang", "year")
"""What `coding.columns_of` names, in its order."""
_FILES = {"person": PERSONS, "household": HOUSEHOLDS}
_TYPES = {"outcome": "TINYINT", "received": "TINYINT"}


def judged(
    engine: Engine, out: Path, level: str, programmes: Sequence[Programme], name: str = ""
) -> str:
    """SQL of a table with the columns of `coding` for each programme of a level, to stand in FROM.

    The engine gets to know the file under `name`.
    """
    table = f"{name or 'judged'}_{level}"
    engine.tables({table: out / _FILES[level]})
    if not (out / ANSWERS).exists():
        return table
    given = pq.read_table(out / ANSWERS)
    own = ", ".join((*FRAME, *(OF_PERSON if level == "person" else ())))
    columns = "".join(
        f', {_looked_up(_of(given, one), content, one.id)} AS "{column}"'
        for one in programmes_of(programmes, level)
        for column, content in zip(columns_of(one), CONTENTS, strict=True)
    )
    return f"(SELECT {own}{columns} FROM {table})"


def _of(given: pa.Table, programme: Programme) -> pa.Table:
    return given.filter(pc.equal(given.column("programme"), programme.id))


def _looked_up(given: pa.Table, content: str, name: str) -> str:
    """An answer's content by its number: a list of constants."""
    values = given.column(content).to_pylist()
    kind = _TYPES.get(content, "BIGINT")
    if len(set(values)) <= 1:
        return f"CAST({_literal(next(iter(values), None))} AS {kind})"
    found = ", ".join(map(_literal, values))
    return f'CAST([{found}] AS {kind}[])["{name}" + 1]'


def _literal(value: int | None) -> str:
    return "NULL" if value is None else str(value)
