"""Dates in expressions: DuckDB, Python and the vectors give the same answer, and the right one."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.rules.oracle import in_vectors
from wattana.kernel.problems import Invalid
from wattana.rules import codebook as codebooks
from wattana.rules.expressions import Expression, Scope, compile_in
from wattana.thai.dates import PartialDate

BOOK = codebooks.load()
SCOPE = Scope(BOOK, "person", rights=True)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
DUCK = duckdb.connect(":memory:", config={"threads": 1})


def compiled(text: str) -> Expression:
    return compile_in(SCOPE, text, place="here")


def answer_of(expression: Expression, born: dt.date | None, died: dt.date | None, day: dt.date):
    """Through SQL over one row."""
    row = "SELECT ?::DATE AS birth_date, ?::DATE AS died_on, ?::DATE AS surveyed_on"
    found = DUCK.execute(f"SELECT {expression.sql()} FROM ({row})", [born, died, day]).fetchall()
    return found[0][0]


def both(text: str, born: dt.date | None, died: dt.date | None, day: dt.date) -> Any:
    expression = compiled(text)
    facts = {"birth_date": born and born.isoformat(), "died_on": died and died.isoformat()}
    worked = expression.value(facts, (), day)
    assert worked == answer_of(expression, born, died, day)
    assert worked == in_vectors(expression, {k: v for k, v in facts.items() if v}, (), day)
    return worked


@given(DAYS, DAYS)
@example(dt.date(2000, 2, 29), dt.date(2021, 2, 28))
@example(dt.date(2000, 2, 29), dt.date(2021, 3, 1))
@example(dt.date(1965, 11, 1), dt.date(2025, 11, 1))
@settings(max_examples=150)
def test_age_is_that_of_the_house_on_both_ways(born, day):
    expected = PartialDate(born.year, born.month, born.day).age_on(day)
    assert both("age_on(as_of())", born, None, day) == expected


@given(DAYS, DAYS)
@settings(max_examples=100)
def test_days_are_counted_and_unknown_backwards(start, end):
    expected = (end - start).days if end >= start else None
    assert both("days_between(birth_date, died_on)", start, end, dt.date(2025, 1, 1)) == expected


@given(DAYS, st.integers(0, 40))
@example(dt.date(2024, 1, 31), 1)
@example(dt.date(2023, 8, 31), 6)
@settings(max_examples=100)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    expected = dt.date(year, month + 1, min(day.day, last))
    assert both(f"months_later(died_on, {months})", None, day, day) == expected


@given(DAYS)
@example(dt.date(2025, 9, 30))
@example(dt.date(2025, 10, 1))
@settings(max_examples=80)
def test_the_fiscal_year_begins_in_october(day):
    start = both("fiscal_year_start()", None, None, day)
    assert (start.month, start.day) == (10, 1)
    assert dt.timedelta(0) <= day - start < dt.timedelta(366)


@given(st.none() | DAYS, DAYS)
@settings(max_examples=100)
def test_dates_compare_and_the_unknown_stays_unknown(born, day):
    limit = dt.date(1966, 9, 2)
    expected = None if born is None else born < limit
    assert both("birth_date < date '1966-09-02'", born, None, day) is expected
    within = None if born is None else limit <= born <= day
    assert both("birth_date between date '1966-09-02' and as_of()", born, None, day) is within
    assert both("years_between(birth_date, as_of()) >= 60", born, None, day) in (True, False, None)


@pytest.mark.parametrize(("written", "age"), [("1965", 60), ("1965-11", 60), ("1965-11-02", 59)])
def test_who_knows_only_the_year_or_month_counts_as_born_on_its_first_day(written, age):
    value = compiled("age_on(as_of())").value({"birth_date": written}, (), dt.date(2025, 11, 1))
    assert value == age


@pytest.mark.parametrize(
    "text",
    ["age_on(as_of())", "days_between(birth_date, died_on) > 3",
     "months_later(died_on, 6) >= as_of()", "birth_date >= fiscal_year_start()"],
)  # fmt: skip
def test_every_function_of_dates_is_written_for_spark(text):
    sql = compiled(text).sql("spark")
    assert sqlglot.parse_one(sql, dialect="spark")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("birth_date < '1966-09-02'", "cannot be compared"),
        ("birth_date < 1966", "cannot be compared"),
        ("birth_date < date '2509-13-02'", "write a date as"),
        ("age < date '1966-09-02'", "cannot be compared"),
        ("birth_date + 1 > as_of()", "a number is expected"),
        ("as_of(1) > birth_date", "takes 0 arguments"),
        ("years_between(birth_date) > 1", "takes 2 arguments"),
        ("months_later(died_on, age) > as_of()", "how many months"),
        ("cast(age as date) > as_of()", "is not part of the language"),
        ("birth_date in (date '1966-09-02')", "IN takes a choice"),
    ],
)
def test_what_does_not_fit_is_refused(text, says):
    with pytest.raises(Invalid) as caught:
        compiled(text)
    assert str(caught.value).startswith("here, character ") and says in str(caught.value)


def test_a_measure_sees_neither_dates_nor_derived_facts():
    measure = Scope(BOOK, "person")
    for text in ("birth_date > as_of()", "disability_card", "died_on > as_of()"):
        with pytest.raises(Invalid, match="cannot stand in an expression"):
            compile_in(measure, text, place="here")
    assert compile_in(measure, "age > 1", place="here").type == "boolean"
