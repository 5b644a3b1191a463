"""The rounds of จปฐ.: their indicators, and how files write results."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wattana.kernel.problems import N_, Invalid, NotFound
from wattana.rules import parameters
from wattana.rules.files import Table, Words, read
from wattana.thai.numerals import to_arabic

ROUNDS = ("plan12", "plan13")
RULE_STATUSES = ("stated", "carried_over", "inferred", "unverified")
PASS, FAIL, NOT_APPLICABLE = 1, 0, 2
"""Results as whole numbers; an unknown one is NULL."""


@dataclass(frozen=True)
class BasicNeed:
    """One indicator of จปฐ. `of_person`: the result belongs to the member concerned.

    `was`: its numbers in the round before. `income_line`: it passes from this income on, baht per
    person and year, where a file has the income in place of the result.
    """

    number: int
    of_person: bool
    title: Words
    eligible: str
    passes: str
    rule_status: str
    was: tuple[int, ...]
    income_line: float | None


@dataclass(frozen=True)
class Round:
    """A round of จปฐ. `count` slots, of which `needs` are known; `survey_years` CE."""

    name: str
    version: str
    title: Words
    survey_years: tuple[int, int]
    status: str
    count: int
    needs: Mapping[int, BasicNeed]


@dataclass(frozen=True)
class Writing:
    """How files write results and headers; texts in lower case."""

    results: Mapping[int, tuple[str, ...]]
    card: Mapping[bool, tuple[str, ...]]
    household: frozenset[str]
    card_headers: frozenset[str]
    income: frozenset[str]
    indicator: frozenset[str]

    def number_of(self, header: str) -> int | None:
        """The number of the indicator that a column holds, from its header."""
        found = re.fullmatch(r"(\D+)0*(\d{1,2})", plain(header))
        return int(found[2]) if found and found[1] in self.indicator else None


@lru_cache(maxsize=4)
def load_round(name: str) -> Round:
    """A round of the rulebook. Raises `NotFound` and `Invalid`."""
    if name not in ROUNDS:
        raise NotFound(
            N_("There is no round of จปฐ. “%(name)s”; there are %(names)s."),
            name=name[:60],
            names=", ".join(ROUNDS),
        )
    table = read(f"basic_needs/{name}.yaml")
    years = table.table("survey_years")
    found = Round(
        name=table.one_of("name", (name,)),
        version=table.text("version"),
        title=table.words("title"),
        survey_years=(int(years.number("first")), int(years.number("last"))),
        status=table.one_of("status", ("stated", "inferred")),
        count=int(table.number("count")),
        needs={one.number: one for one in _needs(table, int(years.raw["first"]))},
    )
    table.text("source")
    table.end()
    return found


def round_of(survey_year: int) -> Round:
    """The round to which a survey year (CE) belongs. Raises `NotFound`."""
    for name in ROUNDS:
        first, last = load_round(name).survey_years
        if first <= survey_year <= last:
            return load_round(name)
    raise NotFound(N_("No round of จปฐ. is known for the year %(year)s."), year=survey_year)


def _needs(table: Table, first_year: int) -> list[BasicNeed]:
    begin = dt.date(first_year, 1, 1)
    return [_need(one, begin) for one in table.tables("indicators")]


def _need(table: Table, begin: dt.date) -> BasicNeed:
    line = table.optional_text("income_at_least")
    need = BasicNeed(
        number=int(table.number("no")),
        of_person=table.one_of("unit", ("household", "person")) == "person",
        title=table.words("title"),
        eligible=table.text("eligible"),
        passes=table.text("passes"),
        rule_status=table.one_of("rule_status", RULE_STATUSES),
        was=tuple(int(one) for one in _take_list(table, "was")),
        income_line=parameters.load()[line].on(begin) if line else None,
    )
    table.end()
    return need


def _take_list(table: Table, key: str) -> list[float]:
    if key not in table:
        return []
    size = table.raw[key]
    return table.numbers(key, len(size) if isinstance(size, list) else 1)


@lru_cache(maxsize=1)
def writing() -> Writing:
    """How files write, from the rulebook. Raises `Invalid` when a text stands for two results."""
    table = read("basic_needs/files.yaml")
    results, card, columns = table.table("results"), table.table("card"), table.table("columns")
    found = Writing(
        results={
            PASS: _texts(results, "pass"),
            FAIL: _texts(results, "fail"),
            NOT_APPLICABLE: _texts(results, "not_applicable"),
        },
        card={True: _texts(card, "yes"), False: _texts(card, "no")},
        household=frozenset(map(plain, columns.texts("household"))),
        income=frozenset(map(plain, columns.texts("income"))),
        card_headers=frozenset(map(plain, columns.texts("card"))),
        indicator=frozenset(map(plain, columns.texts("indicator"))),
    )
    for one in (table, results, card, columns):
        one.end()
    for codes in (found.results, found.card):
        every = [text for texts in codes.values() for text in texts]
        if len(set(every)) < len(every):
            raise Invalid(N_("%(place)s: a text stands for two results."), place=table.place)
    return found


def _texts(table: Table, key: str) -> tuple[str, ...]:
    return tuple(one.strip().lower() for one in table.texts(key))


def plain(header: str) -> str:
    """A header without case, spaces, dots, dashes, underscores; digits are Arabic."""
    return re.sub(r"[\s._()\-–]+", "", to_arabic(header).lower())
