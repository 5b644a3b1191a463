"""Kinds and clocks of complaints: `rulebook/grievances.yaml`, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wattana.rules.files import Words, read

_STATES = ("received", "acknowledged", "looked_into", "answered")


@dataclass(frozen=True)
class Book:
    """The whole file; `days` are working days by state. `status`: "stated" or "proposed"."""

    status: str
    kinds: Mapping[str, Words]
    days: Mapping[str, int]


@cache
def load() -> Book:
    """Raises `Invalid` that names file, place and key."""
    table = read("grievances.yaml")
    kinds, clocks = table.table("kinds"), table.table("clocks")
    book = Book(
        status=table.one_of("status", ("stated", "proposed")),
        kinds={name: kinds.words(name) for name in kinds.raw},
        days={state: int(clocks.number(state)) for state in _STATES},
    )
    clocks.end()
    table.end()
    return book
