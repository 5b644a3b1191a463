"""What a programme consists of, once its file is read. Money is counted in whole satang."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wattana.rules.expressions import Expression
from wattana.rules.files import Words
from wattana.rules.programmes.facts import Facts

DUE_CLASSES = ("entitlement", "means_tested", "in_kind")
"""Classes of law that make a right due; the others may be applied for."""


@dataclass(frozen=True)
class Dated:
    """In force from one day to another, both included (CE); None: without end."""

    start: dt.date | None
    end: dt.date | None

    def on(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Law:
    """An instrument with its section or clause."""

    id: str
    title: Words
    article: Words | None
    status: str
    since: dt.date | None
    note: str

    @property
    def text(self) -> str:
        """As it is cited: in Thai, the language in which it is law."""
        return f"{self.title.th} {self.article.th}" if self.article else self.title.th

    @property
    def words(self) -> Words:
        """For readers: in English what it is called there, with the citation beside it."""
        article = f", {self.article.en}" if self.article else ""
        return Words(th=self.text, en=f"{self.title.en}{article} ({self.text})")


@dataclass(frozen=True)
class Condition(Dated):
    """A named condition: true when it is fulfilled.

    `dormant` says why it is shown but not applied. `gateway` is the programme that opens it.
    """

    name: str
    label: Words
    expression: Expression
    law: Law | None
    status: str
    dormant: Words | None
    gateway: str | None
    note: str
    place: str


@dataclass(frozen=True)
class Transition:
    """Recipients under earlier rules, whom the conditions in `waives` do not bind."""

    name: str
    label: Words
    expression: Expression
    waives: tuple[str, ...]
    law: Law | None
    status: str


@dataclass(frozen=True)
class Rate(Dated):
    """An amount in satang with the days on which it counts; None: it is not known."""

    satang: int | None
    words: Words | None
    when: Expression | None
    up_to: bool
    status: str
    note: str
    place: str


@dataclass(frozen=True)
class Amount:
    """One item that is paid: to whom (`holder`), how often (`period`), times what."""

    item: str
    label: Words
    holder: str
    period: str
    times: Expression | None
    most: float | None
    rates: tuple[Rate, ...]

    @property
    def per(self) -> str:
        return f"{self.holder}/{self.period}"


@dataclass(frozen=True)
class Window:
    """When one may apply, who, and from when it is paid at the earliest.

    `not_yet` are conditions that need not hold yet: one registers before the birthday.
    """

    label: Words
    who: Expression | None
    periods: tuple[Dated, ...]
    paid_from: dt.date | None
    not_yet: tuple[str, ...]
    status: str
    note: str


@dataclass(frozen=True)
class Case:
    """A worked case. `person` is the id of the one concerned; None for the household.

    `expected` holds the keys that the file states: outcome, amount (satang), fails, ask …
    """

    name: str
    day: dt.date
    facts: Facts
    person: str | None
    expected: Mapping[str, Any]
    place: str


@dataclass(frozen=True)
class Agency:
    """Who decides on a programme or takes applications."""

    id: str
    kind: str
    name: Words


@dataclass(frozen=True)
class Proposal:
    """What was only planned or approved in principle; never applied."""

    text: Words
    day: dt.date | None


@dataclass(frozen=True, eq=False)
class Programme(Dated):
    """A right or a welfare programme as its file states it, with compiled conditions."""

    id: str
    version: str
    title: Words
    summary: Words
    legal_class: str
    level: str
    dimension: str
    concerns: str
    agencies: tuple[Agency, ...]
    confidence: str
    as_of: dt.date
    is_on: bool
    why_off: Words | None
    review: Mapping[str, Any]
    sensitivity: str
    laws: tuple[Law, ...]
    conditions: tuple[Condition, ...]
    transitions: tuple[Transition, ...]
    amounts: tuple[Amount, ...]
    received: Expression | None
    payment_list: str | None
    excludes: tuple[str, ...]
    stacking: Words | None
    arrears: Mapping[str, Any]
    times_a_year: int | None
    frequency: Words | None
    windows: tuple[Window, ...]
    where: Words
    when: Words
    documents: Mapping[str, Words]
    see_also: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    history: tuple[str, ...]
    verify: tuple[Words, ...]
    sources: tuple[str, ...]
    cases: tuple[Case, ...]
    place: str
    places: Mapping[str, str]
    definitions: Mapping[str, Any] = field(default_factory=dict)

    __eq__ = object.__eq__  # a programme is itself only; `Dated` would compare the days alone
    __hash__ = object.__hash__

    @property
    def may_be_due(self) -> bool:
        """Whether the law makes it due, rather than something that may be applied for."""
        return self.legal_class in DUE_CLASSES

    def registration_over(self, day: dt.date) -> dt.date | None:
        """The last day of registration, where all that is known of lies before; else None."""
        ends = [one.end for window in self.windows for one in window.periods if one.end]
        return max(ends) if ends and max(ends) < day else None

    @property
    def gateways(self) -> tuple[str, ...]:
        """Programmes that open one of the conditions."""
        return tuple(dict.fromkeys(one.gateway for one in self.conditions if one.gateway))

    @property
    def expressions(self) -> Sequence[Expression]:
        """Every expression that the answer depends on."""
        found = [one.expression for one in self.conditions]
        found += [one.expression for one in self.transitions]
        for amount in self.amounts:
            found += [one for one in (amount.times, *(rate.when for rate in amount.rates)) if one]
        return [*found, self.received] if self.received else found
