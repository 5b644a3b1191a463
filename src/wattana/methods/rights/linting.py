"""The linter of programmes: all faults of all files, in form, in cases and in what these show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources.abc import Traversable
from typing import Any

from wattana.kernel.problems import N_, Invalid, Phrase, Problem, each, gathered
from wattana.methods.rights.proving import faults
from wattana.rules import programmes
from wattana.rules.files import RULEBOOK
from wattana.rules.programmes import Programme
from wattana.rules.programmes.gateways import check_references, in_order


@dataclass(frozen=True)
class Checked:
    """What was checked, and the faults that were found."""

    files: int
    on: int
    cases: int
    faults: Sequence[Problem]

    @property
    def summary(self) -> Phrase:
        """In one line."""
        return Phrase(
            N_("Files: %(files)s, on: %(on)s, cases: %(cases)s, faults: %(faults)s"),
            files=self.files,
            on=self.on,
            cases=self.cases,
            faults=len(self.faults),
        )


def check(files: Sequence[Traversable] = ()) -> Checked:
    """Check these files, among the programmes of the rulebook, or all of the rulebook's."""
    desk = programmes.desk()
    shipped = programmes.files(RULEBOOK)
    wanted = list(files) or shipped
    found: list[Problem] = []
    known: dict[str, Programme] = {}
    for source in shipped:
        _read(source, desk, known, found if not files else [])
    mine = [one for one in (_read(source, desk, known, found) for source in files) if one]
    read = mine if files else list(known.values())
    there = {*known, *(one.name.removesuffix(".yaml") for one in wanted)}
    found += _raised(partial(check_references, one, there) for one in read)
    circle = _raised([partial(in_order, known)])
    found += circle
    for one in read if not circle else ():
        if known.keys() >= set(one.gateways):  # else its cases come out otherwise
            found += faults(one, known, desk.codebook)
    return Checked(
        files=len(wanted),
        on=sum(one.is_on for one in read),
        cases=sum(len(one.cases) for one in read),
        faults=found,
    )


def _raised(parts: Iterable[Callable[[], Any]]) -> list[Invalid]:
    """The faults that these raise."""
    try:
        gathered(parts)
    except Invalid as problem:
        return list(each(problem))
    return []


def _line(fault: Problem) -> int:
    """The line of the file at which a fault stands; 0 where it names none."""
    return int(getattr(fault.params.get("place"), "params", {}).get("line", 0))


def _read(
    source: Traversable,
    desk: programmes.Desk,
    known: dict[str, Programme],
    found: list[Problem],
) -> Programme | None:
    try:
        programme = programmes.read_programme(source, desk)
    except Invalid as problem:
        found += sorted(each(problem), key=_line)
        return None
    known[programme.id] = programme
    return programme
