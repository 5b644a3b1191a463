"""Questions that an earlier answer rules out are not asked; what was answered is kept aside."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import factories
from wattana.rules import codebook as codebooks
from wattana.rules import parameters
from wattana.rules.expressions import compile  # noqa: A004
from wattana.surveys import relevance
from wattana.surveys.actions import visits
from wattana.surveys.documents import Document, Member, Part

ENUMERATOR = factories.viewer("enumerator")


def document(answers=None, **member_answers):
    members = {}
    if member_answers:
        facts = {"age": member_answers.pop("age", 40), "sex": "male"}
        members[1] = Member(1, facts, Part(member_answers))
    return Document(dt.date(2025, 3, 1), Part(answers or {}), members)


def test_every_question_depends_only_on_what_stands_before_it():
    codebook = codebooks.load()
    order = {name: at for at, name in enumerate(codebook.variables)}
    for variable in codebook.variables.values():
        if variable.relevant:
            rule = compile(
                variable.relevant, codebook=codebook, level=variable.level, place=variable.name,
                parameters=parameters.load(), wanted="boolean",
            )  # fmt: skip
            for name in rule.inputs:
                assert name in codebook.derived or order[name] < order[variable.name], variable.name


def test_a_question_waits_for_the_one_before_it():
    asked = relevance.of_one(document())
    assert "home_rent" in asked.hidden[None]
    assert "home_tenure" not in asked.hidden[None]


def test_the_answer_before_it_asks_it():
    asked = relevance.of_one(document({"home_tenure": "rented"}))
    assert "home_rent" not in asked.hidden[None]
    assert "home_mortgage" in asked.hidden[None]


def test_only_the_lenders_that_were_chosen_are_asked_about():
    asked = relevance.of_one(document({"debt_sources": ["baac"]}))
    assert "debt_outstanding__baac" not in asked.hidden[None]
    assert "debt_outstanding__informal" in asked.hidden[None]


def test_an_unknown_age_asks_and_a_known_one_decides():
    assert "skills" in relevance.of_one(document(age=10)).hidden[1]
    assert "skills" not in relevance.of_one(document(age=20)).hidden[1]
    assert "skills" not in relevance.of_one(document(age=None)).hidden[1]


def test_an_answer_whose_question_before_is_missing_stays():
    """A file may give the rent without the ownership."""
    asked = relevance.of_one(document({"home_rent": 900}))
    assert "home_rent" not in asked.hidden[None]


def test_what_depends_on_a_ruled_out_question_is_ruled_out_too():
    """No land to work: so no disaster at the land, and no frequency of one."""
    given = document(
        {"land_tenure": ["none"], "work_hazards": ["flood"], "work_hazard_frequency__flood": "once"}
    )
    relevance.settle_many([given])
    assert given.household.answers == {"land_tenure": ["none"]}
    assert set(given.household.set_aside) == {"work_hazards", "work_hazard_frequency__flood"}


def test_a_free_row_counts_only_when_its_name_is_written():
    asked = relevance.of_one(document({"subsistence_use": True}))
    assert "subsistence_distance__first" not in asked.hidden[None]
    assert "subsistence_distance__first" not in asked.open_of(None)
    named = relevance.of_one(document({"subsistence_use": True, "subsistence_name__first": "เห็ด"}))
    assert "subsistence_distance__first" in named.open_of(None)
    assert "subsistence_distance__second" not in named.open_of(None)


def test_counts_are_of_what_is_asked():
    asked = relevance.of_one(document({"home_tenure": "rented"}))
    progress = asked.of_section("physical")
    assert progress.answered == 1
    assert progress.open == progress.asked - 1
    assert asked.total.asked > progress.asked


@pytest.mark.django_db
def test_an_answer_that_is_ruled_out_is_set_aside_and_comes_back():
    visit = factories.visit(factories.household())

    def answer(variable, value):
        visits.answer(visit=visit.pk, variable=variable, value=value, by=ENUMERATOR)
        visit.refresh_from_db()

    answer("home_tenure", "rented")
    answer("home_rent", "900")
    answer("home_tenure", "own")
    assert visit.answers == {"home_tenure": "own"}
    assert visit.set_aside == {"home_rent": 900}
    answer("home_tenure", "rented")
    assert visit.answers == {"home_tenure": "rented", "home_rent": 900}
    assert visit.set_aside == {}


@pytest.mark.django_db
def test_the_age_is_that_of_the_day_of_the_visit():
    home = factories.household()
    visit = factories.visit(home, year=2025, surveyed_on=dt.date(2025, 3, 1))
    child = factories.person(home, birth_year=2010, birth_month=3, birth_day=2)
    visits.answer(
        visit=visit.pk, variable="skills", value=["craft"], person=child.pk, by=ENUMERATOR
    )
    row = visit.persons.get()
    assert (row.answers, row.set_aside) == ({}, {"skills": ["craft"]}), "14 on that day, not 15"
