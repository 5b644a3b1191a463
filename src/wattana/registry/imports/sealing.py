"""National IDs of many people sealed at once, in whichever process has the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from wattana.kernel.sealing import Keyring


@dataclass(frozen=True)
class Place:
    """With which keys, and for which column, numbers are sealed."""

    keys_file: Path
    table: str
    column: str


_keyring = lru_cache(maxsize=1)(Keyring.load)


def in_columns(place: Place, columns: Sequence[pa.Array]) -> list[pa.Array]:
    """Arrow columns, of record keys first and numbers last, with sealed values and blind indexes
    instead of the numbers; null for people without a number."""
    keyring = _keyring(place.keys_file)
    keys, numbers = columns[0].to_pylist(), columns[-1].cast(pa.binary()).to_pylist()
    values = keyring.seal_many(numbers, table=place.table, column=place.column, rows=keys)
    indexes = keyring.blind_indexes(numbers)
    return [*columns[:-1], pa.array(values, pa.binary()), pa.array(indexes, pa.binary())]
