"""The pass with vectors: the same answers however the files are cut, whatever stands in them."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from tests.methods.rights import test_bulk as cases
from tests.methods.rights.test_properties import DAYS, HOMES, PEOPLE
from wattana.engines import DuckDB
from wattana.engines.port import EngineFailed
from wattana.methods.rights import bulk, explain
from wattana.methods.rights.bulk import chunks, in_sql, streaming
from wattana.rules import programmes as rulebook
from wattana.rules.programmes.facts import ID, Facts

DAY = dt.date(2025, 11, 1)
FILES = (bulk.PERSONS, bulk.HOUSEHOLDS)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> Path:
    every = cases.samples()
    homes = [together(every[place : place + 3]) for place in range(0, len(every), 9)]
    return cases.written(tmp_path_factory.mktemp("snapshot"), homes)


def together(some: list[cases.Sample]) -> cases.Sample:
    """The persons of several cases in the home of the first: a case mostly has one person."""
    (first, day), *_ = some
    people = [person for facts, _ in some for person in facts.persons]
    return Facts(first.household, [{**one, ID: f"p{n}"} for n, one in enumerate(people)]), day


def changed(snapshot: Path, into: Path, change) -> Path:
    """The same snapshot with each of its tables changed."""
    into.mkdir()
    for name in FILES:
        table, groups = change(name, pq.read_table(snapshot / name))
        pq.write_table(table, into / name, row_group_size=groups)
    return into


def answers(
    snapshot: Path, out: Path, on: dt.date | None = None, judge=cases.with_vectors
) -> list[list[dict]]:
    out.mkdir()
    with closing(DuckDB()) as engine:
        judge(engine, snapshot, out, on)
        levels = [
            engine.rows(f"SELECT * FROM {bulk.judged(engine, out, level, cases.PROGRAMMES)} AS r")
            for level in ("person", "household")
        ]
    return [one.to_pylist() for one in (*levels, pq.read_table(out / bulk.RIGHTS))]


def either_way(engine: DuckDB, snapshot: Path, out: Path, on: dt.date | None) -> None:
    """With vectors, or with SQL what they do not take."""
    bulk.assess(engine, snapshot, out, cases.PROGRAMMES, codebook=cases.BOOK, on=on)


def in_some_order(tables: list[list[dict]]) -> list[list[dict]]:
    return [sorted(rows, key=repr) for rows in tables]


@pytest.fixture(scope="module")
def expected(snapshot, tmp_path_factory) -> list[list[dict]]:
    """The answers from the files as they are."""
    return answers(snapshot, tmp_path_factory.mktemp("answers") / "whole")


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_however_persons_and_households_are_cut_into_groups_the_answers_are_the_same(
    snapshot, expected, tmp_path, rows
):
    cut = changed(snapshot, tmp_path / "cut", lambda name, table: (table, rows))
    assert answers(cut, tmp_path / "parts") == expected


def test_parts_of_any_size_give_the_same_answers(snapshot):
    columns = ["area", "latest", "surveyed_on"], ["person"]
    found = [
        [
            (home, people.column("person").to_pylist())
            for part in chunks.chunks(
                snapshot / bulk.HOUSEHOLDS, snapshot / bulk.PERSONS, columns, rows
            )
            for home, people in by_household(part)
        ]
        for rows in (1, 7, 10_000)
    ]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == pq.read_metadata(snapshot / bulk.HOUSEHOLDS).num_rows


def by_household(part: chunks.Chunk):
    names = part.homes.column("household").to_pylist()
    sizes = dict(zip(part.households.rows.tolist(), part.households.sizes.tolist(), strict=True))
    begin = 0
    for row, name in enumerate(names):
        yield name, part.persons.slice(begin, sizes.get(row, 0))
        begin += sizes.get(row, 0)


def test_a_household_in_which_nobody_was_recorded_has_its_own_answers(snapshot, tmp_path):
    homes = pq.read_table(snapshot / bulk.HOUSEHOLDS).column("household").to_pylist()
    lost = {"h0000", "h0004", "h0005", homes[-1]}

    def without(name, table):
        if name == bulk.HOUSEHOLDS:
            return table, None
        return table.filter(pa.compute.invert(one_of(table, lost))), 5

    def one_of(table, names):
        return pa.compute.is_in(table.column("household"), pa.array(sorted(names)))

    empty = changed(snapshot, tmp_path / "empty", without)
    persons, homes, rights = answers(empty, tmp_path / "out")
    assert not lost & {one["household"] for one in persons}
    assert lost <= {one["household"] for one in homes}
    assert lost <= {one["household"] for one in rights}
    in_sql_ = with_sql(empty, tmp_path / "sql")
    assert in_some_order([persons, homes, rights]) == in_some_order(in_sql_)


def with_sql(snapshot: Path, out: Path, on: dt.date | None = None) -> list[list[dict]]:
    out.mkdir()
    with closing(DuckDB()) as engine:
        in_sql.assess(engine, snapshot, out, cases.PROGRAMMES, codebook=cases.BOOK, on=on)
    return [pq.read_table(out / name).to_pylist() for name in (*FILES, bulk.RIGHTS)]


def test_persons_in_another_order_than_their_households_are_judged_all_the_same(
    snapshot, expected, tmp_path
):
    def shuffled(name, table):
        return table.take(
            list(reversed(range(table.num_rows)))
        ) if name == bulk.PERSONS else table, 9

    mixed = changed(snapshot, tmp_path / "mixed", shuffled)
    with pytest.raises(chunks.Unfit):
        streaming.assess(mixed, tmp_path, cases.PROGRAMMES, codebook=cases.BOOK, on=None)
    assert not list(tmp_path.glob("*.partial"))
    assert in_some_order(answers(mixed, tmp_path / "out", judge=either_way)) == in_some_order(
        expected
    )


def test_on_a_day_only_the_latest_visit_of_a_household_counts(snapshot, tmp_path):
    def twice(name, table):
        earlier = table.set_column(
            table.column_names.index("visit_year"), "visit_year",
            pa.array([1999] * table.num_rows, pa.int16()),
        )  # fmt: skip
        if name == bulk.HOUSEHOLDS:
            place = table.column_names.index("latest")
            earlier = earlier.set_column(place, "latest", pa.array([False] * table.num_rows))
        both = pa.concat_tables([earlier, table])
        return both.sort_by([("household", "ascending"), ("visit_year", "ascending")]), 11

    rounds = changed(snapshot, tmp_path / "rounds", twice)
    once = answers(snapshot, tmp_path / "once", DAY)
    assert in_some_order(answers(rounds, tmp_path / "out", DAY)) == in_some_order(once)
    every = answers(rounds, tmp_path / "every")
    assert len(every[1]) == 2 * len(once[1])


def test_a_snapshot_without_households_has_no_answers(snapshot, tmp_path):
    none = changed(snapshot, tmp_path / "none", lambda name, table: (table.slice(0, 0), None))
    assert answers(none, tmp_path / "out") == [[], [], []]


def test_a_damaged_snapshot_is_a_failure_of_the_engine_and_leaves_nothing(snapshot, tmp_path):
    whole = changed(snapshot, tmp_path / "damaged", lambda name, table: (table, None))
    whole.joinpath(bulk.PERSONS).write_bytes(b"no longer what it was")
    with pytest.raises(EngineFailed):
        answers(whole, tmp_path / "out", judge=either_way)
    assert list((tmp_path / "out").iterdir()) == []


@given(HOMES, PEOPLE, DAYS)
@settings(max_examples=20)
def test_any_household_has_the_answers_that_it_has_by_itself(tmp_path_factory, home, people, day):
    facts = Facts(home, people)
    rows = cases.judged(tmp_path_factory.mktemp("any"), [(facts, day)], cases.with_vectors)
    for answer in explain(rulebook.load(), facts, day, cases.BOOK).answers:
        row = rows["h0000", answer.person]
        assert cases.of_bulk(answer.programme, row) == cases.of_one(answer.programme, answer)
