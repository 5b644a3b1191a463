"""Measure files of kind `money`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from wattana.kernel.problems import N_, Invalid
from wattana.rules import parameters
from wattana.rules.expressions import SURVEY_DATE, Expression, Scope
from wattana.rules.files import Table, Words
from wattana.rules.heads import Headed, take_headed
from wattana.rules.poverty import compiled, take_scope, take_words

NEGATIVE = ("keep", "zero")


@dataclass(frozen=True)
class Source:
    """One source of income, of which the incomes are the sum."""

    name: str
    title: Words
    amount: Expression


@dataclass(frozen=True)
class MoneyMeasure(Headed):
    """Income and line of a row in the same unit, e.g. baht per person and month.

    `negative`: negative incomes (farms that lost money) are kept, or count as 0. `on`: the day
    whose dated figures count where rows have no survey date.
    """

    income: Expression
    line: Expression
    negative: str
    sources: tuple[Source, ...]
    on: dt.date | None

    @property
    def definitions_hash(self) -> str:
        parts = [self.income, self.line, *(one.amount for one in self.sources)]
        return self.head.hash_with(one.sql() for one in parts)


def read(
    table: Table, columns: Mapping[str, str], *, examples: Mapping[str, str] | None = None
) -> MoneyMeasure:
    """Read an open measure file against the columns of a file (name → SQL type). Raises `Invalid`.

    `examples`: what stands in text columns, for the message to one who expected numbers.
    """
    begun, missing = take_headed(table, "money", columns)
    on = table.date("on") if "on" in table else None
    scope = _dated(take_scope(table, columns, "household", examples or {}), columns, on)
    measure = MoneyMeasure(
        head=begun.head,
        facts=begun.facts,
        income=compiled(table, "income", scope, "number"),
        line=compiled(table, "line", scope, "number"),
        negative=table.one_of("negative", NEGATIVE, "keep"),
        sources=_sources(table, scope, missing),
        on=None if SURVEY_DATE in columns else on,
    )
    table.end()
    return measure


def _dated(scope: Scope, columns: Mapping[str, str], on: dt.date | None) -> Scope:
    """Dated figures by the survey date of each row; without one, as they were on a day."""
    if SURVEY_DATE in columns or on is None:
        return scope
    known = {name: one.on(on) for name, one in parameters.load().items()}
    fixed = {name: value for name, value in known.items() if value is not None}
    return replace(scope, constants={**fixed, **scope.constants})


def _sources(table: Table, scope: Scope, missing: frozenset[str]) -> tuple[Source, ...]:
    if "sources" not in table:
        return ()
    opened = [one for one in table.tables("sources") if missing.isdisjoint(one.texts("needs"))]
    found = tuple(_source(one, scope) for one in opened)
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise Invalid(N_("%(place)s: two sources have one name."), place=table.at("sources"))
    return found


def _source(table: Table, scope: Scope) -> Source:
    name = table.text("name")
    source = Source(
        name, take_words(table, "title", name), compiled(table, "amount", scope, "number")
    )
    table.end()
    return source
