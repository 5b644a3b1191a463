"""The codebook: every variable there is, in sections, and how an answer is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wattana.kernel.problems import N_, Invalid
from wattana.rules import answers
from wattana.rules.files import Words
from wattana.rules.variables import LEVELS, Answer, Level, Section, Variable


@dataclass(frozen=True, eq=False)
class Codebook:
    """All variables. `derived` are facts that no one is asked (age on the day of the survey).

    `units` holds the words for the units of variables, in Thai and English. `of_file`: these are
    columns of a file of anybody, not questions of this house; a choice among them takes any text.
    """

    version: str
    title_th: str
    title_en: str
    source: str
    sections: tuple[Section, ...]
    derived: Mapping[str, Variable] = field(default_factory=dict)
    units: Mapping[str, Words] = field(default_factory=dict)
    of_file: bool = False

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        """All variables that are asked or kept by the registry, by name, in the order of asking."""
        return {one.name: one for section in self.sections for one in section.variables}

    @cached_property
    def families(self) -> Mapping[str, tuple[Variable, ...]]:
        """Variables of repeated lines, by family, in the order of the items."""
        found: dict[str, tuple[Variable, ...]] = {}
        for one in self.variables.values():
            if one.family:
                found[one.family] = (*found.get(one.family, ()), one)
        return found

    def section(self, key: str) -> Section:
        """Raises `Invalid` for an unknown key."""
        for section in self.sections:
            if section.key == key:
                return section
        raise Invalid(N_("The codebook has no section “%(name)s”."), name=key[:60])

    def variable(self, name: str) -> Variable:
        """A variable, asked or derived. Raises `Invalid` for an unknown name."""
        found = self.variables.get(name) or self.derived.get(name)
        if found is None:
            raise Invalid(N_("The codebook has no variable “%(name)s”."), name=name[:60])
        return found

    def answers(self, level: Level) -> tuple[Variable, ...]:
        """The variables that a visit keeps in its documents of answers."""
        return self._answers[level]

    @cached_property
    def _answers(self) -> Mapping[str, tuple[Variable, ...]]:
        return {
            level: tuple(
                one
                for one in self.variables.values()
                if one.level == level and one.stored == "answers"
            )
            for level in LEVELS
        }

    def columns(self, level: Level) -> tuple[Variable, ...]:
        """The answers that go into a snapshot: all but free text, which may hold names."""
        return tuple(one for one in self.answers(level) if one.kind != "text")

    def parse(self, name: str, raw: Any) -> Answer | None:
        """Read an answer as people type it or files hold it; None when nothing is said.

        Choices may be given by code, Thai or English label; several answers of a multi question are
        parted by `;`, `,` or `|`. Dates come as ISO text, partial dates as `YYYY`, `YYYY-MM` or
        `YYYY-MM-DD` (CE). Raises `Invalid`, which says what is allowed and never repeats the text.
        """
        return answers.parse(self.variable(name), raw)
