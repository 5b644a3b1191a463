"""Every expression of programmes and derived facts means the same in Python and in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings

from tests.methods.rights.test_properties import DAYS, HOMES, PEOPLE
from wattana.methods.rights.situation import situation
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.derived import derivations
from wattana.rules.expressions import Expression
from wattana.rules.expressions.writing import SURVEY_DATE
from wattana.rules.programmes import Facts
from wattana.rules.variables import Variable

BOOK = codebooks.load()
EXPRESSIONS: dict[str, list[Expression]] = {"person": [], "household": []}
for programme in programmes.load().values():
    EXPRESSIONS[programme.level] += programme.expressions
for derived in derivations(BOOK).values():
    EXPRESSIONS[derived.variable.level].append(derived.expression)
MEMBERS = sorted({n for some in EXPRESSIONS.values() for e in some for n in e.member_inputs})
DUCK = duckdb.connect(":memory:", config={"threads": 1})


def sql_type(variable: Variable) -> str:
    """A date of birth stands in the bulk tables as the day from which age is counted."""
    return "DATE" if variable.kind == "partial_date" else variable.sql_type


def table(name: str, columns: Sequence[str], rows: Sequence[dict[str, Any]], day: dt.date) -> None:
    typed = "".join(f', "{one}" {sql_type(BOOK.variable(one))}' for one in columns)
    DUCK.execute(f"CREATE OR REPLACE TABLE {name} (one INT, {SURVEY_DATE} DATE{typed})")
    for row in rows:
        values = [1, day, *(row.get(one) for one in columns)]
        DUCK.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values))})", values)


def in_sql(expressions: Sequence[Expression], rows, persons, day) -> list[tuple[Any, ...]]:
    inputs = sorted({name for one in expressions for name in one.inputs})
    table("rows_", inputs, rows, day)
    table("members", MEMBERS, persons, day)
    folds = {alias: sql for one in expressions for alias, sql in one.aggregates().items()}
    columns = "".join(f', {sql} AS "{alias}"' for alias, sql in folds.items())
    values = ", ".join(f"({one.sql()})" for one in expressions)
    return DUCK.execute(
        f"SELECT {values} FROM rows_ LEFT JOIN"
        f" (SELECT one{columns} FROM members GROUP BY one) AS m USING (one) ORDER BY rows_.rowid"
    ).fetchall()


@given(HOMES, PEOPLE, DAYS)
@settings(max_examples=25)
def test_both_ways_agree(home, people, day):
    known = situation(BOOK, Facts(home, people), day)
    seen = {"person": [known.seen(one) for one in known.persons], "household": [known.seen(None)]}
    for level, expressions in EXPRESSIONS.items():
        rows = [dict(one.row) for one in seen[level]]
        found = in_sql(expressions, rows, known.persons, day)
        for one, values in zip(seen[level], found, strict=True):
            for expression, value in zip(expressions, values, strict=True):
                assert value == one.value(expression), expression.place


@pytest.mark.parametrize("level", ["person", "household"])
def test_every_expression_is_written_for_spark(level):
    for one in EXPRESSIONS[level]:
        assert sqlglot.parse_one(one.sql("spark"), dialect="spark")
