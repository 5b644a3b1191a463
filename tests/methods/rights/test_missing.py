"""The smallest set of facts that settles a condition, against trying every set and answer."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattana.methods.rights.missing import Asking
from wattana.methods.rights.situation import Seen
from wattana.rules import codebook as codebooks
from wattana.rules.expressions import Scope, compile_in

BOOK = codebooks.load()
SCOPE = Scope(BOOK, "person", rights=True)
ASKING = Asking(BOOK)
DAY = dt.date(2025, 11, 1)
NAMES = ("thai_national", "state_pension", "chronic", "married", "pregnant", "abandoned")


def trees(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Conditions in which each fact stands once, so that each can come out either way."""
    if len(names) == 1:
        return st.sampled_from([names[0], f"not {names[0]}"])
    return st.integers(1, len(names) - 1).flatmap(
        lambda cut: st.tuples(
            trees(names[:cut]), st.sampled_from(["and", "or"]), trees(names[cut:])
        ).map(lambda parts: f"({' '.join(parts)})")
    )


def fewest(text: str, row: dict[str, bool], wanted: bool) -> int | None:
    """How many facts have to be known at least, by trying all of them."""
    expression = compile_in(SCOPE, text, place="here")
    free = [name for name in NAMES if name not in row]
    for size in range(len(free) + 1):
        for names in combinations(free, size):
            for answers in product((True, False), repeat=size):
                if expression.value({**row, **dict(zip(names, answers, strict=True))}) is wanted:
                    return size
    return None


def found(text: str, row: dict[str, object], wanted: bool, persons=()):
    node = compile_in(SCOPE, text, place="here").node
    return ASKING.sets(node, wanted, Seen(row, "a", persons, DAY))


@given(trees(NAMES), st.dictionaries(st.sampled_from(NAMES), st.booleans()), st.booleans())
@settings(max_examples=200)
def test_the_set_is_as_small_as_the_smallest_there_is(text, row, wanted):
    sets = found(text, row, wanted)
    assert (len(sets[0]) if sets else None) == fewest(text, row, wanted)
    for one in sets:
        assert not any(other < one for other in sets)


@pytest.mark.parametrize(
    ("text", "row", "wanted", "expected"),
    [
        ("income_month <= 1000 and age >= 60", {}, True, [["birth_date", "income_month"]]),
        ("income_month <= 1000 or age >= 60", {}, True, [["birth_date"], ["income_month"]]),
        ("income_month <= 1000 or age >= 60", {"age": 50}, True, [["income_month"]]),
        ("disabled", {}, True, [["disability"]]),
        ("disability_card", {}, True, [["disability_card"]]),
        ("case when married then chronic else pregnant end", {}, True,
         [["chronic", "married"], ["married", "pregnant"]]),
        ("case when married then chronic else pregnant end", {"married": False}, True,
         [["pregnant"]]),
        ("insured_33_or_39", {}, True,
         [["health_scheme"], ["social_security_section"], ["welfare"]]),
        ("not needs_care", {}, True, [["adl"], ["health"]]),
        ("needs_care", {}, True, [["adl"]]),
        ("income_year + home_rent > 5", {"home_rent": 2}, True, [["income_month"]]),
    ],
)  # fmt: skip
def test_facts_are_asked_as_people_can_answer_them(text, row, wanted, expected):
    sets = [sorted(one.variable for one in some) for some in found(text, row, wanted)]
    assert sorted(sets) == sorted(expected)


def test_one_member_is_enough_for_any_and_all_are_needed_for_all():
    people = [{"id": "a", "married": None}, {"id": "b"}, {"id": "c", "married": False}]
    some = found("any_member(married)", {}, True, people)
    assert [{one.person for one in sets} for sets in some] == [{"a"}, {"b"}]
    people[2] = {"id": "c", "married": True}
    every = found("all_members(married)", {}, True, people)
    assert [{one.person for one in sets} for sets in every] == [{"a", "b"}]


def test_nothing_is_asked_where_nothing_can_tell():
    assert found("thai_national", {"thai_national": False}, True) == []
    assert found("any_member(married)", {}, True, []) == []
