"""Rules that are only tried."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from wattana.kernel.problems import Invalid
from wattana.methods.rights import explain
from wattana.rules import codebook as codebooks
from wattana.rules import programmes as rulebook
from wattana.rules.files import Table
from wattana.rules.programmes import Facts
from wattana.rules.programmes.changing import changed, read_change

DAY = dt.date(2025, 11, 1)
TITLE = {"th": "ลอง", "en": "A trial"}
ELDER = {"id": "a", "birth_date": "1965-01-01", "thai_national": True, "registered_here": True,
         "state_pension": False}  # fmt: skip


def change(**given: Any):
    return read_change(Table({"title": TITLE, **given}, "trial.yaml"))


def answer(programmes, programme: str, household: dict | None = None, person: dict = ELDER):
    facts = Facts(household or {}, [person])
    return explain(programmes, facts, DAY, codebooks.load()).answer(programme, person["id"])


def test_one_figure_takes_the_place_of_all_steps_of_an_amount():
    tried = changed(change(amounts={"old_age_allowance": {"allowance": 1000}}))
    assert answer(rulebook.load(), "old_age_allowance").satang == 60_000
    assert answer(tried, "old_age_allowance").satang == 100_000


def test_only_what_the_change_touches_is_judged_anew():
    assert list(changed(change(amounts={"old_age_allowance": {"allowance": 1000}}))) == [
        "old_age_allowance"
    ]


def test_a_condition_may_be_written_anew():
    younger = ELDER | {"birth_date": "1969-01-01"}
    tried = changed(change(conditions={"old_age_allowance": {"sixty_or_over": "age >= 55"}}))
    assert answer(rulebook.load(), "old_age_allowance", person=younger).outcome == "not_due"
    assert answer(tried, "old_age_allowance", person=younger).outcome == "due"


def test_a_line_of_law_changes_every_programme_that_compares_with_it_and_no_other():
    tried = changed(change(parameters={"poor_student_income_line": 5000}))
    assert set(tried) == {"eef_conditional"}
    line = next(e for e in tried["eef_conditional"].expressions if e.parameters).parameters[0]
    assert line.on(DAY) == 5000
    assert rulebook.desk().parameters["poor_student_income_line"].on(DAY) == 3000


def test_what_is_in_force_stays_as_it_is():
    before = rulebook.load()["old_age_allowance"]
    changed(change(amounts={"old_age_allowance": {"allowance": 1}}))
    assert rulebook.load()["old_age_allowance"] is before
    assert answer(rulebook.load(), "old_age_allowance").satang == 60_000


def test_a_change_is_read_again_from_its_own_data():
    first = change(
        parameters={"poor_student_income_line": 5000},
        amounts={"old_age_allowance": {"allowance": 1000.5}},
        conditions={"old_age_allowance": {"sixty_or_over": "age >= 55"}},
    )
    assert read_change(Table(first.as_data(), "again")) == first


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "nothing is changed"),
        ({"parameters": {"poor_student_line": 1}}, "Write one of: poor_student_income_line"),
        ({"amounts": {"old_age": {"allowance": 1}}}, "“old_age”"),
        ({"amounts": {"old_age_allowance": {"allowances": 1}}}, "allowance"),
        ({"amounts": {"old_age_allowance": {"allowance": -1}}}, "from 0 to"),
        ({"amounts": {"old_age_allowance": {"allowance": "much"}}}, "has to be a number"),
        ({"conditions": {"old_age_allowance": {"sixty": "true"}}}, "sixty_or_over"),
        ({"sums": {}}, "unknown key"),
    ],
)
def test_a_name_or_figure_that_cannot_be_is_named(given, told):
    with pytest.raises(Invalid) as refused:
        change(**given)
    assert told in refused.value.message % refused.value.params


@pytest.mark.parametrize("text", ["age >=", "agee >= 55", "__import__('os')", "age + 1"])
def test_an_expression_with_a_fault_names_programme_and_condition(text):
    with pytest.raises(Invalid) as refused:
        changed(change(conditions={"old_age_allowance": {"sixty_or_over": text}}))
    assert "old_age_allowance, sixty_or_over" in str(refused.value.params)
