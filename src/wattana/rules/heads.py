"""What every measure file begins with, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wattana.rules.files import Table, Words
from wattana.rules.poverty import Columns, take_columns, take_words
from wattana.rules.variables import STATUSES

UNITS = ("household", "person")


@dataclass(frozen=True)
class Head:
    """Name, standing and unit of a measure. `columns`: weights and sample, where the file says."""

    name: str
    version: str
    status: str
    title: Words
    note: Words
    unit: str
    columns: Columns


def take_head(table: Table, columns: Mapping[str, str]) -> Head:
    """Take the keys of the head from an open measure file. Raises `Invalid`."""
    name = table.text("name")
    return Head(
        name,
        table.optional_text("version") or "1",
        table.one_of("status", STATUSES, "proposed"),
        take_words(table, "title", name),
        take_words(table, "note", ""),
        table.one_of("unit", UNITS, "household"),
        take_columns(table, columns),
    )
