"""A file's own columns: worked out whole or by SQL, the rows are the same."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wattana.engines import DuckDB
from wattana.kernel.problems import Invalid
from wattana.methods.alkire_foster import counted
from wattana.methods.alkire_foster.counted.rows_by_column import ByColumn
from wattana.methods.alkire_foster.counted.rows_by_sql import BySql
from wattana.rules.poverty import PovertyMeasure, read_poverty_measure

SIMPLE = (
    "small < 6", "small >= -2", "small <> 0", "large > 70000", "large <= 4000000000",
    "income >= 0.5", "income < 1.5", "income <> 0.5", "flag", "not flag", "flag and small > 1",
    "flag or large = 5", "not (flag or income > 0.25)",
)  # fmt: skip
OTHERS = (
    "small + large > 5", "word = 'a'", "word in ('a', 'b')", "half > 0.1", "small > large",
    "small > 3.5", "small < 300 and small > 3",
)  # fmt: skip
SCHEMA = pa.schema(
    [
        ("area", pa.string()), ("small", pa.int8()), ("large", pa.int64()),
        ("income", pa.float64()),
        ("half", pa.float32()), ("flag", pa.bool_()), ("word", pa.string()), ("w", pa.int16()),
    ]
)  # fmt: skip
ROW = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["33010101", "33010102", "34010101"]),
        "small": st.none() | st.integers(-5, 10),
        "large": st.none() | st.sampled_from([5, 70_000, 70_001, 2**40, -(2**40)]),
        "income": st.none() | st.sampled_from([0.25, 0.5, 1.5, float("nan"), float("inf")]),
        "half": st.none() | st.sampled_from([0.0, 0.5]),
        "flag": st.none() | st.booleans(),
        "word": st.none() | st.sampled_from(["a", "b", "c"]),
        "w": st.integers(0, 5),
    }
)


def measure_of(folder: Path, tests: list[dict[str, str]], path: Path) -> PovertyMeasure:
    indicators = [{"name": f"t{j}"} | test for j, test in enumerate(tests)]
    content = {
        "name": "rows", "unit": "person", "poverty_cutoff": "1/3",
        "dimensions": [{"name": "all", "indicators": indicators}],
    }  # fmt: skip
    file = folder / "rows.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    engine = DuckDB()
    engine.tables({"rows": path})
    return read_poverty_measure(file, engine.columns("rows"))


def written(folder: Path, rows: list[dict]) -> Path:
    path = folder / "rows.parquet"
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    # statistics know nothing of “not a number”, and DuckDB believes them
    pq.write_table(table, path, row_group_size=5, write_statistics=False)
    return path


def of(reader, path: Path) -> list[np.ndarray]:
    groups = range(pq.read_metadata(path).num_row_groups)
    parts = list(reader.rows(groups, 3))
    return [np.concatenate([part[i] for part in parts]) for i in range(4)]


@settings(max_examples=25)
@given(rows=st.lists(ROW, min_size=1, max_size=25))
def test_whole_columns_and_sql_give_the_same_rows(rows):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = written(folder, rows)
        tests = [{"deprived": one} for one in SIMPLE]
        tests += [{"deprived": "flag", "missing": "deprived"}]
        tests += [{"deprived": "small < 3", "missing": "not_deprived"}]
        measure = measure_of(folder, tests, path)
        whole = ByColumn.of(path, measure, "area", "w")
        assert whole is not None
        by_sql = BySql(path, measure, "area", "w")
        for mine, theirs in zip(of(whole, path), of(by_sql, path), strict=True):
            assert np.array_equal(mine, theirs)
        by_sql.close()


@pytest.mark.parametrize("test", OTHERS)
def test_what_is_not_simple_goes_through_sql(tmp_path, test):
    rows = [
        {"area": "33010101", "small": 4, "large": 3, "half": 0.5, "word": "a", "w": 2},
        {"area": "33010101", "small": 1, "large": 3, "half": 0.0, "word": "c", "w": 3},
    ]
    path = written(tmp_path, rows)
    measure = measure_of(tmp_path, [{"deprived": test}], path)
    assert ByColumn.of(path, measure, "area", "w") is None
    totals = counted.totals_of_file(path, measure, weight="w")
    assert (totals.poor.tolist(), totals.population.tolist()) == ([2], [5])


def test_an_indicator_that_does_not_concern_a_row_goes_through_sql(tmp_path):
    rows = [{"area": "33010101", "flag": True, "small": one, "w": 1} for one in (1, None)]
    path = written(tmp_path, rows)
    tests = [{"deprived": "flag", "applies": "small = 1"}]
    measure = measure_of(tmp_path, tests, path)
    totals = counted.totals_of_file(path, measure)
    assert (totals.n.tolist(), totals.left_out.tolist(), totals.poor.tolist()) == ([1], [1], [1])


@pytest.mark.parametrize("kind", [pa.int32(), pa.string(), pa.dictionary(pa.int8(), pa.string())])
def test_codes_of_areas_may_be_numbers_or_text(tmp_path, kind):
    path = tmp_path / "rows.parquet"
    codes = ["33010102", "33010101", "33010102"]
    area = pa.array([int(one) for one in codes] if kind == pa.int32() else codes).cast(kind)
    pq.write_table(pa.table({"area": area, "flag": pa.array([True, False, None])}), path)
    measure = measure_of(tmp_path, [{"deprived": "flag"}], path)
    totals = counted.totals_of_file(path, measure)
    assert totals.codes.tolist() == [33010101, 33010102]
    assert totals.poor.tolist() == [0, 1]
    assert counted.figures(totals).H[0] == Fraction(1, 2)


@pytest.mark.parametrize("test", ["flag", "small + large > 5"])
@pytest.mark.parametrize("area", [None, "03010101", "3301010a", "3301"])
def test_a_row_without_a_proper_code_is_refused(tmp_path, area, test):
    row = {"flag": True, "small": 1, "large": 9, "w": 1}
    rows = [row | {"area": "33010101"}, row | {"area": area}]
    path = written(tmp_path, rows)
    measure = measure_of(tmp_path, [{"deprived": test}], path)
    with pytest.raises(Invalid, match="all of one length"):
        counted.totals_of_file(path, measure)


def test_an_empty_file_is_refused(tmp_path):
    path = written(tmp_path, [])
    measure = measure_of(tmp_path, [{"deprived": "flag"}], path)
    with pytest.raises(Invalid, match="no rows"):
        counted.totals_of_file(path, measure)
