# ruff: noqa: E501  (tables of cases read best with one case a line)
from __future__ import annotations

import datetime as dt
import itertools

import duckdb
import pytest
import sqlglot

from tests.rules.oracle import answer_of, in_vectors
from wattana.kernel.problems import Invalid
from wattana.rules import codebook as codebooks
from wattana.rules import expressions, parameters
from wattana.rules.expressions import Scope, compile_in, dating
from wattana.rules.expressions.functions import FUNCTIONS

BOOK = codebooks.load()
LINES = parameters.load()
PLACE = "measures/test.yaml, H1, expression"
MAY_2024 = dt.date(2024, 5, 1)
TRUTHS = (True, False, None)


def compiled(text: str, level: str = "household", wanted: str | None = None):
    return expressions.compile(
        text, codebook=BOOK, level=level, place=PLACE, parameters=LINES, wanted=wanted
    )


def both(text: str, answers=None, persons=(), day=MAY_2024, level="household"):
    """The answer of DuckDB, of Python and of the vectors, which have to be the same."""
    expression = compiled(text, level)
    found = answer_of(expression, answers or {}, persons, day)
    assert expression.value(answers or {}, persons, day) == found
    assert in_vectors(expression, answers or {}, persons, day) == found
    return found


# --- three-valued logic


def known(*values):
    return None if None in values else values


@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTHS, TRUTHS)))
def test_and_or_not_are_three_valued(a, b):
    answers = {"tap_water": a, "home_phone": b}
    conjunction = False if False in (a, b) else None if None in (a, b) else True
    disjunction = True if True in (a, b) else None if None in (a, b) else False
    assert both("tap_water and home_phone", answers) is conjunction
    assert both("tap_water or home_phone", answers) is disjunction
    assert both("not tap_water", answers) is (None if a is None else not a)
    assert both("tap_water = home_phone", answers) is (a == b if known(a, b) else None)


@pytest.mark.parametrize("values", list(itertools.product(TRUTHS, TRUTHS, TRUTHS)))
def test_any_and_all_members_are_three_valued(values):
    persons = [{"chronic": value} for value in values]
    any_ = True if True in values else None if None in values else False
    all_ = False if False in values else None if None in values else True
    assert both("any_member(chronic)", persons=persons) is any_
    assert both("all_members(chronic)", persons=persons) is all_


@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTHS, TRUTHS)))
def test_any_item_is_three_valued_and_skips_lines_that_do_not_count(a, b):
    answers = {
        "debt_sources": ["baac", "gsb"],
        "debt_default__baac": a,
        "debt_default__gsb": b,
        "debt_default__bank": True,
    }
    expected = True if True in (a, b) else None if None in (a, b) else False
    assert both("any_item(debt_default, has(debt_sources, item))", answers) is expected


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("home_rent > 100", {}, None),
        ("home_rent is null", {}, True),
        ("home_rent is not null", {"home_rent": 0}, True),
        ("coalesce(home_rent, 5)", {}, 5),
        ("home_rent / 0", {"home_rent": 5}, None),
        ("10 / home_rent", {"home_rent": 0}, None),
        ("7 / 2", {}, 3.5),
        ("case when tap_water then 1 else 2 end", {}, None),
        ("case when tap_water then 1 else 2 end", {"tap_water": False}, 2),
        ("case when tap_water then 1 when home_phone then 2 else 3 end", {"home_phone": True}, None),
        ("case when true then 1 when tap_water then 2 end", {}, 1),
        ("case when false then 1 end", {}, None),
        ("case home_tenure when 'own' then 4 when 'rented' then 3 else 1 end", {"home_tenure": "rented"}, 3),
        ("case home_tenure when 'own' then 4 else 1 end", {}, None),
        ("home_rent between 1 and 3", {"home_rent": 3}, True),
        ("home_rent not between 1 and 3", {"home_rent": 3}, False),
        ("home_rent in (1, 2.5)", {"home_rent": 2.5}, True),
        ("home_tenure in ('own', 'rented')", {"home_tenure": "none"}, False),
        ("home_tenure not in ('own', 'rented')", {}, None),
        ("home_tenure <> 'own'", {"home_tenure": "rented"}, True),
        ("'own' = home_tenure", {"home_tenure": "own"}, True),
        ("home_condition >= 'moderate'", {"home_condition": "strong"}, True),
        ("'moderate' <= home_condition", {"home_condition": "dilapidated"}, False),
        ("home_condition >= 'moderate'", {"home_condition": "other"}, None),
        ("rank_of(home_condition)", {"home_condition": "moderate"}, 2),
        ("scale(home_condition)", {"home_condition": "moderate"}, 2.5),
        ("scale(home_condition)", {"home_condition": "other"}, None),
        ("has(assets, 'car')", {"assets": ["barn", "car"]}, True),
        ("has(assets, 'car', 'taxi')", {"assets": ["barn"]}, False),
        ("has(assets, 'car')", {}, None),
        ("count_choices(assets)", {"assets": ["barn", "car"]}, 2),
        ("count_choices(assets)", {"assets": ["none"]}, 0),
        ("count_choices(assets)", {}, None),
        ("count_true(tap_water, home_phone)", {"tap_water": True, "home_phone": True}, 2),
        ("count_true(tap_water, home_phone)", {"tap_water": True}, None),
        ("least(home_rent, 3)", {"home_rent": 5}, 3),
        ("greatest(home_rent, 3)", {}, None),
        ("abs(home_rent - 10)", {"home_rent": 4}, 6),
        ("-home_rent", {"home_rent": 4}, -4),
        ("round(home_rent / 3, 2)", {"home_rent": 10}, 3.33),
        ("home_rent * 2 - 1 + 0.5", {"home_rent": 4}, 7.5),
        ("null", {}, None),
        ("poverty_line", {}, 3078),
        ("1.5 * poverty_line", {}, 4617),
    ],
)  # fmt: skip
def test_expressions_over_answers(text, answers, value):
    assert both(text, answers) == value


