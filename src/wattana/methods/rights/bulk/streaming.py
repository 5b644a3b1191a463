"""The pass on one machine: facts as vectors, a part of the snapshot at a time, in flat memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from wattana.methods.rights.bulk import arrow, coding, facts
from wattana.methods.rights.bulk.answering import COUNT_BITS, Answers
from wattana.methods.rights.bulk.chunks import Chunk, chunks
from wattana.methods.rights.bulk.facts import Homes, Persons
from wattana.methods.rights.bulk.files import (
    ANSWERS,
    CONTENTS,
    HOUSEHOLDS,
    OF_PERSON,
    PERSONS,
    RIGHTS,
)  # fmt: skip
from wattana.methods.rights.bulk.frame import KEY
from wattana.rules.book import Codebook
from wattana.rules.expressions import SURVEY_DATE
from wattana.rules.expressions.vectors.calendar import number
from wattana.rules.programmes.model import Programme

_ALWAYS = {"deceased", "age", "sex", "receives"}
_COUNTS = ("rights_due", "rights_received", "rights_open", "rights_unknown")
_HARDLY_ALIKE = ("household", "person")
_OPEN = ("area", "age", "sex")  # what may not be known of a row
_TOGETHER = 250_000  # rows of a group of a file
_THREADS, _AHEAD = 2, 4  # parts that are judged at once, and that wait for it or to be written
Columns = dict[str, Any]
Done = TypeVar("Done")


def assess(
    snapshot: Path,
    out: Path,
    programmes: Sequence[Programme],
    *,
    codebook: Codebook,
    on: dt.date | None,
) -> None:
    """Write the files of `files`, whole or not at all.

    Raises `Unfit`.
    """
    on_now = [one for one in programmes if one.is_on]
    judges = {
        level: [_answers(one, codebook, on) for one in coding.programmes_of(on_now, level)]
        for level in ("person", "household")
    }
    columns = _columns(on_now, codebook)
    work = partial(_judged, judges=judges, codebook=codebook, on=on)
    with arrow.plain_memory(), _files(out) as write:
        for found in _in_threads(work, chunks(snapshot / HOUSEHOLDS, snapshot / PERSONS, columns)):
            for name, rows in found.items():
                write(name, rows)
    _write_answers(out / ANSWERS, [*judges["person"], *judges["household"]])


def _in_threads(work: Callable[[Chunk], Done], parts: Iterable[Chunk]) -> Iterator[Done]:
    """What work makes of each part, in their order, a few parts ahead."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: list[Future[Done]] = []
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > _AHEAD:
                yield waiting.pop(0).result()
        for one in waiting:
            yield one.result()


def _answers(programme: Programme, codebook: Codebook, on: dt.date | None) -> Answers:
    return Answers(programme, on, codebook.variable("deceased"), codebook.variable("receives"))


def _columns(
    programmes: Sequence[Programme], codebook: Codebook
) -> tuple[Sequence[str], Sequence[str]]:
    """The columns of households and persons that are read."""
    used = [expression for one in programmes for expression in one.expressions]
    names = facts.needed(used, codebook, sorted(_ALWAYS))
    return [*names, "area", "latest", SURVEY_DATE], [*names, "person"]


def _judged(
    chunk: Chunk, judges: Mapping[str, Sequence[Answers]], codebook: Codebook, on: dt.date | None
) -> Mapping[str, Columns]:
    """The rows of each file."""
    parts = chunk.homes, chunk.persons, chunk.households
    table, people, households = facts.latest(*parts) if on else parts
    homes = Homes(table, codebook, number(on) if on else None)
    persons = Persons(people, homes, households)
    frame = _frame(table, homes)
    of_homes, own = _answered(judges["household"], homes)
    of_persons, theirs = _answered(judges["person"], persons)
    for total, added in zip(own, theirs, strict=True):
        total[households.rows] += households.reduced(np.add, added)
    return {
        PERSONS: {**_of_persons(persons, frame), **of_persons},
        HOUSEHOLDS: {**frame, **of_homes},
        RIGHTS: {**frame, **_unpacked(own[0]), "missing_year": own[1]},
    }


