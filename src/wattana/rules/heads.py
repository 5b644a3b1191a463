"""What every measure file begins with, whatever its kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wattana.rules.facts import Fact, missing_facts, take_facts
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
    definitions: Mapping[str, Any]

    def hash_with(self, sql: Iterable[str]) -> str:
        """SHA-256 of the file and of the SQL made from it: equal hashes mean equal figures."""
        text = json.dumps(
            [self.definitions, list(sql)], sort_keys=True, ensure_ascii=False, default=str
        )
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Headed:
    """What measures of a kind begin with; their own values follow."""

    head: Head
    facts: tuple[Fact, ...]

    @property
    def name(self) -> str:
        return self.head.name

    @property
    def title(self) -> Words:
        return self.head.title

    @property
    def note(self) -> Words:
        return self.head.note

    @property
    def status(self) -> str:
        return self.head.status

    @property
    def columns(self) -> Columns:
        return self.head.columns


def take_headed(
    table: Table, kind: str, columns: Mapping[str, str]
) -> tuple[Headed, frozenset[str]]:
    """Take head and facts from an open measure file of a kind, and which optional facts the
    columns of the data (name → SQL type) lack. Raises `Invalid`.
    """
    table.one_of("kind", (kind,))
    head = take_head(table, columns)
    facts = take_facts(table, head.unit)
    return Headed(head, facts), missing_facts(facts, columns, table.raw.get("names"))


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
        dict(table.raw),
    )
