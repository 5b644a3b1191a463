"""Which questions a visit asks, and how many of them are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wattana.rules import codebook as codebooks
from wattana.rules.codebook import Variable
from wattana.surveys import layout
from wattana.surveys.documents import Document, Question


@dataclass(frozen=True)
class Progress:
    """Counts of questions: asked, answered, and passed over with a reason."""

    asked: int = 0
    answered: int = 0
    skipped: int = 0

    @property
    def open(self) -> int:
        return self.asked - self.answered - self.skipped

    @property
    def share(self) -> float | None:
        """Share answered, 0 … 1; None where nothing is asked."""
        return self.answered / self.asked if self.asked else None

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            self.asked + other.asked, self.answered + other.answered, self.skipped + other.skipped
        )


@dataclass(frozen=True)
class Asked:
    """What a visit asks now; `hidden` are the questions that earlier answers rule out or hold up.

    Free text counts only once it is written: nobody is asked for a remark she does not have.
    """

    document: Document
    hidden: Mapping[int | None, frozenset[str]]

    def of_section(self, key: str, person: int | None = None) -> Progress:
        """Progress of a section, of one member where the section asks about members."""
        names = {variable.name for variable in codebooks.load().section(key).variables}
        return self._progress(person, self._counted(person) & names)

    @property
    def total(self) -> Progress:
        """Progress of the whole visit, all members included."""
        total = Progress()
        for person, _part in self.document.parts():
            total += self._progress(person, self._counted(person))
        return total

    @property
    def open(self) -> list[Question]:
        """The questions without answer and without a reason for that, in the order of asking."""
        return [
            (person, name)
            for person, _part in self.document.parts()
            for name in self.open_of(person)
        ]

    def open_of(self, person: int | None) -> list[str]:
        """The open questions about one member, or about the household."""
        part, counted = self.document.part(person), self._counted(person)
        left = counted - part.answers.keys() - part.skips.keys()
        return [variable.name for variable in _of_level(person) if variable.name in left]

    def _progress(self, person: int | None, counted: set[str]) -> Progress:
        part = self.document.part(person)
        answered = len(counted & part.answers.keys())
        return Progress(len(counted), answered, len(counted & part.skips.keys()))

    def _counted(self, person: int | None) -> set[str]:
        part = self.document.part(person)
        named = {name for name, by in layout.slots().items() if by in part.answers}
        return (_expected(person is None) | named | part.answers.keys()) - self.hidden[person]


@lru_cache(maxsize=2)
def _expected(of_household: bool) -> frozenset[str]:
    """The questions that count also while they are not answered: those of a survey."""
    variables = codebooks.load().answers("household" if of_household else "person")
    slots = layout.slots()
    asked = (one for one in variables if one.kind != "text" and not one.on_request)
    return frozenset(one.name for one in asked if one.name not in slots)


def _of_level(person: int | None) -> tuple[Variable, ...]:
    return codebooks.load().answers("household" if person is None else "person")
