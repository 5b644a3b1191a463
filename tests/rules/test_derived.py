from __future__ import annotations

import datetime as dt

import pytest

from tests.rules import rulebooks
from wattana.kernel.problems import Invalid
from wattana.rules import codebook as codebooks
from wattana.rules.derived import completed, derivations

BOOK = codebooks.load()
DAY = dt.date(2025, 11, 1)


def of_person(person, household=None):
    return completed(BOOK, household or {}, [{"id": "a", **person}], DAY)[1][0]


@pytest.mark.parametrize(
    ("person", "name", "value"),
    [
        ({"birth_date": "1965-11-01"}, "age", 60),
        ({"birth_date": "1965"}, "age", 60),
        ({}, "age", None),
        ({"disability": "with_card"}, "disability_card", True),
        ({"disability": "without_card"}, "disability_card", False),
        ({"disability": "without_card"}, "disabled", True),
        ({"welfare": ["old_age", "welfare_card"]}, "state_welfare_card", True),
        ({"welfare": ["none"]}, "state_welfare_card", False),
        ({}, "state_welfare_card", None),
        ({"registered": "here_away"}, "registered_here", True),
        ({"registered": "elsewhere_lives"}, "registered_here", False),
        ({}, "registered_here", None),
        ({"income_month": 2500}, "income_year", 30000),
        ({"work_status": "working", "occupations": ["crops"]}, "farmer", True),
        ({"work_status": "not_working"}, "farmer", False),
        ({}, "deceased", False),
        ({"died_on": "2025-11-01"}, "deceased", True),
        ({"died_on": "2025-11-02"}, "deceased", False),
        ({}, "lives_with_applicant", True),
        ({"registered": "here_away"}, "lives_with_applicant", None),
        ({}, "in_state_institution", False),
        ({"social_security_section": "section_39"}, "insured_33_or_39", True),
        ({"welfare": ["social_security_33"]}, "insured_33_or_39", True),
        ({"welfare": ["none"], "social_security_section": "none"}, "insured_33_or_39", False),
        ({"health_scheme": "social_security"}, "insured_33_or_39", True),
        ({"health_scheme": "universal_coverage"}, "insured_33_or_39", False),
        ({"welfare": ["none"]}, "insured_33_or_39", None),
        ({"health_scheme": "civil_servant"}, "civil_servant_medical", True),
        ({"adl": 11, "health": "normal"}, "needs_care", True),
        ({"adl": 12}, "needs_care", False),
        ({"health": "chronic"}, "needs_care", False),
        ({"health": "bedridden"}, "needs_care", None),
        ({"work_status": "working", "occupations": ["private_employee"]}, "formal_employee", True),
        ({"work_status": "unemployed"}, "formal_employee", False),
    ],
)  # fmt: skip
def test_what_follows_from_answers_is_not_asked_twice(person, name, value):
    assert of_person(person)[name] == value


def test_what_was_stated_itself_counts():
    assert of_person({"disability": "none", "disability_card": True})["disability_card"] is True


def test_the_household_s_facts_follow_from_its_members_and_theirs_from_it():
    household = {f"farm_{kind}__{branch}": 0 for kind in ("income", "cost")
                 for branch in ("crops", "livestock", "fishery")}  # fmt: skip
    household |= {"nonfarm_income": 70000, "nonfarm_cost": 0, "remittances": 2000}
    people = [{"id": "a", "welfare": ["welfare_card"]}, {"id": "b"}]
    home, _ = completed(BOOK, household, people, DAY)
    assert home["income_per_person_year"] == 36000
    assert home["income_per_person_month"] == 3000
    assert home["has_card_holder"] is True
    lossy = completed(BOOK, household | {"nonfarm_cost": 90000}, people, DAY)[0]
    assert lossy["income_per_person_year"] == 0


def test_each_derived_fact_stands_after_those_it_builds_on():
    placed = list(derivations(BOOK))
    for name, one in derivations(BOOK).items():
        for used in (*one.expression.inputs, *one.expression.member_inputs):
            assert used not in placed or placed.index(used) < placed.index(name)


def test_facts_that_follow_from_one_another_are_refused(tmp_path):
    root = rulebooks.copy(tmp_path)
    rulebooks.change(root, "codebook/derived.yaml", "expression: disability = 'with_card'",
                     "expression: disabled and true")  # fmt: skip
    rulebooks.change(root, "codebook/derived.yaml", "expression: disability <> 'none'",
                     "expression: disability_card or false")  # fmt: skip
    with pytest.raises(Invalid, match="in a circle: disabled → disability_card → disabled"):
        derivations(codebooks.read_codebook(root))


def test_only_derived_facts_have_an_expression(tmp_path):
    root = rulebooks.copy(tmp_path)
    old = "  - name: married\n    kind: boolean\n"
    rulebooks.change(root, "codebook/rights.yaml", old, old + "    expression: age > 20\n")
    with pytest.raises(Invalid, match="only derived facts have an expression"):
        codebooks.read_codebook(root)