def _answered(judges: Sequence[Answers], rows: Homes) -> tuple[Columns, tuple[Any, Any]]:
    """The number of each row's answer, by programme; and what all of them add, as `worth` says."""
    count = rows.table.num_rows
    counted, missing = np.zeros(count, np.uint64), np.zeros(count, np.int64)
    found: Columns = {}
    for one in judges:
        found[one.programme.id] = numbers = one.numbers(rows)
        if one.programme.may_be_due:
            counts, money = one.worth()
            counted += counts.take(numbers, mode="clip")
            if money.any():
                missing += money.take(numbers, mode="clip")
    return found, (counted, missing)


def _frame(table: pa.Table, homes: Homes) -> Columns:
    names = (*KEY, "area", "latest")
    day = np.broadcast_to(homes.day, table.num_rows)
    return {**{one: table.column(one) for one in names}, "day": pa.array(day, pa.date32())}


def _of_persons(persons: Persons, frame: Columns) -> Columns:
    rows = pa.array(persons.rows)
    own = {name: persons.table.column(name) for name in KEY}
    of_home = {name: frame[name].take(rows) for name in ("area", "latest", "day")}
    ages_of: Any = persons.column(persons.codebook.variable("age"))
    age = np.broadcast_to(ages_of, len(rows))
    known = ~np.isnan(age)
    ages = pa.array(np.where(known, age, 0).astype(np.int32), mask=~known)
    sex = pa.nulls(len(rows), pa.string())
    if "sex" in persons.table.column_names:
        sex = persons.table.column("sex")
    whole = {"person": persons.table.column("person"), "age": ages, "sex": sex}
    return {**own, **of_home, **{name: whole[name] for name in OF_PERSON}}


def _unpacked(counted: NDArray[np.uint64]) -> Columns:
    mask = np.uint64((1 << COUNT_BITS) - 1)
    return {
        name: (counted >> np.uint64(COUNT_BITS * place) & mask).astype(np.int64)
        for place, name in enumerate(_COUNTS)
    }


class _File:
    """A Parquet file to which rows are added; they are written some together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[pa.Table] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, columns: Columns) -> None:
        table = pa.table(columns)
        self._waiting.append(table.cast(_never_null(table.schema)))
        if sum(one.num_rows for one in self._waiting) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what waits; a file without rows has the columns of the rows that there are not."""
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        self._waiting = []
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path,
                table.schema,
                compression={
                    one: "zstd" if one in _HARDLY_ALIKE else "lz4" for one in table.column_names
                },
                use_dictionary=[one for one in table.column_names if one not in _HARDLY_ALIKE],
                write_statistics=False,  # nobody looks for a range in these files
            )
        self._writer.write_table(table, row_group_size=table.num_rows or None)

    def close(self) -> None:
        if self._writer:
            self._writer.close()


def _never_null(schema: pa.Schema) -> pa.Schema:
    """With what is known of each row said to be; that need not be written down row by row."""
    fields = (one if one.name in _OPEN else one.with_nullable(False) for one in schema)
    return pa.schema(fields)


@contextmanager
def _files(out: Path) -> Iterator[Any]:
    """A function that writes columns to a file by its name, behind the caller's back."""
    names = (PERSONS, HOUSEHOLDS, RIGHTS)
    written = {name: out / f"{name}.partial" for name in names}
    files = {name: _File(path) for name, path in written.items()}
    writing: list[Future[None]] = []
    with ExitStack() as stack:
        for path in written.values():
            stack.callback(path.unlink, missing_ok=True)
        for file in files.values():
            stack.callback(file.close)
        writers = {name: stack.enter_context(ThreadPoolExecutor(1)) for name in names}

        def write(name: str, columns: Columns) -> None:
            writing.append(writers[name].submit(files[name].add, columns))
            while len(writing) > _AHEAD * len(names):
                writing.pop(0).result()

        yield write
        writing += [writers[name].submit(file.flush) for name, file in files.items()]
        for one in writing:
            one.result()
        for file in files.values():
            file.close()
        for name, path in written.items():
            path.replace(out / name)


def _write_answers(path: Path, answers: Sequence[Answers]) -> None:
    columns: dict[str, list[Any]] = {"programme": [], "number": [], **{n: [] for n in CONTENTS}}
    for one in answers:
        for place, answer in enumerate(one.given):
            columns["programme"].append(one.programme.id)
            columns["number"].append(place)
            for name in CONTENTS:
                columns[name].append(getattr(answer, name))
    types = {"programme": pa.string()}
    arrays = {name: pa.array(of, types.get(name, pa.int64())) for name, of in columns.items()}
    pq.write_table(pa.table(arrays), path, compression="zstd")
