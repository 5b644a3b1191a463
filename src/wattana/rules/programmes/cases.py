"""Worked cases in a programme's file: facts, a day, and the answer that is expected."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from wattana.kernel.problems import N_, gathered
from wattana.rules.book import Codebook
from wattana.rules.files import Table
from wattana.rules.programmes.facts import ID, Facts, read_row
from wattana.rules.programmes.model import Case
from wattana.rules.programmes.shapes import TABLE, Taken
from wattana.rules.variables import Level

CONCERNED = "person"
"""The id of the person whom a case is about."""


def read_cases(taken: Taken, codebook: Codebook) -> tuple[Case, ...]:
    """The cases of a programme. Raises `Invalid`."""
    return tuple(gathered(partial(_case, one, taken["level"], codebook) for one in taken["cases"]))


def _case(taken: Taken, level: str, codebook: Codebook) -> Case:
    table: Table = taken[TABLE]
    household = _row(table, "household", codebook) if taken["household"] is not None else {}
    persons = []
    if level == "person" or taken["person"] is not None:
        if taken["person"] is None:
            table.refuse(N_("%(place)s: say who it is about in “person”."), key="name")
        persons.append({ID: CONCERNED, **_row(table, "person", codebook)})
    for number, raw in enumerate(taken["others"] or [], 1):
        inner = table.within(raw, "others", f"others {number}")
        persons.append({ID: f"other {number}", **read_row(inner, "person", codebook)})
    return Case(
        name=taken["name"],
        day=taken["on"],
        facts=Facts(household, persons),
        person=CONCERNED if level == "person" else None,
        expected=_expected(taken["expect"]),
        place=table.place,
    )


def _row(table: Table, key: str, codebook: Codebook) -> dict[str, Any]:
    level: Level = "person" if key == "person" else "household"
    return read_row(table.within(table.raw[key], key, key), level, codebook)


def _expected(taken: Taken) -> dict[str, Any]:
    """The keys that the file states, and no others."""
    table: Table = taken[TABLE]
    expected = {key: taken[key] for key in table.raw}
    if expected.get("received") not in (True, False, None):
        table.refuse(N_("%(place)s: “%(key)s” is true, false or null."), key="received")
    if "registrations" in expected:
        expected["registrations"] = [
            {key: one[key] for key in one[TABLE].raw} for one in taken["registrations"]
        ]
    for key in ("amount", "arrears"):
        if expected.get(key) is not None:
            expected[key] = int(Decimal(str(expected[key])) * 100)
    return expected