LINES_OF_SAVING = {f"saving__{item}": 0 for item in ("cash", "deposit", "cooperative", "bonds", "national_fund", "other")}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("sum_items(saving)", LINES_OF_SAVING | {"saving__cash": 10.25}, 10.25),
        ("sum_items(saving)", LINES_OF_SAVING | {"saving__cash": None}, None),
        ("sum_known_items(saving)", {"saving__cash": 10, "saving__other": 5}, 15),
        ("sum_known_items(saving)", {}, None),
        ("max_items(saving)", {"saving__cash": 10, "saving__other": 5}, 10),
        ("min_items(saving)", {"saving__cash": 10, "saving__other": 5}, 5),
        ("min_items(saving)", {}, None),
        ("count_items(saving > 0)", LINES_OF_SAVING | {"saving__cash": 1}, 1),
        ("count_items(saving > 0)", {"saving__cash": 1}, None),
        ("sum_items(debt_outstanding, has(debt_sources, item))", {"debt_sources": ["none"]}, 0),
        ("sum_items(debt_outstanding, has(debt_sources, item))", {}, None),
        ("sum_items(debt_outstanding, has(debt_sources, item))",
         {"debt_sources": ["baac"], "debt_outstanding__baac": 7, "debt_outstanding__gsb": 9}, 7),
        ("sum_items(farm_income - farm_cost)",
         {f"farm_{what}__{item}": value for what, value in (("income", 10), ("cost", 3))
          for item in ("crops", "livestock", "fishery")}, 21),
    ],
)  # fmt: skip
def test_functions_over_the_lines_of_a_table(text, answers, value):
    assert both(text, answers) == value


FAMILY = [
    {"age": 70, "income_month": 600, "health": "bedridden", "sex": "female"},
    {"age": 40, "income_month": 9000.5, "health": "normal", "sex": "male"},
    {"age": 6},
]


@pytest.mark.parametrize(
    ("text", "persons", "value"),
    [
        ("count_members()", FAMILY, 3),
        ("count_members(age < 18)", FAMILY, 1),
        ("count_members(health = 'normal')", FAMILY, None),
        ("sum_members(income_month)", FAMILY, None),
        ("sum_members(income_month, age >= 15)", FAMILY, 9600.5),
        ("sum_members(income_month, age > 100)", FAMILY, 0),
        ("sum_members(income_month, age >= 15)", [{"income_month": 5}], None),
        ("sum_known_members(income_month)", FAMILY, 9600.5),
        ("sum_known_members(income_month)", [{"age": 5}], None),
        ("avg_members(income_month)", FAMILY, 4800.25),
        ("avg_members(income_month)", [{"age": 5}], None),
        ("min_members(income_month)", FAMILY, 600),
        ("max_members(income_month)", FAMILY, 9000.5),
        ("max_members(income_month, age < 18)", FAMILY, None),
        ("min_members(scale(health))", FAMILY, 1),
        ("any_member(age < 7)", FAMILY, True),
        ("any_member(health = 'bedridden', age >= 60)", FAMILY, True),
        ("any_member(health = 'normal', age < 7)", FAMILY, None),
        ("all_members(health is not null, age >= 15)", FAMILY, True),
        ("any_member(sex = 'female' and age >= 60)", FAMILY, True),
        ("any_member(income_month < poverty_line, age >= 15)", FAMILY, True),
        ("sum_members(sum_items(welfare_amount, has(welfare, item)))",
         [{"welfare": ["old_age"], "welfare_amount__old_age": 600}, {"welfare": ["none"]}], 600),
        ("count_members()", [], None),
        ("any_member(age < 7)", [], None),
        ("sum_members(income_month)", [], None),
    ],
)  # fmt: skip
def test_functions_over_members(text, persons, value):
    assert both(text, persons=persons) == value


