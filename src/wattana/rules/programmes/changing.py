"""A change of rules that is only tried: parameters, amounts, conditions. Nothing is published.

title: {th: …, en: …}
parameters: {welfare_card_income_line: 120000}      the figure on every day
amounts: {old_age_allowance: {allowance: 1000}}     baht, in place of every rate of the item
conditions: {old_age_allowance: {sixty_or_over: age >= 55}}
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from wattana.kernel.problems import N_, Invalid
from wattana.rules.derived import derivations
from wattana.rules.expressions import compile_in
from wattana.rules.files import RULEBOOK, Table, Words
from wattana.rules.parameters import Parameter, Period
from wattana.rules.programmes import Desk, desk, files, load, read_programmes
from wattana.rules.programmes.model import Amount, Condition, Programme, Rate

_EVER = dt.date(1900, 1, 1)
_LARGEST = 1_000_000_000  # baht


@dataclass(frozen=True)
class Change:
    """What would be different; conditions and amounts by programme and name, amounts in satang."""

    title: Words
    parameters: Mapping[str, float]
    amounts: Mapping[tuple[str, str], int]
    conditions: Mapping[tuple[str, str], str]

    @property
    def is_empty(self) -> bool:
        return not (self.parameters or self.amounts or self.conditions)

    def as_data(self) -> dict[str, Any]:
        """The same as plain data, which `read_change` reads again."""
        return {
            "title": {"th": self.title.th, "en": self.title.en},
            "parameters": dict(self.parameters),
            "amounts": _nested({key: _baht(value) for key, value in self.amounts.items()}),
            "conditions": _nested(self.conditions),
        }


def read_change(table: Table) -> Change:
    """Raises `Invalid`: place and key of an unknown name, a figure that cannot be, no change."""
    title = table.words("title")
    known = desk().parameters
    numbers = table.optional_table("parameters")
    parameters = {}
    for name in numbers.left():
        if name not in known:
            raise _unknown(numbers, name, known)
        parameters[name] = _figure(numbers, name)
    amounts = {
        (programme.id, item): int(Decimal(str(_figure(inner, item))) * 100)
        for programme, inner, item in _named(table, "amounts", _items)
    }
    conditions = {
        (programme.id, name): inner.text(name)
        for programme, inner, name in _named(table, "conditions", _conditions)
    }
    table.end()
    change = Change(title, parameters, amounts, conditions)
    if change.is_empty:
        table.refuse(
            N_("%(place)s: nothing is changed. Give a parameter, an amount or a condition.")
        )
    return change


def changed(change: Change) -> Mapping[str, Programme]:
    """The programmes that the change touches, as they would be.

    Raises `Invalid` for an expression with a fault (its place is the programme and condition), and
    for a parameter on which a fact of the codebook depends, since that fact would stay as it is.
    """
    found = load()
    if change.parameters:
        found = _with_parameters(change.parameters)
    touched = {key[0] for key in (*change.amounts, *change.conditions)}
    touched |= {one.id for one in found.values() if one.is_on and _uses(one, change.parameters)}
    against = replace(desk(), parameters=_parameters(change.parameters))
    return {name: _changed(found[name], change, against) for name in found if name in touched}


def _uses(programme: Programme, names: Iterable[str]) -> bool:
    used = {one.name for e in programme.expressions for one in e.parameters}
    return not used.isdisjoint(names)


def _with_parameters(values: Mapping[str, float]) -> Mapping[str, Programme]:
    for one in derivations(desk().codebook).values():
        used = sorted({p.name for p in one.expression.parameters} & set(values))
        if used:
            raise Invalid(
                N_("“%(name)s” cannot be tried: the fact “%(fact)s” is worked out with it."),
                name=used[0],
                fact=one.name,
            )
    against = replace(desk(), parameters=_parameters(values))
    return read_programmes(files(RULEBOOK), against)


def _parameters(values: Mapping[str, float]) -> Mapping[str, Parameter]:
    known = desk().parameters
    tried = {
        name: replace(known[name], status="proposed", periods=(Period(_EVER, value, "", ""),))
        for name, value in values.items()
    }
    return {**known, **tried}


def _changed(programme: Programme, change: Change, against: Desk) -> Programme:
    return replace(
        programme,
        conditions=tuple(
            _condition(programme, one, change, against) for one in programme.conditions
        ),
        amounts=tuple(_amount(programme, one, change) for one in programme.amounts),
    )


def _condition(
    programme: Programme, condition: Condition, change: Change, against: Desk
) -> Condition:
    text = change.conditions.get((programme.id, condition.name))
    if text is None:
        return condition
    place = f"{programme.id}, {condition.name}"
    tried = compile_in(
        against.scope(condition.expression.level), text, place=place, wanted="boolean"
    )
    return replace(condition, expression=tried, status="proposed", dormant=None)


def _amount(programme: Programme, amount: Amount, change: Change) -> Amount:
    satang = change.amounts.get((programme.id, amount.item))
    if satang is None:
        return amount
    rate = Rate(
        start=None, end=None, satang=satang, words=None, when=None, up_to=False, status="proposed",
        note="", place=f"{programme.id}, {amount.item}",
    )  # fmt: skip
    return replace(amount, rates=(rate,))


def _named(
    table: Table, key: str, names: Callable[[Programme], list[str]]
) -> list[tuple[Programme, Table, str]]:
    """Programme, its mapping and each name in it, all of them known."""
    found = []
    for programme_id, inner in table.optional_table(key).named():
        programme = load().get(programme_id)
        if programme is None or not programme.is_on:
            known = [one.id for one in load().values() if one.is_on]
            raise _unknown(inner, programme_id, known)
        for name in inner.left():
            if name not in names(programme):
                raise _unknown(inner, name, names(programme))
            found.append((programme, inner, name))
    return found


def _items(programme: Programme) -> list[str]:
    return [one.item for one in programme.amounts]


def _conditions(programme: Programme) -> list[str]:
    return [one.name for one in programme.conditions]


def _figure(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0 <= value <= _LARGEST:
        table.refuse(N_("%(place)s: “%(key)s” has to be from 0 to 1,000,000,000."), key=key)
    return value


def _unknown(table: Table, name: str, known: Iterable[str]) -> Invalid:
    """Names like it, or all where none is."""
    names = list(known)
    near = difflib.get_close_matches(str(name), names, n=3, cutoff=0.5) or names
    return Invalid(
        N_("%(place)s: nothing is called “%(name)s” here. Write one of: %(known)s."),
        place=table.place,
        name=str(name)[:60],
        known=", ".join(near) or "–",
    )


def _nested(flat: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (programme, name), value in flat.items():
        found.setdefault(programme, {})[name] = value
    return found


def _baht(satang: int) -> float:
    return satang / 100 if satang % 100 else satang // 100
