from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattana.engines import DuckDB, EngineFailed


@pytest.fixture
def engine():
    made = DuckDB(memory_limit="256MB", threads=2)
    yield made
    made.close()


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    path = tmp_path / "it's numbers.parquet"
    pq.write_table(pa.table({"n": list(range(100_000))}), path, row_group_size=10_000)
    return path


def test_it_names_files_and_answers(engine, numbers):
    engine.tables({"numbers": numbers})
    assert engine.columns("numbers") == {"n": "BIGINT"}
    assert engine.rows("SELECT sum(n) AS total FROM numbers").to_pylist() == [{"total": 4999950000}]


def test_a_name_may_be_given_anew(engine, numbers, tmp_path):
    engine.tables({"numbers": numbers})
    pq.write_table(pa.table({"n": [7]}), tmp_path / "other.parquet")
    engine.tables({"numbers": tmp_path / "other.parquet"})
    assert engine.rows("SELECT n FROM numbers").to_pylist() == [{"n": 7}]


def test_it_writes_the_rows_in_the_order_of_the_file_and_says_how_many(engine, numbers, tmp_path):
    engine.tables({"numbers": numbers})
    out = tmp_path / "out.parquet"
    assert engine.write("SELECT n FROM numbers WHERE n % 2 = 0", out) == 50_000
    assert pq.read_table(out)["n"].to_pylist() == list(range(0, 100_000, 2))


def test_a_query_that_fails_leaves_the_file_before_as_it_was(engine, tmp_path):
    out = tmp_path / "out.parquet"
    engine.write("SELECT 1 AS n", out)
    with pytest.raises(Exception, match="no_such_table"):
        engine.write("SELECT * FROM no_such_table", out)
    assert pq.read_table(out)["n"].to_pylist() == [1]
    assert [one.name for one in tmp_path.iterdir()] == ["out.parquet"]


@pytest.mark.parametrize("content", [b"", b"this is not Parquet at all"])
def test_a_damaged_file_is_told_as_a_failure_of_the_engine(engine, tmp_path, content):
    path = tmp_path / "damaged.parquet"
    path.write_bytes(content)
    with pytest.raises(EngineFailed):
        engine.tables({"damaged": path})
        engine.rows("SELECT * FROM damaged")


def test_a_missing_file_and_an_unwritable_folder_are_failures_of_the_engine(engine, tmp_path):
    with pytest.raises(EngineFailed):
        engine.tables({"missing": tmp_path / "missing.parquet"})
    with pytest.raises(EngineFailed):
        engine.write("SELECT 1", tmp_path / "nowhere" / "out.parquet")


def test_too_little_memory_and_no_room_to_spill_is_a_failure_of_the_engine(engine, tmp_path):
    small = DuckDB(memory_limit="10MB", threads=1)
    small._connection.execute("SET temp_directory = ''")
    with pytest.raises(EngineFailed):
        small.rows("SELECT list(i) FROM range(20000000) AS r (i)")
    small.close()


def test_its_temporary_folder_goes_away_with_it():
    closed, dropped = DuckDB(), DuckDB()
    folders = [closed._spill, dropped._spill]
    assert all(one.is_dir() for one in folders)
    closed.close()
    closed.close()
    del dropped
    assert not any(one.exists() for one in folders)


def test_it_says_what_it_is(engine):
    assert engine.name == "duckdb"
    assert engine.version.startswith("1.")
