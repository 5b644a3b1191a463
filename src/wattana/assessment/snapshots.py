"""Freeze the surveys: typed Parquet tables under pseudonyms, sorted by area, and a manifest.

    households.parquet  one row per accepted visit: household, visit_year, visit_round, surveyed_on,
                        province, district, tambon, area, latest, and the household's answers
    persons.parquet     one row per person of such a visit: household, visit_year, visit_round,
                        person, sex, age, relation, registered, and the person's answers
    manifest.json       hashes and rows of both files, the codebook's version, what was left out

Free text is left out, because people write names into it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wattana.assessment import extract
from wattana.engines import DuckDB
from wattana.kernel.problems import N_, Conflict
from wattana.kernel.sealing import Keyring
from wattana.rules.book import Codebook
from wattana.rules.variables import Variable
from wattana.surveys.models import VisitPerson

Progress = Callable[[float], None]
HOUSEHOLD, PERSON = "household", "person"
FILES = ("households.parquet", "persons.parquet")
MANIFEST = "manifest.json"

_EMPTY = N_("There is no submitted visit to freeze. Record or import a survey first.")
_CHANGED = N_("The files of this snapshot are missing or were changed. Take a new snapshot.")


@dataclass(frozen=True)
class Frozen:
    """What a new snapshot holds."""

    households: int
    visits: int
    persons: int
    left_out: dict[str, int]
    manifest_hash: str


def freeze(
    into: Path, *, engine: DuckDB, codebook: Codebook, keyring: Keyring, progress: Progress
) -> Frozen:
    """Write the snapshot's files into a folder. Raises `Conflict` when there is no visit."""
    raw = into / "raw"
    raw.mkdir()
    with extract.frozen():
        left_out = extract.left_out()
        _read(raw, lambda share: progress(share * 0.5))
    engine.tables({"visits": raw / "visits.parquet", "raw_persons": raw / "persons.parquet"})
    _write_pseudonyms(raw, engine, keyring)
    engine.tables(
        {
            "household_names": raw / f"{HOUSEHOLD}.parquet",
            "person_names": raw / f"{PERSON}.parquet",
        }
    )
    progress(0.6)
    engine.write(_households_sql(codebook), into / FILES[0])
    progress(0.8)
    engine.write(_persons_sql(codebook), into / FILES[1])
    for file in raw.iterdir():
        file.unlink()
    raw.rmdir()
    return _seal(into, engine, codebook, left_out)


def verify(folder: Path, manifest_hash: str) -> None:
    """Raise `Conflict` unless the folder's files are those that the manifest was made of."""
    try:
        text = (folder / MANIFEST).read_bytes()
        same = hashlib.sha256(text).hexdigest() == manifest_hash and all(
            _sha256(folder / name) == of["sha256"] for name, of in json.loads(text)["files"].items()
        )
    except FileNotFoundError:
        same = False
    if not same:
        raise Conflict(_CHANGED)


def _read(raw: Path, progress: Progress) -> None:
    """Stream visits and persons into raw files; both are about `expected` rows together."""
    visits = extract.accepted_visits().count()
    if not visits:
        raise Conflict(_EMPTY)
    expected = visits + VisitPerson.objects.count()
    done = 0
    for done in extract.write(raw / "visits.parquet", extract.VISITS, extract.visit_rows()):
        progress(min(1.0, done / expected))
    rows = extract.person_rows()
    for more in extract.write(raw / "persons.parquet", extract.PERSONS, rows):
        progress(min(1.0, (done + more) / expected))


def _write_pseudonyms(raw: Path, engine: DuckDB, keyring: Keyring) -> None:
    """Tables from a key of the database to its pseudonym, the same in every snapshot."""
    _write_names(raw, HOUSEHOLD, engine.rows("SELECT DISTINCT household FROM visits"), keyring)
    persons = engine.rows("SELECT DISTINCT person FROM raw_persons JOIN visits USING (visit)")
    _write_names(raw, PERSON, persons, keyring)


def _write_names(raw: Path, purpose: str, keys: pa.Table, keyring: Keyring) -> None:
    column = keys.column(0)
    names = [keyring.pseudonym(str(key), purpose) for key in column.to_pylist()]
    table = pa.table({purpose: column, "name": pa.array(names, pa.string())})
    pq.write_table(table, raw / f"{purpose}.parquet", compression="zstd")


def _households_sql(codebook: Codebook) -> str:
    """One row per visit. A household that moved away has no latest visit."""
    return f"""
        WITH latest AS (
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
    """One row per person of a visit. Age: an unknown day or month of birth counts as the first."""
    return f"""
        SELECT household_names.name AS household, year AS visit_year, round AS visit_round,
            person_names.name AS person, nullif(sex, '') AS sex, {_AGE} AS age,
            nullif(relation, 'unknown') AS relation, nullif(registered, 'unknown') AS registered,
            {_answers(codebook, "person", "raw_persons.answers")}
        FROM raw_persons JOIN visits USING (visit) JOIN household_names USING (household)
            JOIN person_names USING (person)
        ORDER BY area, household_names.name, year, round, person_names.name"""


# thai.dates.PartialDate.age_on, which a test holds this to
_AGE = """CAST(CASE WHEN make_date(birth_year, coalesce(birth_month, 1), coalesce(birth_day, 1))
                <= surveyed_on
            THEN year(surveyed_on) - birth_year - CAST(
                (month(surveyed_on), day(surveyed_on))
                < (coalesce(birth_month, 1), coalesce(birth_day, 1)) AS INTEGER)
            END AS INTEGER)"""


def _answers(codebook: Codebook, level: str, document: str) -> str:
    """The JSON document of a visit as one typed column per variable of the codebook."""
    types = {variable.name: _json_type(variable) for variable in codebook.columns(level)}
    return f"unnest(from_json({document}, '{json.dumps(types)}'))"


def _json_type(variable: Variable) -> str | list[str]:
    """The type of a column as DuckDB's from_json writes it."""
    many = variable.sql_type.endswith("[]")
    return [variable.sql_type.removesuffix("[]")] if many else variable.sql_type


def _seal(folder: Path, engine: DuckDB, codebook: Codebook, left_out: dict[str, int]) -> Frozen:
    """Write the manifest; it holds no time, so that equal data give an equal hash."""
    engine.tables({"households": folder / FILES[0]})
    counts = engine.rows("SELECT count(DISTINCT household), count(*) FROM households")
    households, visits = (column[0].as_py() for column in counts.columns)
    persons = pq.read_metadata(folder / FILES[1]).num_rows
    manifest = {
        "format": 1,
        "codebook_version": codebook.version,
        "files": {name: _described(folder / name) for name in FILES},
        "households": households,
        "left_out": left_out,
        "variables_left_out": _variables_left_out(codebook),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True).encode()
    (folder / MANIFEST).write_bytes(text)
    return Frozen(households, visits, persons, left_out, hashlib.sha256(text).hexdigest())


def _described(file: Path) -> dict[str, Any]:
    return {
        "rows": pq.read_metadata(file).num_rows,
        "columns": pq.read_schema(file).names,
        "sha256": _sha256(file),
    }


def _variables_left_out(codebook: Codebook) -> Iterable[str]:
    kept = {variable.name for level in (HOUSEHOLD, PERSON) for variable in codebook.columns(level)}
    return sorted(set(codebook.variables) - kept)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
