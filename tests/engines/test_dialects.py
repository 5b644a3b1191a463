"""What DuckDB answers, Spark answers: the places where the two differ by themselves."""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattana.engines import dialects
from wattana.engines.dialects import Untranslatable, to_spark

COLUMNS = {
    "n": pa.int64(),
    "i": pa.int32(),
    "small": pa.int16(),
    "d": pa.float64(),
    "m": pa.decimal128(18, 2),
    "b": pa.bool_(),
    "t": pa.string(),
    "l": pa.list_(pa.string()),
    "day": pa.date32(),
}
ROWS = [
    (1, 7, 3, 2.5, "2.50", True, "33010301", ["a", "b"], dt.date(2024, 2, 29)),
    (2, -7, 3, -2.5, "-2.50", False, "33010302", ["c", None], dt.date(2024, 1, 1)),
    (3, 0, 0, 0.0, "0.00", None, "", [], None),
    (4, 2_000_000_000, -32768, 1.6666665, "0.01", True, "บ้านโนน", None, dt.date(1999, 12, 31)),
    (5, None, None, None, None, None, None, ["a"], dt.date(2023, 1, 1)),
    (6, 3, 2, 0.1234565, "99999999999.99", False, "a'b\\c%_", ["x"], dt.date(2024, 3, 1)),
    (7, 5, 5, 1e15, "1.25", True, "É", ["a", "a"], dt.date(2024, 3, 1)),
]
NUMBERS = [
    "i / small", "n / 0", "d / 0", "m / 0", "0 / 0", "m / 3", "n / m", "d / i",
    "i // small", "n // 0", "i % small", "n % 0", "d % 2", "-7 // 2", "-7 % 3",
    "ROUND(d)", "ROUND(d, 6)", "ROUND(d, 1)", "ROUND(m, 1)", "ROUND(m)", "ROUND(i, 2)",
    "ROUND(d / 3, 4)", "ROUND(2.675, 2)", "ROUND(2.675e0, 2)", "ROUND(-0.5e0)",
    "CAST(d AS BIGINT)", "CAST(ROUND(d) AS BIGINT)", "CAST(m AS BIGINT)", "TRY_CAST(d AS INTEGER)",
    "TRY_CAST(d AS SMALLINT)", "TRY_CAST(n * 1000000000 AS INTEGER)", "CAST(b AS INTEGER)",
    "TRY_CAST(d AS DECIMAL(18, 6))", "CAST(d AS DECIMAL(18, 2))", "TRY_CAST(m AS DECIMAL(9, 1))",
    "TRY_CAST(1e30 * d AS DECIMAL(18, 6))", "CAST(i AS DOUBLE)", "CAST(n AS HUGEINT) * i",
    "m * 1.5", "m + d", "d * 0.1", "1e0 / 3 + 0.1", "FLOOR(d)", "CEIL(d)", "ABS(i)", "-m",
    "GREATEST(d, m, i)", "LEAST(small, n)", "COALESCE(d, 0)", "COALESCE(m, d)", "NULLIF(i, 0)",
    "CASE WHEN b THEN 1 WHEN NOT b THEN 2.5 ELSE 1e0 END", "SQRT(ABS(d))", "POWER(d, 2)",
    "n & 5", "n | 8", "xor(n, 3)", "(CAST(1 AS BIGINT) << 40) | n", "bit_count(n)", "n >> 1",
    "LENGTH(t)", "LEN(l)", "strpos(t, '0')", "date_diff('day', day, DATE '2024-12-31')",
    "YEAR(day)", "CAST(LEFT(t, 2) = '33' AS INTEGER)",
]  # fmt: skip
OTHERS = [
    "b AND d > 0", "b OR NULL", "NOT b", "i IS DISTINCT FROM small", "b IS NULL", "d > 2.4",
    "m >= 2.5", "i BETWEEN 0 AND 5", "t IN ('É', '')", "i NOT IN (3, 5)", "i IN (3, NULL)",
    "LEFT(t, 4)", "LEFT(t, LENGTH(t) - 2)", "RIGHT(t, 2)", "SUBSTRING(t, 2, 3)", "t || '!'",
    "starts_with(t, '3301')", "t LIKE '3301%'", "t LIKE '%บ้าน%'", "LOWER(t)", "t < 'b'",
    "lpad(CAST(n AS VARCHAR), 3, '0')", "CAST(m AS VARCHAR)", "concat(t, CAST(i AS VARCHAR))",
    "list_contains(l, 'a')", "list_contains(l, 'z')", "CAST(day AS VARCHAR)",
    "CAST(t = '' AS VARCHAR)",
    "day >= DATE '2024-01-01'", "COALESCE(t, 'none')", "REPLACE(t, '0', '')", "TRIM(' x ')",
    "'it''s'", "'back\\slash'",
]  # fmt: skip
WHOLE = [
    "SELECT SUM(n) AS a, SUM(m) AS b, AVG(m) AS c, AVG(i) AS d, AVG(d) AS e, COUNT(*) AS f,"
    " COUNT(i) AS g, COUNT(DISTINCT day) AS h, MIN(t) AS i, MAX(m) AS j FROM x WHERE n <> 6",
    "SELECT SUM(b) AS a, bool_or(b) AS b, bool_and(b) AS c, bit_or(n) AS d, MIN(d) AS e FROM x",
    "SELECT COUNT(*) FILTER (WHERE b) AS a, SUM(n) FILTER (WHERE NOT b) AS b,"
    " AVG(m) FILTER (WHERE i > 100) AS c FROM x",
    "SELECT max_by(d, n) AS a, arg_min(t, i) AS b, max_by(b, n) AS c, any_value(1) AS d FROM x",
    "SELECT median(d) AS a, quantile_cont(d, 0.25) AS b, stddev_samp(i) AS c, var_pop(small) AS d,"
    " corr(i, small) AS e FROM x WHERE n < 6",
    "SELECT b AS a, COUNT(*) AS b, SUM(i) AS c FROM x GROUP BY b ORDER BY a",
    "SELECT b AS a, small > 2 AS c, GROUPING(b) AS g, COUNT(*) AS n FROM x"
    " GROUP BY GROUPING SETS ((), (b), (b, small > 2)) ORDER BY g, a, c, n",
    "SELECT n AS a, LAG(d) OVER w AS b, SUM(i) OVER w AS c, ROW_NUMBER() OVER w AS r"
    " FROM x WINDOW w AS (PARTITION BY b ORDER BY day, n) ORDER BY n",
    "SELECT n AS a, RANK() OVER (ORDER BY d DESC) AS b, NTILE(3) OVER (ORDER BY n) AS c FROM x"
    " ORDER BY a",
    "SELECT i AS a FROM x ORDER BY i",
    "SELECT i AS a FROM x ORDER BY i DESC",
    "SELECT t AS a FROM x ORDER BY t",
    "SELECT DISTINCT b AS a, day AS c FROM x ORDER BY ALL",
    "SELECT n AS a FROM x QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY n) = 1 ORDER BY n",
    "WITH p AS (SELECT LEFT(t, digits) AS code, x.* FROM x"
    " CROSS JOIN (VALUES (2), (4)) AS v (digits) WHERE digits <= LENGTH(t))"
    " SELECT code AS a, COUNT(*) AS b FROM p GROUP BY code ORDER BY a",
    "SELECT x.*, y.c FROM x LEFT JOIN (SELECT n, n * 2 AS c FROM x WHERE b) AS y USING (n)"
    " ORDER BY n",
    "SELECT * EXCLUDE (d, m) FROM x WHERE n NOT IN (SELECT n FROM x WHERE b) ORDER BY n",
    "SELECT a, SUM(c) AS s FROM (SELECT n AS a, 1 AS c FROM x UNION ALL SELECT i, 2 FROM x)"
    " GROUP BY ALL ORDER BY a",
    "SELECT COUNT(*) AS a FROM x HAVING COUNT(*) > 100",
    "SELECT COALESCE(SUM(n), 0) AS a, AVG(d) AS b, MAX(t) AS c FROM x WHERE FALSE",
    "SELECT CAST(SUM(n * m) AS DOUBLE) / SUM(m) AS a, string_agg(t, ',' ORDER BY n) AS b FROM x",
    'SELECT n AS "Natural", d AS "select" FROM x ORDER BY "Natural"',
]


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    columns = zip(*ROWS, strict=True)
    arrays = []
    for kind, values in zip(COLUMNS.values(), columns, strict=True):
        exact = [Decimal(v) if v else None for v in values] if kind == COLUMNS["m"] else values
        arrays.append(pa.array(exact, type=kind))
    path = tmp_path_factory.mktemp("table") / "x.parquet"
    pq.write_table(pa.Table.from_arrays(arrays, names=list(COLUMNS)), path)
    return path


