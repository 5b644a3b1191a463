"""Kinds of import. `households` and `persons` live here; an upper room may register its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from wattana.accounts.models import Organization
from wattana.accounts.viewer import Actor
from wattana.kernel.problems import N_, Invalid
from wattana.kit import bulk
from wattana.registry.imports.fields import PLACE, Field
from wattana.registry.imports.mapping import ColumnMapping
from wattana.registry.imports.staging import Staging

Progress = Callable[[str, int, int], None]
"""Called with the name of a step and how much of it is done, of how much."""


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass
class Counts:
    """What came of the accepted rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass
class Job:
    """One file on its way in, and all that its steps need."""

    staging: Staging
    kind: Kind
    header: Sequence[str]
    mapping: ColumnMapping
    organization: Organization
    year: int  # CE
    areas: tuple[str, ...]  # codes in which rows may lie
    by: Actor
    batch: int = 0
    progress: Progress = silent
    by_command: bool = False  # else on a page: what a reader is told to do differs
    counts: Counts = field(default_factory=Counts)

    @cached_property
    def constants(self) -> dict[str, str]:
        """Texts for all rows: the mapping's, and the kind's own where nothing fills a field."""
        own = self.kind.constants(self)
        free = {name: text for name, text in own.items() if not self.mapping.fills(name)}
        return {**free, **self.mapping.constants}

    def fills(self, name: str) -> bool:
        """Whether a column or a constant fills a field."""
        return self.mapping.fills(name) or name in self.constants

    @property
    def reference(self) -> str:
        """The best field by which the rows name their household."""
        return next(name for name in self.kind.identifying if self.fills(name))

    @cached_property
    def _said(self) -> set[str]:
        filled = [field for name, field in self.kind.fields.items() if self.fills(name)]
        columns = {column for field in filled for column in field.columns}
        if "title_in_name" in columns:
            columns.add("title")
        if "title" in columns:
            columns.add("sex")
        if "age" in columns:
            columns.add("birth_year")
        return columns | set(self.kind.person_columns)

    def says(self, column: str) -> bool:
        """Whether rows can have a value in a column of the staging database."""
        return column in self._said

    def origin(self) -> dict[str, Any]:
        """Columns that say when, by whom and from which batch a record came."""
        return {
            "created_at": bulk.as_time(timezone.now()),
            "created_by": self.by.user_id,
            "batch": self.batch,
        }

    def telling(self, step: str, total: int) -> Callable[[int], None]:
        """What tells how much of a step is done."""
        return lambda done: self.progress(step, done, total)

    def filled(self, *names: str) -> str:
        """The first of some fields that is filled, for messages; the first of all where none is."""
        return next(filter(self.fills, names), names[0])


class Kind:
    """What the rows of a file are, and how they enter the registry.

    Every kind's rows name a household; most also name a person. The steps shared by all kinds are
    in `checking` and `writing`; a kind says what is special.
    """

    name: str
    title: Promise
    fields: Mapping[str, Field]
    people = False  # rows may name a person, in the fields of `persons.PERSON`
    updates_households = False  # a row's words about the household replace what is known
    one_row_per_household = False
    alone = ""  # SQL: whether a row that no key finds again names a household nevertheless
    visit_columns: tuple[str, ...] = ()  # rows that differ in these may repeat a person
    person_columns: Mapping[str, str] = {}  # SQL for columns of `people` that no field fills
    counted = "people"  # or "homes": what created, updated and unchanged count
    families: Mapping[str, Promise] = {}  # groups of amounts of which blank lines may mean none

    def require(self, mapping: ColumnMapping) -> None:
        """Raise `Invalid` when a mapping lacks what every row needs."""
        if not any(mapping.fills(name) for name in self.identifying):
            raise Invalid(
                N_(
                    "No column says which household a row is about. Map one of: %(fields)s (the "
                    "first line of the table must be its header)."
                ),
                fields=", ".join(self.identifying),
            )
        for name in mapping.blank_means_none:
            if name not in self.families:
                raise Invalid(
                    N_(
                        "“%(name)s” is no group of lines of which blanks can mean none: %(groups)s."
                    ),
                    name=name[:40],
                    groups=", ".join(self.families) or "–",
                )

    @property
    def reference(self) -> str:
        """SQL over the typed columns: the best key of the row's household, by kind of key, so that
        a code never meets another key of the same digits."""
        alone = f"WHEN area IS NOT NULL AND {self.alone} THEN 'l' || line" if self.alone else ""
        return f"""CASE WHEN household_key IS NOT NULL THEN 'k' || household_key
            WHEN household_code IS NOT NULL THEN 'c' || household_code
            WHEN house_code IS NOT NULL THEN 'h' || house_code
            WHEN house_no IS NOT NULL AND length(area) = 8 THEN 'p' || area || ' ' || house_no
            {alone} END"""

    @property
    def identifying(self) -> tuple[str, ...]:
        """Fields of which at least one has to be filled."""
        return ("household_key", "household_code", "house_code", "house_no")

    def constants(self, job: Job) -> dict[str, str]:
        """Values for fields that neither a column nor the mapping fills."""
        return {}

    def completed(self, job: Job) -> Sequence[str]:
        """Columns that `complete` fills, in the table `said`."""
        return ()

    def complete(self, job: Job) -> None:
        """Fill in what the rows leave blank, where the mapping says what that means."""

    def check(self, job: Job) -> None:
        """Look for what is wrong with rows by themselves."""

    def match(self, job: Job) -> None:
        """Look for what is wrong with rows against the registry."""

    def write(self, job: Job) -> None:
        """Write what is special to the kind, after households and people."""

    def undo(self, batch: int, by: Actor) -> None:
        """Take back what `write` did. Raises `Conflict` when that was changed since."""

    def places(self) -> list[str]:
        """The fields that together give the area."""
        return [name for name in PLACE if name in self.fields]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Offer a kind; a second one of the same name takes the place of the first."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """All kinds in the order of their registration."""
    return list(_kinds.values())


def kind_of(name: str) -> Kind:
    """Raises `Invalid` for an unknown name."""
    if name not in _kinds:
        raise Invalid(
            N_("There is no kind of import “%(name)s”, only: %(kinds)s."),
            name=name[:40],
            kinds=", ".join(_kinds),
        )
    return _kinds[name]
