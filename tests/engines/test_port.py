"""What the port promises, held by every engine."""

from __future__ import annotations

from pathlib import Path

import duckdb as duckdb_itself
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattana.engines import EngineFailed, choosing, make
from wattana.kernel.problems import Conflict, Invalid

ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.spark)]


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    path = tmp_path / "it's numbers, ตัวเลข.parquet"
    pq.write_table(pa.table({"n": list(range(300_000))}), path, row_group_size=10_000)
    return path


def test_a_result_in_order_is_one_file_that_others_read(engine, numbers, tmp_path):
    engine.tables({"numbers": numbers})
    out = tmp_path / "out.parquet"
    sql = "SELECT n, n // 2 AS half FROM numbers WHERE n % 3 <> 0 ORDER BY n DESC"
    assert engine.write(sql, out) == 200_000
    assert pq.read_table(out)["n"].to_pylist() == [n for n in range(299_999, -1, -1) if n % 3]
    assert duckdb_itself.read_parquet(str(out)).filter("half > 149990").count("*").fetchone()
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([numbers.name, out.name])


def test_a_result_without_rows_keeps_its_columns(engine, numbers, tmp_path):
    engine.tables({"numbers": numbers})
    out = tmp_path / "none.parquet"
    assert engine.write("SELECT n, 'x' AS t FROM numbers WHERE n < 0", out) == 0
    assert pq.read_schema(out).names == ["n", "t"]


def test_a_result_may_take_the_place_of_the_table_it_is_made_from(engine, tmp_path):
    path = tmp_path / "n.parquet"
    pq.write_table(pa.table({"n": [1, 2, 3]}), path)
    for _ in range(2):
        engine.tables({"again": path})
        engine.write("SELECT n * 10 AS n FROM again ORDER BY n", path)
    assert pq.read_table(path)["n"].to_pylist() == [100, 200, 300]


def test_the_row_groups_are_small_enough_to_read_one_area_alone(engine, numbers, tmp_path):
    engine.tables({"numbers": numbers})
    engine.write("SELECT n FROM numbers ORDER BY n", tmp_path / "out.parquet")
    told = pq.read_metadata(tmp_path / "out.parquet")
    assert max(told.row_group(g).num_rows for g in range(told.num_row_groups)) <= 130_000


def test_a_query_that_fails_half_way_leaves_the_file_before_as_it_was(engine, numbers, tmp_path):
    engine.tables({"numbers": numbers})
    out = tmp_path / "out.parquet"
    engine.write("SELECT 1 AS n", out)
    for wrong in ("SELECT * FROM no_such_table", "SELECT CAST(n AS TINYINT) AS n FROM numbers"):
        with pytest.raises(Exception, match=r"no_such_table|(?i:cast|overflow)"):
            engine.write(wrong, out)
    assert pq.read_table(out)["n"].to_pylist() == [1]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_part_of_a_query_may_be_used_twice_below_a_union(engine, tmp_path):
    """Spark 4.3 cannot plan it by itself."""
    pq.write_table(pa.table({"g": ["a", "a", "b"], "m": ["x", None, "x"]}), tmp_path / "t.parquet")
    engine.tables({"t": tmp_path / "t.parquet"})
    part = "SELECT {0} AS k, m, CAST(SUM(n) AS BIGINT) AS n FROM c GROUP BY {0}, m"
    sql = (
        "WITH c AS (SELECT g, m, COUNT(*) AS n FROM t GROUP BY g, m) SELECT * FROM ("
        f"{part.format('g')} UNION ALL {part.format('SUBSTR(g, 1, 0)')}) AS u ORDER BY k, m"
    )
    rows = [tuple(row.values()) for row in engine.rows(sql).to_pylist()]
    assert rows == [("", "x", 2), ("", None, 1), ("a", "x", 1), ("a", None, 1), ("b", "x", 1)]
    assert engine.write(sql, tmp_path / "out.parquet") == 5


def test_a_folder_of_parts_is_one_table(engine, tmp_path):
    for part in range(3):
        (tmp_path / "parts").mkdir(exist_ok=True)
        pq.write_table(pa.table({"n": [part]}), tmp_path / "parts" / f"part-{part}.parquet")
    engine.tables({"parts": tmp_path / "parts"})
    assert engine.rows("SELECT n FROM parts ORDER BY n").to_pylist() == [{"n": n} for n in range(3)]


def test_folders_of_provinces_are_a_column_of_text(engine, tmp_path):
    for province in ("10", "33", "07"):
        folder = tmp_path / f"province={province}"
        folder.mkdir()
        pq.write_table(pa.table({"n": [int(province)]}), folder / "part.parquet")
    engine.tables({"people": tmp_path})
    assert engine.columns("people") == {"n": "BIGINT", "province": "VARCHAR"}
    rows = engine.rows("SELECT province, n FROM people WHERE province < '20' ORDER BY province")
    assert rows.to_pylist() == [{"province": "07", "n": 7}, {"province": "10", "n": 10}]


@pytest.mark.parametrize("content", [b"", b"this is not Parquet at all"])
def test_a_damaged_file_is_told_as_a_failure_of_the_engine(engine, tmp_path, content):
    path = tmp_path / "damaged.parquet"
    path.write_bytes(content)
    with pytest.raises(EngineFailed):
        engine.tables({"damaged": path})
        engine.rows("SELECT * FROM damaged")


def test_a_file_that_is_cut_after_it_was_named_is_a_failure_of_the_engine(
    engine, numbers, tmp_path
):
    engine.tables({"cut": numbers})
    content = numbers.read_bytes()
    numbers.write_bytes(content[: len(content) // 2])
    with pytest.raises(EngineFailed):
        engine.write("SELECT SUM(n) AS n FROM cut", tmp_path / "out.parquet")
    assert [one.name for one in tmp_path.iterdir()] == [numbers.name]


def test_a_missing_file_and_an_unwritable_folder_are_failures_of_the_engine(engine, tmp_path):
    with pytest.raises(EngineFailed):
        engine.tables({"missing": tmp_path / "missing.parquet"})
    with pytest.raises(EngineFailed):
        engine.write("SELECT 1 AS n", tmp_path / "nowhere" / "out.parquet")


def test_tables_of_one_engine_are_not_those_of_another(engine, numbers):
    engine.tables({"mine": numbers})
    other = make(engine.name, memory="256MB")
    with pytest.raises(Exception, match="mine"):
        other.rows("SELECT * FROM mine")
    other.close()
    other.close()
    assert engine.rows("SELECT COUNT(*) AS n FROM mine").to_pylist() == [{"n": 300_000}]


def test_an_engine_says_what_it_is(engine):
    assert engine.name in ("duckdb", "spark")
    assert engine.version.split(".")[0].isdigit()


def test_there_is_no_other_engine():
    with pytest.raises(Invalid, match=r"no engine “flink”.*duckdb, spark"):
        make("flink")


@pytest.mark.parametrize("absent", ["pyspark", "py4j.protocol"])
def test_without_pyspark_it_says_what_to_install(monkeypatch, absent):
    def fail(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {absent!r}", name=absent)

    monkeypatch.setattr(choosing.importlib, "import_module", fail)
    with pytest.raises(Conflict, match=r"pip install 'wattana\[spark\]'.*openjdk-17"):
        make("spark")
