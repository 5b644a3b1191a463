"""One programme for one person or household: due, may be applied for, not due, or unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wattana.methods.rights import amounts
from wattana.methods.rights.amounts import Sum
from wattana.methods.rights.missing import Asking, Fact, Sets
from wattana.methods.rights.situation import Seen
from wattana.rules.expressions import Expression
from wattana.rules.programmes.model import Condition, Programme, Transition

DUE, MAY_APPLY, NOT_DUE, UNKNOWN = "due", "may_apply", "not_due", "unknown"
OFFERED = (DUE, MAY_APPLY)
Waivers = Sequence[tuple[Transition, Any]]
"""Transitional rules, each with whether it holds."""
ALIVE, DECEASED, IN_FORCE = "alive", "deceased", "in_force"
"""Conditions that no file states: the person lives, or has died, and there is the programme."""


@dataclass(frozen=True)
class Outcome:
    """A condition with its value. `waived_by`: the transitional rule because of which it holds."""

    name: str
    value: bool | None
    condition: Condition | None = None
    waived_by: Transition | None = None

    @property
    def law(self) -> str | None:
        """The law as it is cited."""
        law = self.condition.law if self.condition else None
        return law.text if law else None


@dataclass(frozen=True)
class Step:
    """A gateway to be opened first, and its own outcome."""

    programme: Programme
    outcome: str


@dataclass(frozen=True)
class Answer:
    """What a programme answers. `person` is None for the household.

    `missing` are all unknown facts that matter; `ask` is the smallest set that could establish the
    right, or where nothing can, settle that there is none. For what is offered they say which facts
    the amount needs. `satang` is None unless it is offered; `at_stake` is what it would be.
    """

    programme: Programme
    person: str | None
    outcome: str
    received: bool | None
    conditions: Sequence[Outcome]
    dormant: Sequence[Outcome]
    transitional: Transition | None
    sums: Sequence[Sum]
    ask: Sequence[Fact]
    missing: Sequence[Fact]
    windows: Mapping[int, bool | None] = field(default_factory=dict)
    open_first: Sequence[Step] = field(default_factory=list)

    @property
    def fails(self) -> list[str]:
        """Names of the conditions that are false."""
        return [one.name for one in self.conditions if one.value is False]

    @property
    def offered(self) -> bool:
        return self.outcome in OFFERED

    @property
    def satang(self) -> int | None:
        return self.at_stake if self.offered else None

    @property
    def at_stake(self) -> int | None:
        return amounts.total(self.sums)

    @property
    def satang_a_year(self) -> int | None:
        return amounts.total_a_year(self.sums) if self.offered else None

    @property
    def per(self) -> str | None:
        """Of the main item."""
        if self.sums:
            return self.sums[0].per
        return self.programme.amounts[0].per if self.programme.amounts else None


def judge(programme: Programme, seen: Seen, asking: Asking) -> Answer:
    """Judge all conditions in force on the day; gateways come later (see `explaining`)."""
    applied, waivers = _applied(programme, seen.day), _waivers(programme, seen)
    outcomes = _outcomes(programme, applied, waivers, seen)
    outcome = _settled(programme, outcomes)
    paid = [] if outcome == NOT_DUE else amounts.sums(programme, seen, asking)
    ask, missing = _missing(programme, outcomes, outcome, paid, seen, asking)
    return Answer(
        programme=programme,
        person=seen.who,
        outcome=outcome,
        received=received(programme, seen),
        conditions=outcomes,
        dormant=[
            Outcome(one.name, seen.value(one.expression), one)
            for one in programme.conditions
            if one.dormant and one.on(seen.day)
        ],
        transitional=next((one for one, held in waivers if held), None),
        sums=paid,
        ask=asking.in_order(ask),
        missing=asking.in_order(missing),
        windows={
            number: True if one.who is None else seen.value(one.who)
            for number, one in enumerate(programme.windows)
        },
    )


def standing(programme: Programme, seen: Seen) -> tuple[str, bool | None]:
    """Outcome and receipt alone, without what to ask and what is paid."""
    applied, waivers = _applied(programme, seen.day), _waivers(programme, seen)
    outcomes = _outcomes(programme, applied, waivers, seen)
    return _settled(programme, outcomes), received(programme, seen)


def _applied(programme: Programme, day: dt.date) -> list[Condition]:
    return [one for one in programme.conditions if one.dormant is None and one.on(day)]


def _waivers(programme: Programme, seen: Seen) -> Waivers:
    return [(one, seen.value(one.expression)) for one in programme.transitions]


def _outcomes(
    programme: Programme, applied: Sequence[Condition], waivers: Waivers, seen: Seen
) -> list[Outcome]:
    return [*_implied(programme, seen), *(_outcome(one, seen, waivers) for one in applied)]


def _implied(programme: Programme, seen: Seen) -> list[Outcome]:
    """Only where they fail: nobody needs to read that somebody is alive."""
    found = []
    dead = bool(seen.row.get("deceased"))
    if programme.level == "person" and dead != (programme.concerns == "deceased"):
        found.append(Outcome(ALIVE if dead else DECEASED, False))
    if not programme.on(seen.day):
        found.append(Outcome(IN_FORCE, False))
    return found


def _outcome(condition: Condition, seen: Seen, waivers: Waivers) -> Outcome:
    value = seen.value(condition.expression)
    if value is True:
        return Outcome(condition.name, True, condition)
    held = [(one, held) for one, held in waivers if condition.name in one.waives]
    for one, waives in held:
        if waives is True:
            return Outcome(condition.name, True, condition, one)
    if any(waives is None for _, waives in held):
        value = None
    return Outcome(condition.name, value, condition)


def _settled(programme: Programme, outcomes: Sequence[Outcome]) -> str:
    values = [one.value for one in outcomes]
    if False in values:
        return NOT_DUE
    if None in values:
        return UNKNOWN
    return DUE if programme.may_be_due else MAY_APPLY


def _missing(
    programme: Programme,
    outcomes: Sequence[Outcome],
    outcome: str,
    paid: Sequence[Sum],
    seen: Seen,
    asking: Asking,
) -> tuple[frozenset[Fact], frozenset[Fact]]:
    """What to ask and all that is missing; nothing for what is off, a mere gateway."""
    if outcome == NOT_DUE or not programme.is_on:
        return frozenset(), frozenset()
    for_amount: frozenset[Fact] = frozenset().union(*(one.ask for one in paid))
    if outcome != UNKNOWN:
        return for_amount, for_amount
    open_ones = (one.condition for one in outcomes if one.value is None)
    ways = [_ways(programme, one) for one in open_ones if one]
    every = (asking.all_of(one.node, seen) for way in ways for one in way)
    missing = frozenset().union(*every)
    settling = asking.all_together(_one_of(way, seen, asking) for way in ways) or asking.smallest(
        one for way in ways for one in _none_of(way, seen, asking) if one
    )
    return next(iter(settling), frozenset()), missing


def _ways(programme: Programme, condition: Condition) -> list[Expression]:
    """The expressions of which one has to hold: the condition's, or a rule's that waives it."""
    waiving = [one.expression for one in programme.transitions if condition.name in one.waives]
    return [condition.expression, *waiving]


def _one_of(way: Sequence[Expression], seen: Seen, asking: Asking) -> Sets:
    return asking.smallest(one for part in way for one in asking.sets(part.node, True, seen))


def _none_of(way: Sequence[Expression], seen: Seen, asking: Asking) -> Sets:
    return asking.all_together(asking.sets(part.node, False, seen) for part in way)


def received(programme: Programme, seen: Seen) -> bool | None:
    """As `receives` states, of the person or of anyone in the household, or as was answered."""
    rows = [seen.row] if seen.who is not None else seen.persons
    stated = [
        None if one.get("receives") is None else programme.id in one["receives"] for one in rows
    ]
    answered = seen.value(programme.received) if programme.received else None
    if True in stated or answered is True:
        return True
    if stated and None not in stated:
        return False
    return False if answered is False else None
