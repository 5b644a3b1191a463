"""What other processes do in tests of loads; they begin without Django."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from wattana.registry.imports.sealing import Place, in_columns


def one_index_for_all(place: Place, columns: Sequence[pa.Array]) -> list[pa.Array]:
    """Sealed columns in which all people have the number of the first."""
    *others, indexes = in_columns(place, columns)
    first, *_ = found = indexes.to_pylist()
    return [*others, pa.array([one and first for one in found], pa.binary())]
