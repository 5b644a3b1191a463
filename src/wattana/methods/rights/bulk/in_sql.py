"""The pass as SQL, for an engine that spreads it over many machines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from wattana.engines.port import Engine
from wattana.methods.rights.bulk import coding
from wattana.methods.rights.bulk.files import FRAME, HOUSEHOLDS, OF_PERSON, PERSONS, RIGHTS
from wattana.methods.rights.bulk.frame import KEY, PLACE, frame
from wattana.rules.book import Codebook
from wattana.rules.expressions import SURVEY_DATE
from wattana.rules.programmes.model import Programme


def assess(
    engine: Engine,
    snapshot: Path,
    out: Path,
    programmes: Sequence[Programme],
    *,
    codebook: Codebook,
    on: dt.date | None = None,
) -> None:
    """Write the files of `files`, each answer as the columns of `coding`. Raises `EngineFailed`."""
    engine.tables({"households": snapshot / HOUSEHOLDS, "persons": snapshot / PERSONS})
    columns = {name: engine.columns(name) for name in ("households", "persons")}
    rows = frame([one for one in programmes if one.is_on], columns, codebook, on)
    persons = coding.programmes_of(programmes, "person")
    homes = coding.programmes_of(programmes, "household")
    engine.write(_judged(rows.people, persons, OF_PERSON, on), out / PERSONS)
    engine.write(_judged(rows.homes, homes, (), on), out / HOUSEHOLDS)
    engine.tables({"judged_persons": out / PERSONS, "judged_homes": out / HOUSEHOLDS})
    engine.write(_rights(persons, homes), out / RIGHTS)


def _judged(
    rows: str, programmes: Sequence[Programme], own: Sequence[str], on: dt.date | None
) -> str:
    """Two steps: the code of each condition, then the answers made of the codes."""
    frame_columns = [*KEY, *PLACE, "latest", f"{SURVEY_DATE} AS day", *own]
    codes = {column: sql for one in programmes for column, sql in coding.codes_sql(one, on).items()}
    first = ", ".join([*frame_columns, *(f'{sql} AS "{name}"' for name, sql in codes.items())])
    kept = [*FRAME, *own]
    answers = {column: sql for one in programmes for column, sql in coding.answer_sql(one).items()}
    second = ", ".join([*kept, *(f'{sql} AS "{name}"' for name, sql in answers.items())])
    return f"SELECT {second} FROM (SELECT {first} FROM ({rows}) AS facts) AS coded"


def _rights(persons: Sequence[Programme], homes: Sequence[Programme]) -> str:
    """What households are due and get, over all programmes."""
    key = ", ".join(KEY)
    names = ("rights_due", "rights_received", "rights_open", "rights_unknown", "missing_year")
    people = ", ".join(
        f"CAST(SUM({sql}) AS BIGINT) AS p_{name}"
        for name, sql in zip(names, _counts(persons), strict=True)
    )
    own = ", ".join(f"{sql} AS h_{name}" for name, sql in zip(names, _counts(homes), strict=True))
    total = ", ".join(f"h_{name} + COALESCE(p_{name}, 0) AS {name}" for name in names)
    return (
        f"SELECT {key}, area, latest, day, {total} "
        f"FROM (SELECT {key}, area, latest, day, {own} FROM judged_homes) AS homes "
        f"LEFT JOIN (SELECT {key}, {people} FROM judged_persons GROUP BY {key}) AS people "
        f"USING ({key})"
    )


def _counts(programmes: Sequence[Programme]) -> list[str]:
    """Rights due with receipt known, received, with receipt unknown; open ones; satang missing."""
    due = [one.id for one in programmes if one.may_be_due]
    tests = (
        '"{0}" = 3 AND "{0}_received" <> 2',
        '"{0}" = 3 AND "{0}_received" = 1',
        '"{0}" = 3 AND "{0}_received" = 2',
        '"{0}" = 1',
    )
    counted = [
        " + ".join(f"CASE WHEN {test.format(name)} THEN 1 ELSE 0 END" for name in due) or "0"
        for test in tests
    ]
    missing = 'CASE WHEN "{0}" = 3 AND "{0}_received" = 0 THEN COALESCE("{0}_year", 0) ELSE 0 END'
    return [*counted, " + ".join(missing.format(name) for name in due) or "0"]
