"""Counts of rights are laid beside the households of a snapshot, a group of rows at a time."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wattana.assessment import rights
from wattana.engines import EngineFailed

HOMES = [f"h{n}" for n in range(7)]


def keyed(names: list[str], **columns: list[int | None]) -> pa.Table:
    years = {"visit_year": [2025] * len(names), "visit_round": [1] * len(names)}
    return pa.table({"household": names, **years, **columns})


@pytest.fixture
def files(tmp_path):
    """Households in groups of three, their counts in groups of two."""

    def write(counted: list[str]):
        homes = keyed(HOMES, rooms=[1, 2, 3, 4, 5, 6, 7])
        counts = keyed(
            counted,
            rights_due=[int(one[1:]) for one in counted],
            rights_received=[None for _ in counted],
        )
        paths = tmp_path / "homes", tmp_path / "counts", tmp_path / "out"
        pq.write_table(homes, paths[0], row_group_size=3)
        pq.write_table(counts, paths[1], row_group_size=2)
        return paths

    return write


def test_each_household_gets_its_own_counts_whatever_the_groups(files):
    *given, out = files(HOMES)
    rights._beside(*given, out)
    rows = pq.read_table(out).to_pylist()
    assert [(one["household"], one["rooms"], one["rights_due"]) for one in rows] == [
        (f"h{n}", n + 1, n) for n in range(7)
    ]
    assert pq.ParquetFile(out).num_row_groups == 3


@pytest.mark.parametrize("counted", [[*HOMES[:5], "h6", "h5"], HOMES[:6]])
def test_counts_of_others_are_never_taken(files, counted):
    *given, out = files(counted)
    with pytest.raises(EngineFailed):
        rights._beside(*given, out)
