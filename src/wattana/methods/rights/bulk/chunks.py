"""The households of a snapshot with their persons, some at a time, in the order of the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from wattana.methods.rights.bulk.arrow import whole
from wattana.methods.rights.bulk.frame import KEY
from wattana.rules.expressions.vectors import Households

ROWS = 131_072
Places = NDArray[np.int64]


class Unfit(Exception):
    """Files or rules that only SQL takes: persons in another order than their households."""


@dataclass(frozen=True)
class Chunk:
    """Some households' visits, and all their persons, one household after another."""

    homes: pa.Table
    persons: pa.Table
    households: Households


def chunks(
    homes: Path, persons: Path, columns: tuple[Sequence[str], Sequence[str]], rows: int = ROWS
) -> Iterator[Chunk]:
    """`columns`: those wanted of either file, beside the key. Raises `Unfit`."""
    waiting = _Homes(_groups(homes, columns[0]))
    empty = True
    for people, starts in _whole_households(_groups(persons, columns[1]), rows):
        visits, places = waiting.of(people.select(KEY).take(starts))
        yield Chunk(visits, people, Households(starts, places, people.num_rows, visits.num_rows))
        empty = False
    for visits in waiting.rest():
        yield _of_nobody(visits, persons)
        empty = False
    if empty:
        yield _of_nobody(pq.read_schema(homes).empty_table(), persons)


def _of_nobody(visits: pa.Table, persons: Path) -> Chunk:
    """Households in which nobody was recorded: no rows, in the columns that other parts have."""
    nowhere = np.zeros(0, np.int64)
    households = Households(nowhere, nowhere, 0, visits.num_rows)
    with pq.ParquetFile(persons, read_dictionary=_coded(persons)) as file:
        return Chunk(visits, file.schema_arrow.empty_table(), households)


def _groups(path: Path, wanted: Sequence[str]) -> Iterator[pa.Table]:
    """The groups of rows of a file, texts as codes; one is read while another is worked on."""
    schema = pq.read_schema(path)
    names = [one for one in schema.names if one in wanted or one in KEY]
    coded = _coded(path)
    with pq.ParquetFile(path, read_dictionary=coded) as file, ThreadPoolExecutor(1) as reader:
        groups = iter(range(file.num_row_groups))

        def read() -> pa.Table | None:
            group = next(groups, None)
            return None if group is None else file.read_row_group(group, names).combine_chunks()

        coming: Future[pa.Table | None] = reader.submit(read)
        while (group := coming.result()) is not None:
            coming = reader.submit(read)
            yield group


def _coded(path: Path) -> list[str]:
    """Texts, also those in lists, but for pseudonyms, of which hardly two are alike."""
    schema = pq.read_metadata(path).schema
    columns = [schema.column(place) for place in range(len(schema))]
    texts = [one.path for one in columns if one.physical_type == "BYTE_ARRAY"]
    return [one for one in texts if one.partition(".")[0] not in (*KEY, "person")]


def _whole_households(groups: Iterator[pa.Table], rows: int) -> Iterator[tuple[pa.Table, Places]]:
    """Persons, about so many at a time, with where each household begins; none is parted.

    The last household of a group of rows may go on in the next: it comes by itself.
    """
    last: pa.Table | None = None
    for group in groups:
        rest, starts = group, _starts(group)
        if last is not None:
            first = group.slice(0, starts[1] if len(starts) > 1 else None)
            both = _joined([last, first])
            if len(_starts(both)) == 1:
                last, rest = both, group.slice(first.num_rows)
                starts = starts[1:] - first.num_rows
            if len(starts):
                yield last, np.zeros(1, np.int64)
        for begin, end in pairwise(_cuts(starts, rows)):
            size = starts[end] - starts[begin]
            yield rest.slice(starts[begin], size), starts[begin:end] - starts[begin]
        if len(starts):
            last = rest.slice(starts[-1])
    if last is not None:
        yield last, np.zeros(1, np.int64)


def _cuts(starts: Places, rows: int) -> list[int]:
    """Households at which to cut, so that about so many persons lie between two of them."""
    if not len(starts):
        return []
    wanted = np.arange(0, starts[-1], rows)
    return sorted({*np.searchsorted(starts, wanted).tolist(), len(starts) - 1})


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def _starts(people: pa.Table) -> Places:
    other = np.zeros(people.num_rows, bool)
    other[:1] = True
    for name in KEY:
        column = whole(people, name)
        changed = pc.not_equal(column[1:], column[:-1])
        other[1:] |= changed.to_numpy(zero_copy_only=False)
    return np.flatnonzero(other)


class _Homes:
    """Households that wait for their persons."""

    def __init__(self, parts: Iterator[pa.Table]) -> None:
        self._parts = parts
        self._waiting = next(parts, None)

    def of(self, wanted: pa.Table) -> tuple[pa.Table, Places]:
        """The households up to the last one that is wanted, and which of them are wanted."""
        count = wanted.num_rows
        found = self._first(count)
        if found is None:
            raise Unfit
        if found.num_rows == count and found.select(KEY).equals(wanted):
            return self._taken(found, count), np.arange(count)
        while (places := _places(found, wanted)) is None:
            more = self._first(2 * found.num_rows)
            if more is None or more.num_rows == found.num_rows:
                raise Unfit
            found = more
        return self._taken(found, int(places[-1]) + 1), places

    def rest(self) -> Iterator[pa.Table]:
        """What is left, some at a time."""
        while (found := self._first(ROWS)) is not None and found.num_rows:
            yield self._taken(found, found.num_rows)

    def _first(self, count: int) -> pa.Table | None:
        """So many, or all that are left."""
        while self._waiting is not None and self._waiting.num_rows < count:
            part = next(self._parts, None)
            if part is None:
                break
            self._waiting = _joined([self._waiting, part])
        return None if self._waiting is None else self._waiting.slice(0, count)

    def _taken(self, found: pa.Table, count: int) -> pa.Table:
        """Take so many of those found at the front away."""
        if self._waiting is not None:
            self._waiting = self._waiting.slice(count)
        return found.slice(0, count)


def _places(found: pa.Table, wanted: pa.Table) -> Places | None:
    """Where the wanted stand; None if the last one does not stand there. Raises `Unfit`."""
    places = pc.index_in(_texts(wanted), value_set=_texts(found))
    if places[-1].as_py() is None:
        return None
    known: Places = places.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    if known[0] < 0 or (np.diff(known) <= 0).any():
        raise Unfit
    return known


def _texts(table: pa.Table) -> pa.Array:
    parts = [table.column(name).cast(pa.string()) for name in KEY]
    return pc.binary_join_element_wise(*parts, "|")
