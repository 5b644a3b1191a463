"""Facts about one household and its members, as a file or a worked case states them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from wattana.kernel.problems import N_, Invalid, Phrase, gathered
from wattana.rules.book import Codebook
from wattana.rules.files import Table, near
from wattana.rules.variables import Level, Variable

Row = Mapping[str, Any]
ID = "id"
_FEW = 12
"""Answers that are all named where none is near to what was written."""


@dataclass(frozen=True)
class Facts:
    """Values by variable of the codebook: the household's, and each person's with an `id`.

    Dates are ISO text; what is not known is absent.
    """

    household: Row
    persons: Sequence[Row]


def read_facts(table: Table, codebook: Codebook) -> Facts:
    """Read `household` and `persons`. Raises `Invalid`, which names a variable near to it."""
    home = table.within(table.raw.get("household") or {}, "household", "household")
    if "household" in table:
        table.value("household")
    household = read_row(home, "household", codebook)
    persons = [_person(one, codebook) for one in table.tables("persons")]
    table.end()
    seen: set[str] = set()
    for one in persons:
        if one[ID] in seen:
            table.refuse(
                N_("%(place)s: two persons have the id “%(id)s”. Give each her own."),
                key="persons",
                id=one[ID],
            )
        seen.add(one[ID])
    return Facts(household, persons)


def _person(table: Table, codebook: Codebook) -> Row:
    who = table.text(ID)
    return {ID: who, **read_row(table, "person", codebook)}


def read_row(table: Table, level: Level, codebook: Codebook) -> dict[str, Any]:
    """The facts of one row; an empty value counts as not known. Raises `Invalid` for each fault."""
    names = table.left()
    values = gathered(partial(_fact, table, name, level, codebook) for name in names)
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _fact(table: Table, name: str, level: Level, codebook: Codebook) -> Any:
    variable = _variable(table, name, level, codebook)
    return _parsed(table, variable, table.value(name), codebook)


def _variable(table: Table, name: str, level: Level, codebook: Codebook) -> Variable:
    found = codebook.variables.get(name) or codebook.derived.get(name)
    if found is None:
        names = [*codebook.variables, *codebook.derived]
        table.refuse(
            N_("%(place)s: the codebook has no “%(key)s”. Near to it: %(near)s."),
            key=name[:60],
            near=", ".join(near(name, names)) or "–",
        )
    if found.level != level:
        table.refuse(
            N_("%(place)s: “%(key)s” is a fact about a person; write it below persons.")
            if found.level == "person"
            else N_(
                "%(place)s: “%(key)s” is a fact about the household; write it below household."
            ),
            key=name,
        )
    return found


def _parsed(table: Table, variable: Variable, raw: Any, codebook: Codebook) -> Any:
    try:
        return codebook.parse(variable.name, _written(raw))
    except Invalid as problem:
        unknown = _unknown_code(variable, raw, codebook)
        if unknown is not None:
            few = variable.codes if len(variable.codes) <= _FEW else ()
            close = near(unknown, variable.codes) or few
            table.refuse(
                N_("%(place)s: “%(key)s” has no answer “%(value)s”. Near to it: %(near)s."),
                key=variable.name,
                value=unknown[:60],
                near=", ".join(close) or "–",
            )
        table.refuse(
            N_("%(place)s: “%(key)s” cannot be read. %(why)s"),
            key=variable.name,
            why=Phrase(problem.message, **problem.params),
        )


def _unknown_code(variable: Variable, raw: Any, codebook: Codebook) -> str | None:
    """The first of the answers given that the variable does not offer."""
    if variable.kind not in ("choice", "multi"):
        return None
    for one in raw if isinstance(raw, list) else [raw]:
        try:
            codebook.parse(variable.name, _written(one))
        except Invalid:
            return str(one)
    return None


def _written(raw: Any) -> Any:
    return raw.isoformat() if isinstance(raw, dt.date) else raw
