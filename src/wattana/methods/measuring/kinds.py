"""Which room works out which kind of measure file."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Protocol

from wattana.engines.port import Engine
from wattana.kernel.problems import N_, Invalid
from wattana.methods import alkire_foster
from wattana.methods.alkire_foster import Place
from wattana.methods.survey import Design
from wattana.rules.files import Table, read_lined
from wattana.rules.poverty import PovertyMeasure, measure_file, take_measure

ALKIRE_FOSTER = "alkire_foster"
KINDS = {
    "tpmap": "wattana.methods.tpmap",
    "money": "wattana.methods.money",
    "ratio": "wattana.methods.ratios",
}
"""Loaded when they are asked for: start-up stays quick."""


class Figures(Protocol):
    """The figures of one group."""

    @property
    def group(self) -> Mapping[str, Any]: ...

    @property
    def n(self) -> int: ...

    def as_json(self) -> dict[str, Any]: ...

    def flat(self) -> dict[str, Any]: ...


def file_of(measure: str) -> Traversable:
    """The measure file that a path or the name of a shipped measure stands for. Raises Problem."""
    path = Path(measure)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        if not path.is_file():
            raise Invalid(N_("There is no file %(file)s."), file=measure[:200])
        return path
    return measure_file(measure)


def kind_of(table: Table) -> str:
    """The kind of an open measure file. Raises `Invalid`."""
    if "kind" not in table:
        return ALKIRE_FOSTER
    kind = table.raw["kind"]
    if kind != ALKIRE_FOSTER and kind not in KINDS:
        table.refuse(
            N_("%(place)s: “%(key)s” has to be one of %(allowed)s."),
            key="kind",
            allowed=", ".join([ALKIRE_FOSTER, *KINDS]),
        )
    return str(kind)


@dataclass(frozen=True)
class Opened:
    """A measure file that was read, with its kind."""

    kind: str
    measure: Any

    @property
    def poverty(self) -> PovertyMeasure | None:
        """The measure, if it is one of multidimensional poverty."""
        return self.measure if isinstance(self.measure, PovertyMeasure) else None


def read(source: Traversable, columns: Mapping[str, str], examples: Mapping[str, str]) -> Opened:
    """Read a measure file of any kind against the columns of a file. Raises `Invalid`."""
    table = read_lined(source)
    kind = kind_of(table)
    if kind != ALKIRE_FOSTER:
        room = importlib.import_module(KINDS[kind])
        return Opened(kind, room.read(table, columns, examples=examples))
    table.one_of("kind", (ALKIRE_FOSTER,), ALKIRE_FOSTER)
    measure = take_measure(table, columns, examples=examples)
    table.end()
    return Opened(kind, measure)


def figures(
    engine: Engine,
    table: str,
    opened: Opened,
    design: Design,
    missing: str | None,
    place: Place,
) -> Sequence[Figures]:
    """The figures of all rows, then of each group. Raises `Invalid` and `EngineFailed`."""
    measure = opened.poverty
    if measure and opened.kind == ALKIRE_FOSTER:
        return alkire_foster.figures(engine, table, measure, design, missing=missing, place=place)
    room = importlib.import_module(KINDS[opened.kind])
    found: Sequence[Figures] = room.figures(engine, table, opened.measure, design)
    return found
