"""The facts that a measure starts from: columns of a file, or expressions over the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from wattana.kernel.problems import N_, Invalid
from wattana.rules.expressions import Expression, Scope, compile_in
from wattana.rules.files import Table, Words
from wattana.rules.poverty import scope_of, take_words
from wattana.rules.variables import Level


@dataclass(frozen=True)
class Fact:
    """One input of a measure. `expression` works it out from a snapshot; None: only files have it.

    Figures that need an `optional` fact are left out where it is absent. `place`: in the file.
    """

    name: str
    title: Words
    expression: Expression | None
    optional: bool
    place: str


def take_facts(table: Table, unit: str) -> tuple[Fact, ...]:
    """Take `facts` from an open measure file; each may use those before it. Raises `Invalid`."""
    if "facts" not in table:
        return ()
    scope = scope_of(None, level=cast(Level, unit))
    found = []
    for one in table.tables("facts"):
        fact = _fact(one, scope)
        found.append(fact)
        if fact.expression:
            values = {**scope.values, fact.name: fact.expression.node}
            scope = Scope(scope.codebook, scope.level, scope.parameters, scope.constants, values)
    return tuple(found)


def _fact(table: Table, scope: Scope) -> Fact:
    name = table.text("name")
    title = take_words(table, "title", name)
    text, place = table.optional_text("codebook"), table.at("codebook")
    expression = compile_in(scope, text, place=place) if text else None
    optional = table.flag("optional") if "optional" in table else False
    table.end()
    return Fact(name, title, expression, optional, table.at("name"))


def missing_facts(
    facts: tuple[Fact, ...], columns: Mapping[str, str], renamed: object
) -> frozenset[str]:
    """The optional facts that the file has no column for. Raises `Invalid` for the others."""
    names = renamed if isinstance(renamed, Mapping) else {}
    missing = [fact for fact in facts if fact.name not in columns and fact.name not in names]
    for fact in missing:
        if not fact.optional:
            raise Invalid(
                N_("%(place)s: the data have no column “%(column)s” (%(title)s). Add it, or say "
                   "under “names” which column it is; there are %(columns)s."),
                place=fact.place,
                column=fact.name,
                title=f"{fact.title.th} / {fact.title.en}",
                columns=", ".join(list(columns)[:20]),
            )  # fmt: skip
    return frozenset(fact.name for fact in missing)
