"""Put the parts that a cluster wrote together to one Parquet file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq

from wattana.engines.port import EngineFailed

ROWS = 122_880
"""Rows of a row group, as DuckDB writes them: an area in order of areas lies in few of them."""
_DONE = "_SUCCESS"
_WHOLE = "whole"


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """A folder for the parts of a file, on the same disk; it goes whatever happens."""
    folder = path.with_name(path.name + ".partial")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def join(folder: Path, path: Path) -> int:
    """Let the parts of `folder`, in their order, become the file `path`; returns its rows.

    Row group by row group, so memory does not grow with the rows. Raises `EngineFailed` when the
    parts are not complete, and OSError.
    """
    if not (folder / _DONE).exists():
        raise EngineFailed(f"The parts of {path.name} are not complete.")
    parts = sorted(folder.glob("part-*.parquet"))
    whole = parts[0] if len(parts) == 1 else _joined(parts, folder / _WHOLE)
    rows: int = pq.read_metadata(whole).num_rows
    whole.replace(path)
    return rows


def _joined(parts: list[Path], whole: Path) -> Path:
    with pq.ParquetWriter(whole, pq.read_schema(parts[0]), compression="zstd") as writer:
        for part in parts:
            for batch in pq.ParquetFile(part).iter_batches(batch_size=ROWS):
                writer.write_batch(batch)
    return whole