@pytest.fixture(scope="module")
def both(table, duckdb, spark):
    for engine in (duckdb, spark):
        engine.tables({"x": table})
    return lambda sql: [engine.rows(sql).to_pylist() for engine in (duckdb, spark)]


def same(one, other) -> bool:
    """Equal; a DOUBLE may stand for a whole number or a decimal, but no digit may differ."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, float) or isinstance(other, float):
        return (one is None) == (other is None) and (
            one is None or math.isclose(one, other, rel_tol=1e-15)
        )
    return one == other


def assert_same(one: list[dict], other: list[dict], texts: list[str] | None = None) -> None:
    assert [list(row) for row in one] == [list(row) for row in other]
    wrong = {}
    for ours, theirs in zip(one, other, strict=True):
        for place, (name, value) in enumerate(ours.items()):
            if not same(value, theirs[name]):
                wrong.setdefault(texts[place] if texts else name, []).append((value, theirs[name]))
    assert not wrong


@pytest.mark.spark
@pytest.mark.parametrize("texts", [NUMBERS, OTHERS], ids=["numbers", "others"])
def test_expressions_have_the_same_value_on_both_engines(both, texts):
    columns = ", ".join(f"{text} AS c{place}" for place, text in enumerate(texts))
    assert_same(*both(f"SELECT {columns} FROM x ORDER BY n"), texts)


@pytest.mark.spark
def test_whole_queries_have_the_same_rows_in_the_same_order(both):
    for sql in WHOLE:
        assert_same(*both(sql))


@pytest.mark.spark
def test_rounding_agrees_on_the_numbers_that_lie_between(duckdb, spark, tmp_path):
    """Means of scores and sums of money fall on halves all the time; floats miss them by a hair."""
    dice = random.Random(7)
    numbers = [n / 2 / 10**p for p in range(8) for n in range(-15, 16)]
    numbers += [dice.randrange(10**7) / 2 / 10 ** dice.randrange(1, 8) for _ in range(20_000)]
    numbers += [sum(dice.choices([1, 1.5, 2, 7 / 3, 3.25, 4], k=k)) / k for k in range(1, 11)] * 20
    numbers += [math.nextafter(n, side) for n in numbers[:2000] for side in (-math.inf, math.inf)]
    pq.write_table(pa.table({"d": numbers}), tmp_path / "n.parquet")
    kinds = ["ROUND(d, 6)", "ROUND(d, 3)", "ROUND(d, 1)", "ROUND(d)", "CAST(d AS BIGINT)",
             "CAST(d AS DECIMAL(18, 6))", "CAST(d AS DECIMAL(18, 2))"]  # fmt: skip
    columns = ", ".join(f"{text} AS c{place}" for place, text in enumerate(kinds))
    answers = []
    for engine in (duckdb, spark):
        engine.tables({"halves": tmp_path / "n.parquet"})
        answers.append(engine.rows(f"SELECT d, {columns} FROM halves ORDER BY d").to_pylist())
    assert answers[0] == answers[1]


@pytest.mark.spark
def test_what_cannot_be_cast_and_what_overflows_is_an_error_on_both(duckdb, spark, table):
    for engine in (duckdb, spark):
        engine.tables({"x": table})
        for wrong in ("CAST(t AS INTEGER)", "CAST(n * 1000000000000 AS INTEGER)", "i + i",
                      "CAST(d AS DECIMAL(3, 1))", "small * small"):  # fmt: skip
            with pytest.raises(Exception, match=r"(?i)cast|convert|overflow|out of range"):
                engine.rows(f"SELECT {wrong} AS c FROM x")


X = {"x": {"n": "BIGINT", "d": "DOUBLE", "m": "DECIMAL(18,2)", "l": "VARCHAR[]"}}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ROUND(unheard_of(d), 2) AS a FROM x",
        "SELECT CAST(unheard_of(d) AS INTEGER) AS a FROM x",
        "SELECT ROUND(d, n) AS a FROM x",
        "SELECT d // 2 AS a FROM x",
        "SELECT AVG(z) AS a FROM x",
    ],
)
def test_sql_whose_types_cannot_be_told_is_refused(sql):
    with pytest.raises(Untranslatable):
        to_spark(sql, X)


def test_types_are_found_through_subqueries_and_unions():
    sql = """WITH a AS (SELECT n, m / 3 AS q, AVG(m) AS r FROM x GROUP BY ALL),
                  b AS (SELECT q AS s FROM a UNION ALL SELECT r FROM a)
             SELECT ROUND(s, 2) AS t FROM b"""
    assert "ROUND(CAST(`b`.`s` AS DOUBLE) * 100.0e0)" in to_spark(sql, X)
    assert "ROUND(`x`.`m`, 1)" in to_spark("SELECT ROUND(m, 1) AS a FROM x", X)


@pytest.mark.parametrize(
    ("spark", "ours"),
    [
        ("bigint", "BIGINT"),
        ("string", "VARCHAR"),
        ("array<string>", "VARCHAR[]"),
        ("decimal(18,2)", "DECIMAL(18, 2)"),
        ("smallint", "SMALLINT"),
        ("boolean", "BOOLEAN"),
        ("double", "DOUBLE"),
        ("date", "DATE"),
    ],
)
def test_types_have_the_names_of_the_house(spark, ours):
    assert dialects.house_type(spark) == ours
