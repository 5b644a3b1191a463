"""What other processes do in tests of loads; they begin without Django."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wattana.registry.imports import sealing


def one_index_for_all(place: sealing.Place, columns: Sequence[Any]) -> list[Any]:
    """Sealed columns in which all people have the number of the first."""
    *others, indexes = sealing.in_columns(place, columns)
    return [*others, [one and indexes[0] for one in indexes]]
