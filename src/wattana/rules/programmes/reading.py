"""Read a programme's file into the model, strictly: a fault names file, line, key and the mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from wattana.kernel.problems import N_, built, gathered
from wattana.rules.book import Codebook
from wattana.rules.expressions import Expression, Scope, compile_in
from wattana.rules.expressions.nodes import Type, negation
from wattana.rules.files import Table, Words, read_lined
from wattana.rules.parameters import Parameter
from wattana.rules.programmes import cases, checks
from wattana.rules.programmes.model import (
    Agency,
    Amount,
    Condition,
    Dated,
    Law,
    Programme,
    Proposal,
    Rate,
    Transition,
    Window,
)
from wattana.rules.programmes.refusing import (
    check_conditions,
    check_head,
    check_months,
    check_order,
    named,
    satang,
    times_a_year,
    unique,
)
from wattana.rules.programmes.shapes import PROGRAMME, TABLE, Taken, take
from wattana.rules.variables import Level

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """What files are read against: codebook, parameters, names of agencies and documents."""

    codebook: Codebook
    parameters: Mapping[str, Parameter]
    agencies: Mapping[str, Agency]
    documents: Mapping[str, Words]

    def scope(self, level: Level) -> Scope:
        return Scope(self.codebook, level, self.parameters, rights=True)


@dataclass(frozen=True)
class _File:
    """The file being read."""

    desk: Desk
    scope: Scope
    laws: Mapping[str, Law]

    def condition(self, taken: Taken, key: str) -> Expression | None:
        return self._expression(taken, key, "boolean")

    def number(self, taken: Taken, key: str) -> Expression | None:
        return self._expression(taken, key, "number")

    def law(self, taken: Taken) -> Law | None:
        name, table = taken["law"], taken[TABLE]
        if name is None:
            return None
        if name not in self.laws:
            table.refuse(
                N_("%(place)s: “%(key)s” names no law of this file. Write one of: %(known)s."),
                key="law",
                known=", ".join(self.laws) or "–",
            )
        return self.laws[name]

    def _expression(self, taken: Taken, key: str, wanted: Type) -> Expression | None:
        if taken[key] is None:
            return None
        table: Table = taken[TABLE]
        return compile_in(self.scope, taken[key], place=table.at(key), wanted=wanted)


def read_programme(source: Traversable, desk: Desk) -> Programme:
    """Read one file. Raises `Invalid` with file, line and key of each fault.

    First all that is wrong with its form; in a file of proper form all that is wrong with what it
    says; then what its rules leave open.
    """
    table = read_lined(source)
    taken = take(table, PROGRAMME)
    laws = {one["id"]: _law(one) for one in unique(taken, "laws", "id")}
    file = _File(desk, desk.scope(taken["level"]), laws)
    parts: list[Callable[[], dict[str, Any]]] = [
        partial(_head, taken, file, source),
        partial(_rules, taken, file),
        partial(_practice, taken, file),
        partial(_cases, taken, file),
    ]
    programme = Programme(
        **{key: value for part in gathered(parts) for key, value in part.items()},
        place=table.place,
        places={key: table.at(key) for key in table.raw},
        definitions=dict(table.raw),
    )
    checks.check(programme, desk.codebook)
    return programme


def _cases(taken: Taken, file: _File) -> dict[str, Any]:
    return {"cases": cases.read_cases(taken, file.desk.codebook)}


def _each(taken: Taken, key: str, name: str, make: Callable[[Taken], T]) -> tuple[T, ...]:
    """What is made of each entry of a list, whose names have to differ."""
    entries = [partial(make, one) for one in taken[key]]
    found = built({"names": partial(unique, taken, key, name), "made": partial(gathered, entries)})
    return tuple(found["made"])


def _nothing() -> None:
    """Of a key that is absent."""


def _head(taken: Taken, file: _File, source: Traversable) -> dict[str, Any]:
    """What the programme is, and how sure its file is."""
    same = ("version", "title", "summary", "level", "dimension", "concerns", "confidence", "as_of",
            "sensitivity", "history", "verify", "sources")  # fmt: skip
    found = built(
        {
            "head": partial(check_head, taken, source),
            "agencies": partial(named, taken, "agencies", file.desk.agencies),
        }
    )
    return {
        **{key: taken[key] for key in same},
        "id": taken["programme"],
        "start": taken["from"],
        "end": taken["to"],
        "legal_class": taken["class"],
        "agencies": found["agencies"],
        "is_on": taken["state"]["on"],
        "why_off": taken["state"]["why"],
        "review": {key: taken["review"][key] for key in ("state", "by", "on")},
        "proposals": tuple(
            Proposal(Words(one["th"], one["en"]), one["on"]) for one in taken["proposals"]
        ),
    }


def _rules(taken: Taken, file: _File) -> dict[str, Any]:
    """What is judged."""
    received = taken["received"]
    stacking = taken["stacking"] or {}
    amount, transition = partial(_amount, file=file), partial(_transition, file=file, among=taken)
    found = built(
        {
            "conditions": partial(_conditions, taken, file),
            "transitions": partial(_each, taken, "transitional", "name", transition),
            "amounts": partial(_each, taken, "amounts", "item", amount),
            "received": partial(file.condition, received, "answer") if received else _nothing,
        }
    )
    return {
        **found,
        "laws": tuple(file.laws.values()),
        "payment_list": received["payment_list"] if received else None,
        "excludes": stacking.get("excludes", ()),
        "stacking": stacking.get("note"),
    }


def _practice(taken: Taken, file: _File) -> dict[str, Any]:
    """How it is applied for and paid."""
    limits, windows = taken["limits"], taken["windows"]
    found = built(
        {
            "arrears": partial(_arrears, taken),
            "times_a_year": partial(times_a_year, limits) if limits else _nothing,
            "windows": partial(gathered, [partial(_window, one, file, taken) for one in windows]),
            "documents": partial(named, taken, "documents", file.desk.documents),
        }
    )
    return {
        **found,
        "frequency": taken["frequency"],
        "windows": tuple(found["windows"]),
        "where": taken["apply"]["where"],
        "when": taken["apply"]["when"],
        "documents": dict(zip(taken["documents"], found["documents"], strict=True)),
        "see_also": taken["see_also"],
    }


def _law(taken: Taken) -> Law:
    return Law(
        taken["id"],
        taken["title"],
        taken["article"],
        taken["status"],
        taken["from"],
        taken["note"] or "",
    )


def _conditions(taken: Taken, file: _File) -> tuple[Condition, ...]:
    if not taken["conditions"]:
        taken[TABLE].refuse(N_("%(place)s: a programme needs a condition."), key="conditions")
    return _each(taken, "conditions", "name", partial(_condition, file=file))


def _condition(taken: Taken, file: _File) -> Condition:
    table: Table = taken[TABLE]
    found = built(
        {
            "if": partial(file.condition, taken, "if"),
            "unless": partial(file.condition, taken, "unless"),
            "law": partial(file.law, taken),
            "order": partial(check_order, taken),
        }
    )
    wanted, excluded = found["if"], found["unless"]
    expression = wanted or excluded
    if expression is None or (wanted and excluded):
        table.refuse(N_("%(place)s: write either “if” or “unless”."), key="name")
    if excluded:
        expression = replace(excluded, node=negation(excluded.node))
    return Condition(
        start=taken["from"],
        end=taken["to"],
        name=taken["name"],
        label=taken["label"],
        expression=expression,
        law=found["law"],
        status=taken["status"],
        dormant=taken["dormant"],
        gateway=taken["gateway"],
        note=taken["note"] or "",
        place=table.at("gateway"),
    )


def _transition(taken: Taken, file: _File, among: Taken) -> Transition:
    found = built(
        {
            "waives": partial(check_conditions, taken, "waives", among),
            "if": partial(file.condition, taken, "if"),
            "law": partial(file.law, taken),
        }
    )
    return Transition(
        name=taken["name"],
        label=taken["label"],
        expression=found["if"],
        waives=taken["waives"],
        law=found["law"],
        status=taken["status"],
    )


def _amount(taken: Taken, file: _File) -> Amount:
    holder, period = taken["per"].split("/")
    if not taken["rates"]:
        taken[TABLE].refuse(N_("%(place)s: “%(key)s” needs an entry."), key="rates")
    found = built(
        {
            "times": partial(file.number, taken, "times"),
            "rates": partial(gathered, [partial(_rate, one, file) for one in taken["rates"]]),
        }
    )
    return Amount(
        item=taken["item"],
        label=taken["label"],
        holder=holder,
        period=period,
        times=found["times"],
        most=taken["most"],
        rates=tuple(found["rates"]),
    )


def _rate(taken: Taken, file: _File) -> Rate:
    table: Table = taken[TABLE]
    if ("baht" in table.raw) == (taken["words"] is not None):
        table.refuse(N_("%(place)s: write either “baht” or “words”."), key="baht")
    found = built(
        {
            "order": partial(check_order, taken),
            "satang": partial(satang, table, "baht", taken["baht"]),
            "when": partial(file.condition, taken, "when"),
        }
    )
    return Rate(
        start=taken["from"],
        end=taken["to"],
        satang=found["satang"],
        words=taken["words"],
        when=found["when"],
        up_to=taken["up_to"],
        status=taken["status"],
        note=taken["note"] or "",
        place=table.place,
    )


def _arrears(taken: Taken) -> Mapping[str, Any]:
    arrears = taken["arrears"]
    if arrears is None:
        return {"rule": "unknown", "months": None, "note": None}
    if (arrears["rule"] == "months") != (arrears["months"] is not None):
        arrears[TABLE].refuse(
            N_("%(place)s: “months” belongs to the rule “months”, and to it only."), key="rule"
        )
    if arrears["rule"] == "months":
        check_months(arrears, taken["amounts"])
    return {key: arrears[key] for key in ("rule", "months", "note")}


def _window(taken: Taken, file: _File, programme: Taken) -> Window:
    found = built(
        {
            "who": partial(file.condition, taken, "who"),
            "not_yet": partial(check_conditions, taken, "not_yet", programme),
            "order": partial(gathered, [partial(check_order, one) for one in taken["periods"]]),
        }
    )
    return Window(
        label=taken["label"],
        who=found["who"],
        periods=tuple(Dated(one["from"], one["to"]) for one in taken["periods"]),
        paid_from=taken["paid_from"],
        not_yet=taken["not_yet"],
        status=taken["status"],
        note=taken["note"] or "",
    )