@pytest.mark.parametrize(
    ("day", "line"), [(dt.date(2022, 12, 31), 2803), (dt.date(2023, 1, 1), 3043), (None, None)]
)
def test_parameters_are_those_of_the_survey_date(day, line):
    assert both("poverty_line", day=day) == line
    persons = [{"income_month": 3000}]
    expected = None if line is None else line > 3000
    assert both("any_member(income_month < poverty_line)", persons=persons, day=day) is expected


def test_a_person_sees_the_household_and_the_other_members():
    expression = compiled("age >= 60 and not tap_water and any_member(age < 7)", "person")
    assert expression.inputs == ("age", "tap_water")
    assert expression.member_inputs == ("age",)
    assert expression.value({"age": 70, "tap_water": False}, [{"age": 70}, {"age": 5}]) is True


@pytest.mark.parametrize("function", ["sum_members", "sum_known_members", "avg_members"])
def test_a_number_too_large_to_add_exactly_is_unknown(function):
    assert both(f"{function}(income_month * 999999999999)", persons=[{"income_month": 9}]) is None


def test_constants_and_values_of_a_measure_can_be_named():
    value = compile_in(Scope(BOOK, "household"), "count_members(age >= 15)", place=PLACE)
    scope = Scope(BOOK, "household", LINES, {"weight": 0.5}, {"adults": value.node})
    expression = compile_in(scope, "weight * adults", place=PLACE)
    assert expression.value({}, FAMILY) == 1.0
    assert list(expression.aggregates()) == list(value.aggregates())


def test_the_same_aggregate_has_the_same_name_everywhere():
    one, other = compiled("any_member(age < 7)"), compiled("not any_member( age<7 )")
    assert list(one.aggregates()) == list(other.aggregates())


# --- what is refused


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("home_tenure = 'owned'", 15, "“owned” is not an answer of “home_tenure”; allowed are none, with_others, on_others_land, rented, own"),
        ("home_tenure in ('own', 'ow')", 24, "“ow” is not an answer of “home_tenure”"),
        ("case home_tenure when 'ow' then 1 end", 23, "“ow” is not an answer"),
        ("has(assets, 'plane')", 13, "“plane” is not an answer of “assets”"),
        ("any_item(debt_default, has(assets, item))", 36, "is not an answer of “assets”"),
        ("home_tenure > 'own'", 15, "that have an order are: –"),
        ("home_condition > 'other'", 18, "dilapidated, moderate, strong"),
        ("home_tenure = 1", 1, "a choice cannot be compared so with a number"),
        ("home_tenure = home_condition", 1, "a choice cannot be compared so with a choice"),
        ("tap_water > false", 1, "a boolean cannot be compared"),
        ("tap_water + 1", 1, "a number is expected, not a boolean"),
        ("tap_water and 1", 15, "a boolean is expected, not a number"),
        ("not 5", 5, "a boolean is expected"),
        ("agee > 1", 1, "no “agee”. Near to it: age"),
        ("age > 1", 1, "“age” is asked of each member"),
        ("any_member(tap_water)", 12, "“tap_water” is asked of the household"),
        ("any_member(any_member(age > 1))", 23, "cannot stand inside another"),
        ("any_item(any_item(hygiene))", 19, "cannot stand inside another"),
        ("any_item(tap_water)", 10, "needs a table of several lines"),
        ("any_item(hygiene and debt_default)", 10, "needs a table of several lines"),
        ("debt_default", 1, "is a table of several lines"),
        ("first_name is null", 1, "asked of each member"),
        ("any_member(first_name is null)", 12, "cannot stand in an expression"),
        ("any_member(national_id is null)", 12, "cannot stand in an expression"),
        ("suggestion is null", 1, "cannot stand in an expression"),
        ("item", 1, "no “item”"),
        ("frobnicate(tap_water)", 12, "there is no function “frobnicate”; there are abs, age_on, all_members"),
        ("max(home_rent)", 5, "there is no function “max”"),
        ("read_csv('/etc/passwd')", 10, "there is no function “read_csv”"),
        ("getenv('HOME')", 8, "there is no function"),
        ("now()", 1, "there is no function"),
        ("scale(home_tenure)", 7, "answers have an order"),
        ("scale(1)", 7, "a choice is expected, not a number"),
        ("round(home_rent, 9)", 18, "0 … 6 places"),
        ("round(home_rent, home_rent)", 18, "0 … 6 places"),
        ("has(assets)", 5, "several arguments"),
        ("count_members(1)", 15, "a boolean is expected"),
        ("any_member()", 1, "1 / 2 arguments"),
        ("case when tap_water then 1 else true end", 11, "all numbers or all conditions"),
        ("coalesce(1, true)", 10, "all numbers or all conditions"),
        ("tap_water in (true)", 1, "IN takes a choice"),
        ("home_rent in (home_rent)", 15, "a list of constants"),
        ("home_rent in ('own')", 15, "numbers are expected"),
        ("home_rent is true", 1, "write IS NULL"),
        ("99999999999999", 1, "too large"),
        ("1e", 1, "“1e” is no number"),
        ("1 +", 3, "cannot be read"),
        ("tap_water tap_water", 1, "is not part of the language"),
        ("true; drop table households", 5, "“;” is not part of the language"),
        ("(select 1)", 2, "“select” is not part of the language"),
        ("exists(1)", 1, "“exists” is not part of the language"),
        ("tap_water in (select 1)", 15, "“select” is not part of the language"),
        ("drop table households", 1, "“drop” is not part of the language"),
        ('"tap_water"', 1, "is not part of the language"),
        ("households.tap_water", 11, "“.” is not part of the language"),
        ("home_rent::int", 10, "“::” is not part of the language"),
        ("cast(home_rent as int)", 16, "“as” is not part of the language"),
        ("home_rent % 2", 11, "“%” is not part of the language"),
        ("home_tenure like 'o'", 13, "“like” is not part of the language"),
        ("home_tenure || 'x'", 13, "is not part of the language"),
        ("count_members() over ()", 17, "“over” is not part of the language"),
        ("[1, 2]", 1, "is not part of the language"),
        ("$1", 1, "is not part of the language"),
        ("*", 1, "is not part of the language"),
        ("(" * 13 + "1" + ")" * 13, 13, "more than 12 levels deep"),
        ("not " * 13 + "true", 49, "more than 12 levels deep"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(text, position, says):
    with pytest.raises(Invalid) as caught:
        compiled(text)
    message = str(caught.value)
    assert message.startswith(f"{PLACE}, character {position}: "), message
    assert says in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("-- nothing", "is empty"),
        ("tap_water -- really", "comments are not allowed"),
        ("tap_water /* really */ and true", "comments are not allowed"),
        ("home_tenure = 'own", "is not closed"),
        ("1" + " " * 4000, "longer than 4000 letters"),
        ("+".join("1" for _ in range(100)), "more than 60 operations"),
        ("(1)" * 300, "more than 800 words"),
    ],
)
def test_what_is_too_long_or_open_is_refused(text, says):
    with pytest.raises(Invalid) as caught:
        compiled(text)
    assert str(caught.value).startswith(PLACE) and says in str(caught.value)


