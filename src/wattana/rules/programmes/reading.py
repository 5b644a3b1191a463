"""Read a programme's file into the model, strictly: a fault names file, line, key and the mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Any

from wattana.kernel.problems import N_
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
from wattana.rules.programmes.shapes import PROGRAMME, TABLE, Taken, take
from wattana.rules.variables import Level

_SATANG = Decimal(100)
_LARGEST = 10**13  # satang
_MOST_MONTHS = 120


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
    """Read one file. Raises `Invalid` with file, line and key of the first fault."""
    table = read_lined(source)
    taken = take(table, PROGRAMME)
    _check_head(taken, source)
    _check_memory(taken)
    laws = {one["id"]: _law(one) for one in _unique(taken, "laws", "id")}
    file = _File(desk, desk.scope(taken["level"]), laws)
    programme = Programme(
        **_head(taken, file),
        **_rules(taken, file),
        **_practice(taken, file),
        cases=cases.read_cases(taken, desk.codebook),
        place=table.place,
        places={key: table.at(key) for key in table.raw},
        definitions=dict(table.raw),
    )
    checks.check(programme, desk.codebook)
    return programme


def _head(taken: Taken, file: _File) -> dict[str, Any]:
    """What the programme is, and how sure its file is."""
    same = ("version", "title", "summary", "level", "dimension", "concerns", "confidence", "as_of",
            "sensitivity", "history", "verify", "sources")  # fmt: skip
    return {
        **{key: taken[key] for key in same},
        "id": taken["programme"],
        "start": taken["from"],
        "end": taken["to"],
        "legal_class": taken["class"],
        "agencies": _named(taken, "agencies", file.desk.agencies),
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
    return {
        "laws": tuple(file.laws.values()),
        "conditions": _conditions(taken, file),
        "transitions": tuple(_transition(one, file, taken) for one in taken["transitional"]),
        "amounts": tuple(_amount(one, file) for one in _unique(taken, "amounts", "item")),
        "received": file.condition(received, "answer") if received else None,
        "payment_list": received["payment_list"] if received else None,
        "excludes": stacking.get("excludes", ()),
        "stacking": stacking.get("note"),
    }


def _practice(taken: Taken, file: _File) -> dict[str, Any]:
    """How it is applied for and paid."""
    limits, documents = taken["limits"], _named(taken, "documents", file.desk.documents)
    return {
        "arrears": _arrears(taken),
        "times_a_year": _times(limits) if limits else None,
        "frequency": taken["frequency"],
        "windows": tuple(_window(one, file, taken) for one in taken["windows"]),
        "where": taken["apply"]["where"],
        "when": taken["apply"]["when"],
        "documents": dict(zip(taken["documents"], documents, strict=True)),
        "see_also": taken["see_also"],
    }


def _check_memory(taken: Taken) -> None:
    """In a programme that is on, a condition that nobody could cite is not applied."""
    for one in taken["conditions"] if taken["state"]["on"] else ():
        if one["status"] == "memory" and one["dormant"] is None:
            one[TABLE].refuse(
                N_("%(place)s: a condition known from memory is not applied. Say so in “dormant”, "
                   "or find a source."),
                key="status",
            )  # fmt: skip


def _check_head(taken: Taken, source: Traversable) -> None:
    table: Table = taken[TABLE]
    name = source.name.removesuffix(".yaml")
    if taken["programme"] != name:
        table.refuse(
            N_("%(place)s: the id has to be the name of the file. Write “%(right)s”."),
            key="programme",
            right=name,
        )
    state: Table = taken["state"][TABLE]
    if taken["state"]["on"] and taken["confidence"] == "memory":
        state.refuse(
            N_("%(place)s: what is known from memory is not applied. Write “on: false” and why, "
               "or find a source and write “confidence: partial”."),
            key="on",
        )  # fmt: skip
    if not taken["state"]["on"] and taken["state"]["why"] is None:
        state.refuse(N_("%(place)s: say in “why” why the programme is off."), key="on")
    if taken["review"]["state"] != "drafted" and not (
        taken["review"]["by"] and taken["review"]["on"]
    ):
        taken["review"][TABLE].refuse(
            N_("%(place)s: say in “by” and “on” who reviewed the file and when."), key="state"
        )
    check_order(taken)


def check_order(taken: Taken) -> None:
    """Refuse a last day before the first."""
    start, end = taken["from"], taken["to"]
    if start and end and end < start:
        taken[TABLE].refuse(
            N_("%(place)s: “to” lies before “from”. Exchange or correct them."), key="to"
        )


def _law(taken: Taken) -> Law:
    return Law(
        taken["id"],
        taken["title"],
        taken["article"] or "",
        taken["status"],
        taken["from"],
        taken["note"] or "",
    )


def _named(taken: Taken, key: str, known: Mapping[str, Any]) -> tuple[Any, ...]:
    if not taken[key] and key == "agencies":
        taken[TABLE].refuse(N_("%(place)s: “%(key)s” needs an entry."), key=key)
    for name in taken[key]:
        if name not in known:
            taken[TABLE].refuse(
                N_("%(place)s: “%(name)s” is not in %(key)s.yaml. Add it there, or write another."),
                key=key,
                name=name[:60],
            )
    return tuple(known[name] for name in taken[key])


def _unique(taken: Taken, key: str, name: str) -> tuple[Taken, ...]:
    """The entries of a list, whose names have to differ."""
    seen: set[str] = set()
    for one in taken[key]:
        if one[name] in seen:
            one[TABLE].refuse(
                N_("%(place)s: the name “%(name)s” stands twice. Choose another."),
                key=name,
                name=one[name],
            )
        seen.add(one[name])
    found: tuple[Taken, ...] = taken[key]
    return found


def _conditions(taken: Taken, file: _File) -> tuple[Condition, ...]:
    if not taken["conditions"]:
        taken[TABLE].refuse(N_("%(place)s: a programme needs a condition."), key="conditions")
    return tuple(_condition(one, file) for one in _unique(taken, "conditions", "name"))


def _condition(taken: Taken, file: _File) -> Condition:
    table: Table = taken[TABLE]
    wanted, excluded = file.condition(taken, "if"), file.condition(taken, "unless")
    expression = wanted or excluded
    if expression is None or (wanted and excluded):
        table.refuse(N_("%(place)s: write either “if” or “unless”."), key="name")
    if excluded:
        expression = replace(excluded, node=negation(excluded.node))
    check_order(taken)
    return Condition(
        start=taken["from"],
        end=taken["to"],
        name=taken["name"],
        label=taken["label"],
        expression=expression,
        law=file.law(taken),
        status=taken["status"],
        dormant=taken["dormant"],
        gateway=taken["gateway"],
        note=taken["note"] or "",
        place=table.at("gateway"),
    )


def _transition(taken: Taken, file: _File, programme: Taken) -> Transition:
    _check_conditions(taken, "waives", programme)
    return Transition(
        name=taken["name"],
        label=taken["label"],
        expression=_there(file.condition(taken, "if")),
        waives=taken["waives"],
        law=file.law(taken),
        status=taken["status"],
    )


def _check_conditions(taken: Taken, key: str, programme: Taken) -> None:
    """Refuse a name that no condition of the file has."""
    names = [one["name"] for one in programme["conditions"]]
    for name in taken[key]:
        if name not in names:
            taken[TABLE].refuse(
                N_("%(place)s: there is no condition “%(name)s”. Write one of: %(known)s."),
                key=key,
                name=name[:60],
                known=", ".join(names),
            )


def _there(expression: Expression | None) -> Expression:
    assert expression is not None  # noqa: S101  a required key
    return expression


def _amount(taken: Taken, file: _File) -> Amount:
    holder, period = taken["per"].split("/")
    if not taken["rates"]:
        taken[TABLE].refuse(N_("%(place)s: “%(key)s” needs an entry."), key="rates")
    return Amount(
        item=taken["item"],
        label=taken["label"],
        holder=holder,
        period=period,
        times=file.number(taken, "times"),
        most=taken["most"],
        rates=tuple(_rate(one, file) for one in taken["rates"]),
    )


def _rate(taken: Taken, file: _File) -> Rate:
    table: Table = taken[TABLE]
    if ("baht" in table.raw) == (taken["words"] is not None):
        table.refuse(N_("%(place)s: write either “baht” or “words”."), key="baht")
    check_order(taken)
    return Rate(
        start=taken["from"],
        end=taken["to"],
        satang=satang(table, "baht", taken["baht"]),
        words=taken["words"],
        when=file.condition(taken, "when"),
        up_to=taken["up_to"],
        status=taken["status"],
        note=taken["note"] or "",
        place=table.place,
    )


def satang(table: Table, key: str, baht: Any) -> int | None:
    """Baht as written, in whole satang. Raises `Invalid`."""
    if baht is None:
        return None
    if isinstance(baht, bool) or not isinstance(baht, int | float):
        table.refuse(N_("%(place)s: “%(key)s” has to be an amount in baht, or null."), key=key)
    exact = Decimal(str(baht)) * _SATANG
    if exact != exact.to_integral_value() or not 0 <= exact <= _LARGEST:
        table.refuse(
            N_("%(place)s: “%(key)s” has at most two decimals and is not below 0."), key=key
        )
    return int(exact)


def _times(limits: Taken) -> int:
    times = limits["times_a_year"]
    if times != int(times) or times < 1:
        limits[TABLE].refuse(
            N_("%(place)s: “%(key)s” is a whole number from 1 on."), key="times_a_year"
        )
    return int(times)


def _arrears(taken: Taken) -> Mapping[str, Any]:
    arrears = taken["arrears"]
    if arrears is None:
        return {"rule": "unknown", "months": None, "note": None}
    if (arrears["rule"] == "months") != (arrears["months"] is not None):
        arrears[TABLE].refuse(
            N_("%(place)s: “months” belongs to the rule “months”, and to it only."), key="rule"
        )
    if arrears["rule"] == "months":
        _check_months(arrears, taken["amounts"])
    return {key: arrears[key] for key in ("rule", "months", "note")}


def _check_months(arrears: Taken, amounts: Sequence[Taken]) -> None:
    table: Table = arrears[TABLE]
    if arrears["months"] != int(arrears["months"]) or not 1 <= arrears["months"] <= _MOST_MONTHS:
        table.refuse(
            N_("%(place)s: “%(key)s” is a whole number from 1 to %(most)s."),
            key="months",
            most=_MOST_MONTHS,
        )
    if not any(one["per"].endswith("/month") for one in amounts):
        table.refuse(
            N_("%(place)s: back pay by months needs an amount that is paid by the month. Add it, "
               "or write another rule."),
            key="rule",
        )  # fmt: skip


def _window(taken: Taken, file: _File, programme: Taken) -> Window:
    _check_conditions(taken, "not_yet", programme)
    for one in taken["periods"]:
        check_order(one)
    return Window(
        label=taken["label"],
        who=file.condition(taken, "who"),
        periods=tuple(Dated(one["from"], one["to"]) for one in taken["periods"]),
        paid_from=taken["paid_from"],
        not_yet=taken["not_yet"],
        status=taken["status"],
        note=taken["note"] or "",
    )
