"""Profiles in memory, in runs of one area each, and how they come out of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wattana.kernel.problems import N_, Invalid
from wattana.methods.alkire_foster.counted.manifest import Manifest, check_rows, read_manifest
from wattana.methods.alkire_foster.counted.specification import Integers

Masks = npt.NDArray[np.signedinteger]
NONE = np.empty(0, dtype=np.int64)
"""Stands for a column of ones."""
_TOGETHER = 1_000_000
"""Rows that are read at a time by one thread."""
_PARTS = 4


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows in runs of one area: run i has the code `codes[i]` and rows starts[i] … starts[i + 1].

    `deprived`, `missing`: bitmasks [rows] of int16, int32 or int64; `n`: int64 [rows] or `NONE`
    (every row counts 1); `weight`: int64 [rows] or `NONE` (n is the weight).
    """

    codes: Integers
    starts: Integers
    deprived: Masks
    missing: Masks
    n: Integers
    weight: Integers

    @classmethod
    def of(
        cls, area: Integers, deprived: Masks, missing: Masks, n: Integers, weight: Integers
    ) -> Batch:
        """Of whole columns, put into runs. An area has several where its rows lie apart."""
        heads = _heads(area)
        starts = np.append(heads, len(area))
        return cls(area[heads].astype(np.int64), starts, deprived, missing, n, weight)

    @property
    def ordered(self) -> bool:
        """Whether the codes ascend, so that each area is one run."""
        return bool(np.all(self.codes[1:] > self.codes[:-1]))

    @property
    def rows(self) -> int:
        return len(self.deprived)

    def between(self, first: int, last: int) -> Batch:
        """The runs first … last - 1, without copying the rows."""
        low, high = int(self.starts[first]), int(self.starts[last])
        return Batch(
            self.codes[first:last],
            self.starts[first : last + 1] - low,
            self.deprived[low:high],
            self.missing[low:high],
            self.n[low:high],
            self.weight[low:high],
        )


Task = Callable[[], Batch]
"""Brings one batch; called in a thread."""


@dataclass(frozen=True, eq=False)
class Profiles:
    """Profiles in memory: read once, asked often. Not to be changed, so threads may share it.

    `weight`: the column of weights that was read; None: rows count by n.
    """

    manifest: Manifest
    weight: str | None
    batch: Batch

    def tasks(self) -> list[Task]:
        """The profiles in parts for threads, cut at the bounds of areas; few rows are one part."""
        if self.batch.rows <= _TOGETHER:
            return [lambda: self.batch]
        wanted = np.linspace(0, self.batch.rows, _PARTS + 1)
        bounds = np.unique(np.searchsorted(self.batch.starts, wanted)).tolist()
        return [_bring(self.batch.between(low, high)) for low, high in pairwise(bounds)]


def load(
    path: Path,
    *,
    prefix: str = "",
    weight: str | None = None,
    where: Mapping[str, str] | None = None,
) -> Profiles:
    """Read the profiles of an area (the beginning of its code; "" is the whole) into memory.

    `weight`: a column of weights, None counts rows; `where`: groups and the value they must have.
    About 20 bytes a profile. Raises `Invalid` and `Conflict`.
    """
    manifest, tasks = opened(path, prefix=prefix, weight=weight, where=where)
    return Profiles(manifest, weight, joined([task() for task in tasks]))


def opened(
    path: Path,
    *,
    prefix: str = "",
    weight: str | None = None,
    where: Mapping[str, str] | None = None,
) -> tuple[Manifest, list[Task]]:
    """A file as batches that are still to be read, each by any thread. See `load`."""
    manifest = read_manifest(path)
    manifest.weight(weight)
    for group in where or {}:
        if group not in manifest.groups:
            raise Invalid(
                N_("There is no group “%(name)s” here. Choose among: %(names)s."),
                name=group[:60],
                names=", ".join(manifest.groups) or "–",
            )
    metadata = pq.read_metadata(path)
    check_rows(manifest, metadata.num_rows)
    reading = _Reading(path, metadata, manifest, weight, dict(where or {}), prefix)
    return manifest, [reading.task(some) for some in reading.parts()]


def joined(batches: Sequence[Batch]) -> Batch:
    """Batches one after the other, as one."""
    area = np.concatenate([np.repeat(b.codes, np.diff(b.starts)) for b in batches] or [NONE])
    columns = [
        np.concatenate([getattr(b, name) for b in batches] or [NONE])
        for name in ("deprived", "missing", "n", "weight")
    ]
    return Batch.of(area, *columns)


@dataclass(frozen=True)
class _Reading:
    path: Path
    metadata: pq.FileMetaData
    manifest: Manifest
    weight: str | None
    where: Mapping[str, str]
    prefix: str

    def parts(self) -> Iterator[list[int]]:
        """Neighbouring row groups that have rows of the area, about `_TOGETHER` rows at a time."""
        low, high = self.bounds
        part: list[int] = []
        rows = 0
        for number in range(self.metadata.num_row_groups):
            group = self.metadata.row_group(number)
            statistics = group.column(0).statistics
            if statistics and (statistics.max < low or statistics.min >= high):
                continue
            part.append(number)
            rows += group.num_rows
            if rows >= _TOGETHER:
                yield part
                part, rows = [], 0
        if part:
            yield part

    @property
    def bounds(self) -> tuple[int, int]:
        """The codes of the area: from, and below which."""
        if not self.prefix:
            return 0, 10**self.manifest.digits
        if not self.prefix.isdecimal() or len(self.prefix) > self.manifest.digits:
            raise Invalid(
                N_("“%(area)s” is not the beginning of an area's code of %(digits)s digits."),
                area=self.prefix[:20],
                digits=self.manifest.digits,
            )
        rest = 10 ** (self.manifest.digits - len(self.prefix))
        return int(self.prefix) * rest, (int(self.prefix) + 1) * rest

    def task(self, part: list[int]) -> Task:
        return lambda: self.read(part)

    def read(self, part: list[int]) -> Batch:
        file = pq.ParquetFile(self.path, metadata=self.metadata)
        columns = ["area", "deprived", "missing"]
        columns += ["n"] if self.manifest.counted else []
        columns += [f"weight_{self.weight}"] if self.weight else []
        groups = [f"group_{name}" for name in self.where]
        table = file.read_row_groups(part, columns=[*columns, *groups], use_threads=False)
        for name, value in self.where.items():
            table = table.filter(pc.equal(table[f"group_{name}"], value))
        area = table["area"].to_numpy()
        low, high = np.searchsorted(area, self.bounds).tolist()
        n = _column(table, "n") if self.manifest.counted else NONE
        weight = _column(table, f"weight_{self.weight}") if self.weight else NONE
        masks = table["deprived"].to_numpy(), table["missing"].to_numpy()
        return Batch.of(area[low:high], *(one[low:high] for one in (*masks, n, weight)))


def _bring(batch: Batch) -> Task:
    return lambda: batch


def _column(table: pa.Table, name: str) -> Integers:
    values: Integers = table[name].to_numpy().astype(np.int64)
    return values


def _heads(area: Integers) -> Integers:
    """Where each run of equal codes begins."""
    changes = np.flatnonzero(area[1:] != area[:-1]) + 1
    return np.concatenate([[0], changes]) if len(area) else NONE
