"""Unfold raw rows into the typed tables of a snapshot, part by part, so that memory stays flat.

The answers of a visit are one JSON document; DuckDB parses it into the columns of the codebook.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.assessment import extract
from wattana.engines import DuckDB
from wattana.kernel.sealing import Keyring
from wattana.rules.book import Codebook
from wattana.rules.variables import Variable
from wattana.thai.dates import PartialDate

HOUSEHOLDS, PERSONS = "households.parquet", "persons.parquet"
HOUSEHOLD, PERSON = "household", "person"


def unfold(
    raw: Path,
    into: Path,
    *,
    engine: DuckDB,
    codebook: Codebook,
    keyring: Keyring,
    progress: Callable[[float], None],
) -> dict[str, int]:
    """Write the snapshot's two tables; returns how many visits were left out, by reason."""
    statements = {HOUSEHOLDS: _households_sql(codebook), PERSONS: _persons_sql(codebook)}
    left_out: Counter[str] = Counter()
    files: dict[str, pq.ParquetWriter] = {}
    parts = extract.parts(raw)
    with ExitStack() as stack:
        for done, (visits, persons) in enumerate(parts, 1):
            engine.tables({"raw_visits": visits, "raw_persons": persons})
            left_out.update(_left_out(engine))
            _name(raw / f"names-{done}", engine, keyring)
            for name, sql in statements.items():
                table = engine.rows(sql)
                if name not in files:
                    file = pq.ParquetWriter(into / name, table.schema, compression="zstd")
                    files[name] = stack.enter_context(file)
                files[name].write_table(table)
            progress(done / len(parts))
    return dict(sorted(left_out.items()))


def _left_out(engine: DuckDB) -> dict[str, int]:
    rows = engine.rows(
        "SELECT left_out, count(*) AS visits FROM raw_visits WHERE left_out IS NOT NULL"
        " GROUP BY left_out"
    )
    return {row["left_out"]: row["visits"] for row in rows.to_pylist()}


def _name(folder: Path, engine: DuckDB, keyring: Keyring) -> None:
    """Tables from a key of the database to its pseudonym, the same in every snapshot."""
    folder.mkdir()
    for purpose, source in (
        (HOUSEHOLD, "visits"),
        (PERSON, "raw_persons JOIN visits USING (visit)"),
    ):
        keys = engine.rows(f"WITH {_VISITS} SELECT DISTINCT {purpose} FROM {source}").column(0)
        names = [keyring.pseudonym(str(key), purpose) for key in keys.to_pylist()]
        path = folder / f"{purpose}.parquet"
        pq.write_table(pa.table({purpose: keys, "name": pa.array(names, pa.string())}), path)
        engine.tables({f"{purpose}_names": path})


_VISITS = "visits AS (SELECT * FROM raw_visits WHERE left_out IS NULL)"


def _households_sql(codebook: Codebook) -> str:
    """One row per visit. A household that moved away has no latest visit."""
    return f"""
        WITH {_VISITS}, latest AS (
            SELECT max_by(visit, (year, round)) AS visit FROM visits WHERE active GROUP BY household
        )
        SELECT household_names.name AS household, year AS visit_year, round AS visit_round,
            surveyed_on, left(area, 2) AS province, left(area, 4) AS district,
            left(area, 6) AS tambon, area,
            visit IN (SELECT visit FROM latest) AS latest,
            {_answers(codebook, "household", "visits.answers")}
        FROM visits JOIN household_names USING (household)
        ORDER BY area, household_names.name, year, round"""


def _persons_sql(codebook: Codebook) -> str:
    """One row per person of a visit. An unknown day or month of birth counts as the first.

    Of a death the register knows before the answers do.
    """
    return f"""
        WITH {_VISITS}, people AS (
        SELECT visits.area, household_names.name AS household, year AS visit_year,
            round AS visit_round,
            person_names.name AS person, nullif(sex, '') AS sex, {PartialDate.age_in_sql()} AS age,
            make_date(birth_year, coalesce(birth_month, 1), coalesce(birth_day, 1)) AS birth_date,
            raw_persons.died_on AS registered_death,
            nullif(relation, 'unknown') AS relation, nullif(registered, 'unknown') AS registered,
            {_answers(codebook, "person", "raw_persons.answers")}
        FROM raw_persons JOIN visits USING (visit) JOIN household_names USING (household)
            JOIN person_names USING (person))
        SELECT * EXCLUDE (area, registered_death)
            REPLACE (coalesce(registered_death, died_on) AS died_on)
        FROM people ORDER BY area, household, visit_year, visit_round, person"""


def _answers(codebook: Codebook, level: str, document: str) -> str:
    """The JSON document of a visit as one typed column per variable of the codebook."""
    types = {variable.name: _json_type(variable) for variable in codebook.columns(level)}
    return f"unnest(from_json({document}, '{json.dumps(types)}'))"


def _json_type(variable: Variable) -> str | list[str]:
    """The type of a column as DuckDB's from_json writes it."""
    many = variable.sql_type.endswith("[]")
    return [variable.sql_type.removesuffix("[]")] if many else variable.sql_type
