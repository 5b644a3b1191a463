"""What holds for every household: no fact unsettles what is due, and nobody's place matters."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wattana.methods.rights import answers_of, explain
from wattana.methods.rights.flags import impossible
from wattana.methods.rights.writing import as_data
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.book import Codebook
from wattana.rules.derived import derivations
from wattana.rules.programmes import Facts
from wattana.rules.variables import Variable

ALL = programmes.load()
BOOK: Codebook = codebooks.load()
USED = {
    name
    for one in ALL.values()
    for expression in one.expressions
    for name in (*expression.inputs, *expression.member_inputs)
}
SETTINGS = settings(max_examples=60)
DAYS = st.sampled_from([dt.date(2025, 11, 1), dt.date(2019, 3, 25), dt.date(2012, 1, 1)])
NOT_RANDOM = {"age", "deceased", "village"}  # they follow from others, or decide nothing


def values(variable: Variable) -> st.SearchStrategy[Any]:
    if variable.kind == "boolean":
        return st.booleans()
    if variable.kind == "choice":
        return st.sampled_from(variable.codes)
    if variable.kind == "multi":
        some = [code for code in variable.codes if code not in variable.exclusive]
        return st.lists(st.sampled_from(some), max_size=2, unique=True)
    if variable.kind in ("date", "partial_date"):
        return st.dates(dt.date(1930, 1, 1), dt.date(2025, 12, 1)).map(dt.date.isoformat)
    return st.sampled_from([0, 1, 11, 12, 60, 3000, 3001, 36000, 100000, 100001, 400000])


def row(level: str) -> st.SearchStrategy[dict[str, Any]]:
    wanted = {*USED, "birth_date", "disability", "welfare", "receives"} - NOT_RANDOM
    every = (*BOOK.variables.values(), *BOOK.derived.values())
    names = [one for one in every if one.level == level and one.name in wanted]
    return st.fixed_dictionaries({}, optional={one.name: values(one) for one in names})


HOMES = row("household")
PEOPLE = st.lists(row("person"), min_size=1, max_size=3).map(
    lambda rows: [{"id": f"p{n}", **one} for n, one in enumerate(rows)]
)
OFFERED = ("due", "may_apply")
OVERTURNING = {
    name
    for one in derivations(BOOK).values()
    if one.variable.presumed or one.name == "student"
    for name in (one.name, *one.expression.inputs)
} - {"age", "birth_date"}
"""What is presumed of someone holds until one of these says otherwise; then more may be open."""
FOLLOWING = set(derivations(BOOK))
"""What follows from other facts is known with them; to state it otherwise is no fact more."""


def outcomes(explanation) -> dict[tuple[str, str | None], Any]:
    return {key: one.outcome for key, one in explanation.judged.items()}


def _added(data) -> tuple[dict[str, Any], ...]:
    """Facts more of a person and of the household."""
    drawn = (data.draw(one) for one in (row("person"), HOMES))
    never = OVERTURNING | FOLLOWING
    return tuple({name: of for name, of in one.items() if name not in never} for one in drawn)


@given(HOMES, PEOPLE, DAYS, st.data())
@SETTINGS
def test_a_fact_more_never_makes_unknown_what_is_settled(home, people, day, data):
    before = outcomes(explain(ALL, Facts(home, people), day, BOOK))
    more, home_more = _added(data)
    added = [{**more, **people[0]}, *people[1:]]  # what was known stays as it was
    facts = Facts({**home_more, **home}, added)
    assume(not impossible(BOOK, facts, day)[1])  # what cannot be is left out, and flagged
    after = outcomes(explain(ALL, facts, day, BOOK))
    for key, outcome in before.items():
        assert outcome == "unknown" or after[key] != "unknown", (key, outcome)


@pytest.mark.parametrize("name", [name for name, one in ALL.items() if one.is_on])
@given(st.data())
@settings(SETTINGS, max_examples=12)
def test_a_fact_more_never_unsettles_a_worked_case(name, data):
    """Drawn facts seldom fulfil a programme; its cases do, each programme in several ways."""
    programme = ALL[name]
    known = {one: ALL[one] for one in (*programme.gateways, name)}
    case = data.draw(st.sampled_from(programme.cases))
    before = outcomes(explain(known, case.facts, case.day, BOOK))
    more, home_more = _added(data)
    persons = [{**more, **one} for one in case.facts.persons[:1]] + [*case.facts.persons[1:]]
    facts = Facts({**home_more, **case.facts.household}, persons)
    assume(not impossible(BOOK, facts, case.day)[1])
    after = outcomes(explain(known, facts, case.day, BOOK))
    for key, outcome in before.items():
        assert outcome == "unknown" or after[key] != "unknown", (key, outcome)


@given(HOMES, st.lists(row("person"), min_size=2, max_size=4), DAYS, st.data())
@SETTINGS
def test_the_order_of_persons_never_matters(home, rows, day, data):
    people = [{"id": f"p{n}", **one} for n, one in enumerate(rows)]
    shuffled = data.draw(st.permutations(people))
    assert as_data(explain(ALL, Facts(home, people), day, BOOK)) == as_data(
        explain(ALL, Facts(home, shuffled), day, BOOK)
    )


@given(HOMES, PEOPLE, DAYS)
@SETTINGS
def test_an_answer_agrees_with_its_conditions(home, people, day):
    for answer in explain(ALL, Facts(home, people), day, BOOK).judged.values():
        held = [one.value for one in answer.conditions]
        if False in held:
            assert answer.outcome == "not_due" and not answer.ask
        elif None in held:
            assert answer.outcome == "unknown"
            assert set(answer.ask) <= set(answer.missing)
        else:
            assert answer.outcome == ("due" if answer.programme.may_be_due else "may_apply")
        assert answer.offered or answer.satang is None


@SETTINGS
@given(HOMES, PEOPLE, DAYS)
def test_one_person_alone_is_answered_what_she_is_among_all(home, people, day):
    facts = Facts(home, people)
    every = explain(ALL, facts, day, BOOK).answers
    for one in people:
        alone = answers_of(one["id"], ALL, facts, day, BOOK)
        assert alone == [answer for answer in every if answer.person == one["id"]]
