"""Rows of a Parquet file decoded column by column, for measures whose tests are simple ones.

Simple: a column of numbers compared with a number, a column of truth values, and such joined by
and, or, not. They are worked out on whole columns (Arrow), which costs little beside decoding them;
everything else goes through the engine's SQL (`rows_by_sql`). Both give the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wattana.methods.alkire_foster.counted.batches import Masks
from wattana.methods.alkire_foster.counted.packing import integer_for
from wattana.methods.alkire_foster.counted.specification import Integers
from wattana.rules.expressions.nodes import Node
from wattana.rules.poverty import PovertyIndicator, PovertyMeasure

Test = Callable[[pa.RecordBatch], pa.Array]
TYPES = {"SMALLINT": np.int16, "INTEGER": np.int32, "BIGINT": np.int64}


class Rows(NamedTuple):
    """Some rows: code of the area (-1: none), masks, weight (None: every row counts 1)."""

    area: Integers
    deprived: Masks
    missing: Masks
    weight: npt.NDArray[np.float64] | None


class ByColumn:
    """The rows of a file, some row groups at a time; each thread reads its own."""

    def __init__(
        self, path: Path, tests: list[Test], names: list[str], area: str, weight: str | None
    ) -> None:
        self.path = path
        self.tests = tests
        self.area, self.weight = area, weight
        self.columns = list(dict.fromkeys([area, *([weight] if weight else []), *names]))
        self.kind = TYPES[integer_for(len(tests))]
        self.metadata = pq.read_metadata(path)

    @classmethod
    def of(
        cls, path: Path, measure: PovertyMeasure, area: str, weight: str | None
    ) -> ByColumn | None:
        """None where a test is not simple, or the area or the weight of another type."""
        schema = pq.read_schema(path)
        types = {field.name: field.type for field in schema}
        tests = [_indicator_test(one, types) for one in measure.indicators]
        simple = [one for one in tests if one is not None]
        if len(simple) < len(tests) or not _is_code(types.get(area)):
            return None
        if weight is not None and not _is_number(types.get(weight)):
            return None
        return cls(path, simple, list(measure.inputs), area, weight)

    def rows(self, groups: range, size: int) -> Iterator[Rows]:
        """The rows of some row groups, about `size` at a time."""
        file = pq.ParquetFile(
            self.path, metadata=self.metadata, read_dictionary=[self.area], pre_buffer=False
        )
        batches = file.iter_batches(
            size, row_groups=groups, columns=self.columns, use_threads=False
        )
        for batch in batches:
            deprived, missing = self._masks(batch)
            weight = batch[self.weight].cast(pa.float64()) if self.weight else None
            yield Rows(
                _codes(batch[self.area]), deprived, missing,
                None if weight is None else weight.to_numpy(zero_copy_only=False),
            )  # fmt: skip

    def _masks(self, batch: pa.RecordBatch) -> tuple[Masks, Masks]:
        deprived = np.zeros(batch.num_rows, dtype=self.kind)
        missing = np.zeros(batch.num_rows, dtype=self.kind)
        for bit, test in enumerate(self.tests):
            found = test(batch)
            yes = _bits(found, 1)
            if found.null_count:
                known = _bits(found, 0)
                yes &= known
                missing |= np.left_shift(1 - known, bit, dtype=self.kind)
            deprived |= np.left_shift(yes, bit, dtype=self.kind)
        return deprived, missing


def _bits(values: pa.Array, buffer: int) -> npt.NDArray[np.uint8]:
    """Validity (0) or values (1) of an array of truth values, one byte each."""
    packed = np.frombuffer(values.buffers()[buffer], dtype=np.uint8)
    end = values.offset + len(values)
    return np.unpackbits(packed, count=end, bitorder="little")[values.offset :]


def _codes(area: pa.Array) -> Integers:
    """Codes as numbers; -1 where there is none, or where it would lose a leading zero."""
    if not pa.types.is_dictionary(area.type):
        whole: Integers = pc.fill_null(area.cast(pa.int64()), -1).to_numpy()
        return whole
    texts = area.dictionary
    proper = pc.match_substring_regex(texts, "^[1-9][0-9]{0,17}$")
    known = pc.if_else(proper, texts, "-1").cast(pa.int64()).to_numpy()
    places = pc.fill_null(area.indices, len(known)).to_numpy()
    found: Integers = np.append(known, -1)[places]
    return found


def _is_code(kind: pa.DataType | None) -> bool:
    return kind is not None and (pa.types.is_integer(kind) or pa.types.is_string(kind))


def _is_number(kind: pa.DataType | None) -> bool:
    return kind is not None and (pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _indicator_test(indicator: PovertyIndicator, types: dict[str, pa.DataType]) -> Test | None:
    if indicator.applies is not None:
        return None
    test = _test(indicator.deprived.node, types)
    if test is None or indicator.missing is None:
        return test
    instead = indicator.missing == "deprived"
    return lambda batch: pc.fill_null(test(batch), instead)


def _test(node: Node, types: dict[str, pa.DataType]) -> Test | None:
    """The test that a node is, on whole columns; None where it is not simple."""
    if node.op == "variable" and node.type == "boolean":
        name = node.variable.name
        return (lambda batch: batch[name]) if pa.types.is_boolean(types[name]) else None
    if node.op in _COMPARED:
        return _comparison(node, types)
    if node.op in _JOINED:
        parts = [_test(one, types) for one in node.args]
        if any(one is None for one in parts):
            return None
        return _joined(_JOINED[node.op], [one for one in parts if one is not None])
    return None


def _joined(function: Callable[..., pa.Array], parts: list[Test]) -> Test:
    return lambda batch: function(*(one(batch) for one in parts))


def _comparison(node: Node, types: dict[str, pa.DataType]) -> Test | None:
    """A column of numbers beside a number, in the column's own type."""
    column, beside = node.args
    value = _number(beside)
    if column.op != "variable" or column.type != "number" or value is None:
        return None
    name = column.variable.name
    limit = _limit(value, types[name])
    if limit is None:
        return None
    compared = _COMPARED[node.op]
    return lambda batch: compared(batch[name], limit)


def _number(node: Node) -> float | None:
    """A number as it is written; -2 is read as 0 - 2."""
    if node.op == "-" and (node.args[0].op, node.args[0].value) == ("constant", 0):
        value = _number(node.args[1])
        return None if value is None else -value
    return node.value if (node.op, node.type) == ("constant", "number") else None


def _limit(value: float, kind: pa.DataType) -> pa.Scalar | None:
    """The number in the type of the column; None where it does not fit exactly."""
    if pa.types.is_integer(kind) and value == int(value):
        bits = kind.bit_width - (1 if pa.types.is_signed_integer(kind) else 0)
        lowest = -(2**bits) if pa.types.is_signed_integer(kind) else 0
        return pa.scalar(int(value), kind) if lowest <= value < 2**bits else None
    return pa.scalar(float(value), kind) if pa.types.is_float64(kind) else None


def _inverted(function: Callable[..., pa.Array]) -> Callable[..., pa.Array]:
    return lambda column, limit: pc.invert(function(column, limit))


_COMPARED: dict[str, Callable[..., pa.Array]] = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": _inverted(pc.less_equal),  # so that “not a number” is the greatest, as in SQL
    ">=": _inverted(pc.less),
}
_JOINED: dict[str, Callable[..., pa.Array]] = {
    "and": pc.and_kleene,
    "or": pc.or_kleene,
    "not": pc.invert,
}
