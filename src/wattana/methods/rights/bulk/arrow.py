"""Columns of Arrow as vectors of the expression language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from wattana.rules.expressions.vectors import (
    NO_DAY,
    TRUE,
    UNKNOWN,
    Choices,
    Days,
    Numbers,
    Several,
    Truths,
    Vector,
)  # fmt: skip
from wattana.rules.expressions.vectors.values import where
from wattana.rules.variables import Variable

_IN_A_BYTE = 127


@contextmanager
def plain_memory() -> Iterator[None]:
    """Let Arrow take memory from the system: its own pool gives pages back and takes them again."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def whole(table: pa.Table, name: str) -> pa.Array:
    """A column in one piece, without a copy where it is one."""
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def vector(column: pa.Array, variable: Variable) -> Vector:
    """The column of a variable, by its kind."""
    if variable.kind == "boolean":
        return _truths(column)
    if variable.kind in ("integer", "number"):
        return _numbers(column)
    if variable.kind in ("date", "partial_date"):
        return days(column)
    return _several(column) if variable.kind == "multi" else _choices(column)


def days(column: pa.Array) -> Days:
    """Days since 1970; `NO_DAY` where there is none."""
    return _filled(column.cast(pa.date32()).view(pa.int32()), int(NO_DAY))


def flags(column: pa.Array) -> NDArray[np.bool_]:
    """True and false; what is not known is false."""
    return np.asarray(_bits(column, 1) & _known(column), np.bool_)


def _truths(column: pa.Array) -> Truths:
    held = _bits(column, 1).astype(np.int8) * TRUE
    return where(_known(column).view(np.bool_), held, UNKNOWN) if column.null_count else held


def _bits(column: pa.Array, buffer: int) -> NDArray[np.uint8]:
    """A bit a row, each as a byte."""
    packed = np.frombuffer(column.buffers()[buffer], np.uint8)
    end = column.offset + len(column)
    return np.unpackbits(packed, count=end, bitorder="little")[column.offset :]


def _known(column: pa.Array) -> NDArray[np.uint8]:
    if not column.null_count:
        return np.ones(len(column), np.uint8)
    return _bits(column, 0)


def _numbers(column: pa.Array) -> Numbers:
    """As floating point; NaN where there is no number."""
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _choices(column: pa.Array) -> Choices:
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return Choices(_places(coded), coded.dictionary.to_pylist())


def _places(coded: pa.DictionaryArray) -> NDArray[Any]:
    kind = np.int8 if len(coded.dictionary) <= _IN_A_BYTE else np.int32
    return _filled(coded.indices, -1).astype(kind, copy=False)


def _several(column: pa.Array) -> Several:
    sizes = _filled(pc.list_value_length(column), -1)
    answers = _choices(pc.list_flatten(column))
    rows = np.repeat(np.arange(len(sizes)), np.maximum(sizes, 0))
    return Several(answers, rows, sizes)


def _filled(column: pa.Array, unknown: int) -> NDArray[np.int32]:
    known = column.fill_null(unknown) if column.null_count else column
    return np.asarray(known.to_numpy(zero_copy_only=False), np.int32)