def test_the_result_has_to_have_the_type_that_is_wanted():
    assert compiled("tap_water", wanted="boolean").type == "boolean"
    assert compiled("null", wanted="number").type == "null"
    for text, wanted in (("tap_water", "number"), ("1", "boolean"), ("home_tenure", "number")):
        with pytest.raises(Invalid, match=f"a {wanted} is expected"):
            compiled(text, wanted=wanted)


def test_every_name_of_the_codebook_is_a_plain_word_of_the_language():
    for level in ("household", "person"):
        for variable in BOOK.columns(level):
            if variable.kind != "date":  # of rights only; see test_dates.py
                assert compiled(f"{variable.name} is null", "person").type == "boolean"


# --- other engines


def test_every_function_is_written_for_duckdb_and_for_spark():
    texts = [
        "has(assets, 'car') and home_condition >= 'moderate' and home_tenure in ('own')",
        "count_choices(assets) + rank_of(home_condition) + scale(home_condition) + count_true(tap_water, home_phone)",
        "coalesce(home_rent, abs(1 - 2)) + round(home_rent, 2) + least(1, 2) + greatest(1, 2) / poverty_line",
        "any_member(age < 7) and all_members(age < 7)",
        "count_members() + sum_members(age) + sum_known_members(age) + avg_members(age) + min_members(age) + max_members(age)",
        "any_item(hygiene)",
        "count_items(hygiene) + sum_items(saving) + sum_known_items(saving) + min_items(saving) + max_items(saving)",
    ]  # fmt: skip
    names = FUNCTIONS.keys() - dating.FUNCTIONS.keys()  # those of dates: test_dates.py
    unused = {name for name in names if not any(f"{name}(" in text for text in texts)}
    assert unused == set()
    for text in texts:
        expression = compiled(text)
        for dialect in ("duckdb", "spark"):
            for sql in (expression.sql(dialect), *expression.aggregates(dialect).values()):
                assert sqlglot.parse_one(sql, dialect=dialect).sql(dialect)
        assert '"' not in expression.sql("spark")


def test_a_literal_with_a_decimal_is_a_double_on_every_engine():
    assert duckdb.sql(f"SELECT typeof({compiled('1 + 0.1').sql()})").fetchone() == ("DOUBLE",)
