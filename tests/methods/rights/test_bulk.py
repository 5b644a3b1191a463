from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattana.engines import DuckDB
from wattana.methods.rights import bulk, explain
from wattana.methods.rights.bulk import in_sql, streaming
from wattana.methods.rights.bulk.coding import applied
from wattana.methods.rights.judging import ALIVE, DECEASED, IN_FORCE, Answer
from wattana.rules import codebook as codebooks
from wattana.rules import programmes as rulebook
from wattana.rules.programmes.facts import ID, Facts
from wattana.rules.programmes.model import Programme

BOOK = codebooks.load()
PROGRAMMES = [one for one in rulebook.load().values() if one.is_on]
IMPLIED = (ALIVE, DECEASED, IN_FORCE)
_ARROW = {
    "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "choice": pa.string(),
    "multi": pa.list_(pa.string()), "date": pa.date32(), "partial_date": pa.date32(),
    "text": pa.string(),
}  # fmt: skip
_FRAME = {
    "household": pa.string(), "visit_year": pa.int16(), "visit_round": pa.int16(),
    "province": pa.string(), "district": pa.string(), "tambon": pa.string(), "area": pa.string(),
    "surveyed_on": pa.date32(), "latest": pa.bool_(),
}  # fmt: skip
_KEY = ("household", "visit_year", "visit_round")
Sample = tuple[Facts, dt.date]
Assess = Callable[[DuckDB, Path, Path, dt.date | None], None]


def samples() -> list[Sample]:
    """The households of all worked cases, each on its day: every condition, amount and boundary."""
    return [(case.facts, case.day) for one in PROGRAMMES for case in one.cases]


def written(folder: Path, homes: list[Sample]) -> Path:
    """A snapshot in which any fact may be stated, also one that follows from others."""
    facts = {"household": [], "person": []}
    for number, (home, day) in enumerate(homes):
        key = {"household": f"h{number:04}", "visit_year": day.year, "visit_round": 1}
        place = {"province": "33", "district": "3301", "tambon": "330103",
                 "area": f"3301030{number % 9 + 1}", "surveyed_on": day,
                 "latest": True}  # fmt: skip
        facts["household"].append({**read(home.household), **key, **place})
        people = [{**read(one), "person": one[ID], **key} for one in home.persons]
        facts["person"].extend(people)
    columns = {
        "household": _FRAME,
        "person": {**{k: _FRAME[k] for k in _KEY}, "person": pa.string()},
    }
    for level, name in (("household", bulk.HOUSEHOLDS), ("person", bulk.PERSONS)):
        known = [*BOOK.variables.values(), *BOOK.derived.values()]
        stated = {one.name: _ARROW[one.kind] for one in known if one.level == level}
        schema = pa.schema({**stated, **columns[level]})
        pq.write_table(pa.Table.from_pylist(facts[level], schema=schema), folder / name)
    return folder


def read(row: Any) -> dict[str, Any]:
    kinds = {**BOOK.variables, **BOOK.derived}
    return {
        name: dt.date.fromisoformat((f"{value}-01-01")[:10])
        if kinds[name].kind in ("date", "partial_date")
        else value
        for name, value in row.items()
        if name != ID and value is not None
    }


def judged(
    folder: Path, homes: list[Sample], assess: Assess, on: dt.date | None = None
) -> dict[tuple, dict]:
    out = folder / "out"
    out.mkdir()
    with closing(DuckDB()) as engine:
        assess(engine, written(folder, homes), out, on)
        return {
            (row["household"], row.get("person")): row
            for level in ("person", "household")
            for row in engine.rows(
                f"SELECT * FROM {bulk.judged(engine, out, level, PROGRAMMES)} AS rows"
            ).to_pylist()
        }


def with_vectors(engine: DuckDB, snapshot: Path, out: Path, on: dt.date | None) -> None:
    streaming.assess(snapshot, out, PROGRAMMES, codebook=BOOK, on=on)


def with_sql(engine: DuckDB, snapshot: Path, out: Path, on: dt.date | None) -> None:
    in_sql.assess(engine, snapshot, out, PROGRAMMES, codebook=BOOK, on=on)


both_ways = pytest.mark.parametrize("assess", [with_vectors, with_sql])


def of_bulk(programme: Programme, row: dict) -> tuple:
    name = programme.id
    conditions = {
        condition: value
        for condition, value, _ in bulk.reasons(programme, row[f"{name}_conditions"])
        if condition != IN_FORCE
    }
    received = {0: False, 1: True, 2: None}[row[f"{name}_received"]]
    return (
        bulk.CODES[row[name]], conditions, received, row[f"{name}_satang"], row[f"{name}_year"]
    )  # fmt: skip


def of_one(programme: Programme, answer: Answer) -> tuple:
    conditions = {one.name: one.value for one in answer.conditions if one.name not in IMPLIED}
    not_binding = {one.name: True for one in applied(programme) if one.name not in conditions}
    return (
        answer.outcome, {**conditions, **not_binding}, answer.received, answer.satang,
        answer.satang_a_year,
    )  # fmt: skip


@both_ways
def test_every_worked_case_has_the_answers_of_one_household_in_bulk_too(tmp_path, assess):
    homes = samples()
    rows = judged(tmp_path, homes, assess)
    compared = 0
    for number, (facts, day) in enumerate(homes):
        explanation = explain(rulebook.load(), facts, day, BOOK)
        for answer in explanation.answers:
            row = rows[f"h{number:04}", answer.person]
            expected = of_one(answer.programme, answer)
            assert of_bulk(answer.programme, row) == expected, (answer.programme.id, facts, day)
            compared += 1
    assert compared > len(homes) * 10


@both_ways
@pytest.mark.parametrize("day", [dt.date(2025, 11, 1), dt.date(2021, 7, 22)])
def test_on_a_given_day_the_ages_have_moved_on(tmp_path, assess, day):
    homes = samples()[::7]
    rows = judged(tmp_path, homes, assess, on=day)
    for number, (facts, _) in enumerate(homes):
        for answer in explain(rulebook.load(), facts, day, BOOK).answers:
            row = rows[f"h{number:04}", answer.person]
            assert of_bulk(answer.programme, row) == of_one(answer.programme, answer)
