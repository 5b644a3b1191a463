# ruff: noqa: E501  (tables of cases read best with one case a line)
"""Random expressions: DuckDB, Python, the vectors and the oracle below give the same answer.

The oracle is built beside each text, from the meaning of the language alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.oracle import answer_of, in_vectors
from wattana.kernel.problems import Invalid
from wattana.rules import codebook as codebooks
from wattana.rules import expressions

BOOK = codebooks.load()
CONDITIONS = ("dilapidated", "moderate", "strong", "other")
RANKS = {"dilapidated": 1, "moderate": 2, "strong": 3}
HEALTH = {"bedridden": 1, "self_reliant": 2, "chronic": 3, "normal": 4}
ASSETS = ("car", "barn", "stall")


@dataclass(frozen=True)
class Said:
    """A text of the language and what it means for a row and its persons."""

    text: str
    means: Callable[[dict[str, Any], list[dict[str, Any]]], Any]


def and_(values: list[Any]) -> Any:
    return False if False in values else None if None in values else True


def or_(values: list[Any]) -> Any:
    return True if True in values else None if None in values else False


def lifted(work: Callable[..., Any]) -> Callable[..., Any]:
    """Unknown in, unknown out."""
    return lambda *values: None if any(v is None for v in values) else work(*values)


COMPARED = {
    "=": lifted(lambda a, b: a == b), "<>": lifted(lambda a, b: a != b),
    "<": lifted(lambda a, b: a < b), ">=": lifted(lambda a, b: a >= b),
}  # fmt: skip
COMPUTED = {
    "+": lifted(lambda a, b: a + b), "-": lifted(lambda a, b: a - b),
    "*": lifted(lambda a, b: a * b), "/": lifted(lambda a, b: a / b if b else None),
}  # fmt: skip


def fact(name: str) -> Said:
    return Said(name, lambda row, persons: row.get(name))


def joined(sign: str, one: Said, other: Said, table: dict[str, Callable[..., Any]]) -> Said:
    return Said(
        f"({one.text} {sign} {other.text})",
        lambda row, persons: table[sign](one.means(row, persons), other.means(row, persons)),
    )


def connected(word: str, one: Said, other: Said) -> Said:
    fold = and_ if word == "and" else or_
    return Said(
        f"({one.text} {word} {other.text})",
        lambda row, persons: fold([one.means(row, persons), other.means(row, persons)]),
    )


def negated(one: Said) -> Said:
    return Said(f"(not {one.text})", lambda r, p: lifted(lambda a: not a)(one.means(r, p)))


def unknown(one: Said) -> Said:
    return Said(f"({one.text} is null)", lambda row, persons: one.means(row, persons) is None)


def chosen(test: Said, one: Said, other: Said) -> Said:
    def means(row: dict[str, Any], persons: list[dict[str, Any]]) -> Any:
        held = test.means(row, persons)
        return None if held is None else (one if held else other).means(row, persons)

    return Said(f"case when {test.text} then {one.text} else {other.text} end", means)


def first_known(one: Said, other: Said) -> Said:
    def means(row: dict[str, Any], persons: list[dict[str, Any]]) -> Any:
        found = one.means(row, persons)
        return other.means(row, persons) if found is None else found

    return Said(f"coalesce({one.text}, {other.text})", means)


def smaller(one: Said, other: Said) -> Said:
    return Said(
        f"least({one.text}, {other.text})",
        lambda row, persons: lifted(min)(one.means(row, persons), other.means(row, persons)),
    )


def literal(value: float) -> Said:
    return Said(repr(value), lambda row, persons: value)


NUMBERS = st.sampled_from([0, 1, 2, 3, 0.5, 2.25]).map(literal)
TRUTHS = st.sampled_from([True, False]).map(
    lambda value: Said(str(value).lower(), lambda row, persons: value)
)
HOME_NUMBERS = st.sampled_from([fact("home_rent"), fact("remittances")]) | st.sampled_from(
    [
        Said("rank_of(home_condition)", lambda r, p: RANKS.get(r.get("home_condition"))),
        Said("count_choices(assets)", lambda r, p: lifted(len)(r.get("assets"))),
    ]
)
HOME_TRUTHS = st.sampled_from(
    [
        fact("tap_water"),
        fact("home_phone"),
        *(
            Said(f"has(assets, '{code}')", lambda r, p, code=code: lifted(lambda a: code in a)(r.get("assets")))
            for code in ASSETS
        ),
        Said("home_condition = 'strong'", lambda r, p: lifted(lambda a: a == "strong")(r.get("home_condition"))),
    ]
)  # fmt: skip
PERSON_NUMBERS = st.sampled_from([fact("age"), fact("income_month")]) | st.just(
    Said("rank_of(health)", lambda r, p: HEALTH.get(r.get("health")))
)
PERSON_TRUTHS = st.sampled_from(
    [
        fact("chronic"),
        Said("health in ('normal', 'chronic')", lambda r, p: lifted(lambda a: a in ("normal", "chronic"))(r.get("health"))),
        Said("age between 2 and 4", lambda r, p: lifted(lambda a: 2 <= a <= 4)(r.get("age"))),
    ]
)  # fmt: skip


def grown(numbers: st.SearchStrategy[Said], truths: st.SearchStrategy[Said], depth: int):
    """Numbers and conditions of at most so many operations inside one another."""
    for _ in range(depth):
        n, t = numbers, truths
        numbers = n | st.one_of(
            st.builds(lambda s, a, b: joined(s, a, b, COMPUTED), st.sampled_from("+-*/"), n, n),
            st.builds(chosen, t, n, n),
            st.builds(first_known, n, n),
            st.builds(smaller, n, n),
        )
        truths = t | st.one_of(
            st.builds(connected, st.sampled_from(["and", "or"]), t, t),
            st.builds(negated, t),
            st.builds(unknown, n | t),
            st.builds(lambda s, a, b: joined(s, a, b, COMPARED), st.sampled_from(list(COMPARED)), n, n),
            st.builds(chosen, t, t, t),
        )  # fmt: skip
    return numbers, truths


def over_members(name: str, value: Said, which: Said) -> Said:
    def means(row: dict[str, Any], persons: list[dict[str, Any]]) -> Any:
        held = [which.means(person, []) for person in persons]
        values = [value.means(person, []) for person in persons]
        counted = [v for v, h in zip(values, held, strict=True) if h]
        if name == "any":
            return or_([and_(list(pair)) for pair in zip(held, values, strict=True)])
        if name == "all":
            pairs = zip(held, values, strict=True)
            return and_([or_([None if h is None else not h, v]) for h, v in pairs])
        if name == "sum" and (None in held or None in counted):
            return None
        known = [v for v in counted if v is not None]
        if not known:
            return 0 if name == "sum" else None
        return FOLDED[name](known)

    function = f"{name}_members" if name not in ("any",) else "any_member"
    return Said(f"{function}({value.text}, {which.text})", means)


def added(values: list[float]) -> float:
    return float(sum((Decimal(v).quantize(Decimal("0.000001")) for v in values), Decimal(0)))


FOLDED: dict[str, Callable[[list[Any]], Any]] = {
    "sum": added, "sum_known": added, "min": min, "max": max,
    "avg": lambda values: added(values) / len(values),
}  # fmt: skip

inner_numbers, inner_truths = grown(PERSON_NUMBERS | NUMBERS, PERSON_TRUTHS | TRUTHS, 1)
member_numbers = st.builds(over_members, st.sampled_from(list(FOLDED)), inner_numbers, inner_truths)
member_truths = st.builds(over_members, st.sampled_from(["any", "all"]), inner_truths, inner_truths)
all_numbers, all_truths = grown(
    HOME_NUMBERS | NUMBERS | member_numbers, HOME_TRUTHS | TRUTHS | member_truths, 2
)

maybe = st.none()
money = st.sampled_from([0, 1, 2.5, 3.25, 10])
answers = st.fixed_dictionaries(
    {
        "tap_water": maybe | st.booleans(),
        "home_phone": maybe | st.booleans(),
        "home_rent": maybe | money,
        "remittances": maybe | money,
        "home_condition": maybe | st.sampled_from(CONDITIONS),
        "assets": maybe | st.lists(st.sampled_from(ASSETS), min_size=1, unique=True),
    }
)
person = st.fixed_dictionaries(
    {
        "age": maybe | st.integers(0, 6),
        "income_month": maybe | money,
        "health": maybe | st.sampled_from(list(HEALTH)),
        "chronic": maybe | st.booleans(),
    }
)
persons_of = st.lists(person, min_size=1, max_size=4)


def same(one: Any, other: Any) -> bool:
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def compiled(said: Said) -> expressions.Expression:
    return expressions.compile(said.text, codebook=BOOK, level="household", place="test")


@pytest.mark.parametrize("kind", [all_numbers, all_truths], ids=["numbers", "conditions"])
def test_duckdb_python_and_vectors_agree_with_the_oracle(kind):
    @settings(max_examples=150)
    @given(said=kind, row=answers, persons=persons_of)
    def agree(said: Said, row: dict[str, Any], persons: list[dict[str, Any]]) -> None:
        expression, wanted = compiled(said), said.means(row, persons)
        assert same(expression.value(row, persons), wanted), said.text
        assert same(answer_of(expression, row, persons, None), wanted), said.text
        assert same(in_vectors(expression, row, persons, None), wanted), said.text

    agree()


@settings(max_examples=60)
@given(
    said=member_numbers | member_truths,
    persons=st.lists(person, min_size=2, max_size=5),
    shuffle=st.randoms(use_true_random=False),
)
def test_the_order_of_the_persons_never_changes_an_answer(said, persons, shuffle):
    expression = compiled(said)
    mixed = shuffle.sample(persons, len(persons))
    assert answer_of(expression, {}, persons, None) == answer_of(expression, {}, mixed, None)
    assert expression.value({}, persons) == expression.value({}, mixed)
    assert in_vectors(expression, {}, persons, None) == in_vectors(expression, {}, mixed, None)


@settings(max_examples=200)
@given(st.text(alphabet="ab_'\"()<>=+-*/;,.1 \n\u0e01casewhndorti", max_size=60))
def test_any_text_is_either_compiled_or_refused(text):
    try:
        expressions.compile(text, codebook=BOOK, level="household", place="here")
    except Invalid as problem:
        assert str(problem).startswith("here")
