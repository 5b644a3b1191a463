"""The form of a trial: what of a programme may be changed, as it is now, and what was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from wattana.entitlements import words
from wattana.kernel.problems import N_, Invalid, Problem
from wattana.rules import parameters
from wattana.rules.expressions import Expression
from wattana.rules.files import Table, Words
from wattana.rules.programmes import Amount, Programme
from wattana.rules.programmes.changing import Change, read_change
from wattana.thai.numerals import parse_number


@dataclass(frozen=True)
class Question:
    """One thing that may be changed; `now` is what stands in the field at first.

    `unit` stands behind a figure; `says` is a condition in plain words, as it is in force, `facts`
    are the names that its expression uses, each with its label.
    """

    key: str  # "parameter:…", "amount:…", "condition:…"
    label: str
    now: str
    unit: str = ""
    help: str = ""
    says: str = ""
    facts: Sequence[tuple[str, str]] = ()

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]


def questions(programme: Programme) -> list[Question]:
    """Figures of law first, then amounts, then conditions."""
    day = timezone.localdate()
    return [*_parameters(programme, day), *_amounts(programme, day), *_conditions(programme)]


def asked_change(programme: Programme, sent: Mapping[str, Any]) -> Change:
    """The change that a sent form asks for: what differs from what stands in force.

    Raises `Invalid` naming the field for what is not a number, and where nothing is changed.
    """
    given: dict[str, dict[str, Any]] = {"parameter": {}, "amount": {}, "condition": {}}
    for one in questions(programme):
        text = " ".join(str(sent.get(one.key, one.now)).split())
        if text == one.now:
            continue
        kind, _, name = one.key.partition(":")
        given[kind][name] = text if kind == "condition" else _number(text, one.label)
    if not any(given.values()):
        raise Invalid(
            N_("Nothing is different from what is in force. Change a figure or condition.")
        )
    title = str(sent.get("title", "")).strip()[:120] or words.said(programme.title)
    found = {
        "title": {"th": title, "en": title},
        "parameters": given["parameter"],
        "amounts": {programme.id: given["amount"]} if given["amount"] else {},
        "conditions": {programme.id: given["condition"]} if given["condition"] else {},
    }
    return read_change(Table(found, gettext("This form")))


def _number(text: str, label: str) -> float:
    try:
        return float(parse_number(text))
    except Invalid as problem:
        raise Invalid(
            N_("%(label)s: “%(text)s” is not a number."), label=label, text=text[:40]
        ) from problem


def _parameters(programme: Programme, day: dt.date) -> list[Question]:
    used = {p.name: p for e in programme.expressions for p in e.parameters}
    known = parameters.load()
    return [
        Question(
            f"parameter:{name}",
            words.said(Words(known[name].label_th, known[name].label_en)),
            _plain(known[name].on(day)),
            words.unit(known[name].unit),
            _in_force(known[name].on(day), words.unit(known[name].unit)),
        )
        for name in used
    ]


def _amounts(programme: Programme, day: dt.date) -> list[Question]:
    found = []
    for one in programme.amounts:
        rates = [rate for rate in one.rates if rate.on(day)]
        if not rates:
            continue
        satang = rates[0].satang if len(rates) == 1 else None
        baht = None if satang is None else satang / 100
        unit = words.paid_unit(one.period)
        found.append(
            Question(
                f"amount:{one.item}", words.said(one.label), _plain(baht), unit,
                _steps(one, day) if baht is None else _in_force(baht, unit),
            )
        )  # fmt: skip
    return found


def _in_force(value: float | None, unit: str) -> str:
    if value is None:
        return gettext("In force: not known.")
    return gettext("In force: %(figure)s %(unit)s.") % {"figure": f"{value:,.10g}", "unit": unit}


def _steps(amount: Amount, day: dt.date) -> str:
    """The rates in force, of which one figure would take the place."""
    rates = [words.baht(one.satang) for one in amount.rates if one.on(day)]
    return gettext("Now %(rates)s by group. One figure here would replace them all.") % {
        "rates": " / ".join(rates)
    }


def _conditions(programme: Programme) -> list[Question]:
    """Those that bind; one that must not hold is written as such."""
    written = {one["name"]: one for one in programme.definitions["conditions"]}
    return [
        Question(
            f"condition:{one.name}",
            words.said(one.label),
            " ".join(
                (written[one.name].get("if") or f"not ({written[one.name]['unless']})").split()
            ),
            says=words.in_words(one.expression),
            facts=_facts(one.expression),
        )
        for one in programme.conditions
        if one.dormant is None
    ]


def _facts(expression: Expression) -> list[tuple[str, str]]:
    """The facts and figures of law that an expression names, with their labels."""
    named = [one.value for one in expression.node.walk() if one.op in ("variable", "parameter")]
    named = [one for one in named if one.name in expression.text]
    return list({one.name: words.said(Words(one.label_th, one.label_en)) for one in named}.items())


def placed(problem: Problem, programme: Programme) -> Problem:
    """A fault of an expression, placed by the label of its condition as the form shows it."""
    for one in programme.conditions:
        if problem.params.get("place") == f"{programme.id}, {one.name}":
            return Invalid(
                problem.message, **{**problem.params, "place": f"“{words.said(one.label)}”"}
            )
    return problem


def _plain(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else str(value)
