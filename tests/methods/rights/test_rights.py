"""What households are told, by the shipped programmes."""

from __future__ import annotations

import datetime as dt

import pytest

from wattana.methods.rights import explain, standings
from wattana.methods.rights.registering import registrations
from wattana.methods.rights.writing import as_data
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.programmes import Facts

ALL = programmes.load()
BOOK = codebooks.load()
DAY = dt.date(2025, 11, 1)
GRANDMOTHER = {
    "id": "a", "birth_date": "1955-03-02", "sex": "female", "thai_national": True,
    "registered_here": True, "state_pension": False, "disability_card": False,
    "state_welfare_card": True, "receives": ["old_age_allowance"],
}  # fmt: skip
CHILD = {"id": "b", "birth_date": "2022-06-15", "thai_national": True}
HOME = {"income_per_person_year": 36000, "village": "33012201"}


def told(persons, household=None, day=DAY):
    facts = Facts(HOME if household is None else household, persons)
    return explain(ALL, facts, day, BOOK)


def kinds(explanation) -> list[tuple[str, str | None]]:
    return [(one.kind, one.person) for one in explanation.flags]


def test_due_and_received_due_and_missing():
    found = told([GRANDMOTHER, CHILD])
    hers, its = found.answer("old_age_allowance", "a"), found.answer("child_support_grant", "b")
    assert (hers.outcome, hers.received, hers.satang, hers.per) == (
        "due",
        True,
        70_000,
        "person/month",
    )
    assert (its.outcome, its.received, its.satang) == ("due", None, 60_000)
    assert hers.satang_a_year == 840_000
    assert all(one.value is True for one in hers.conditions)
    assert kinds(found) == []


def test_every_programme_that_is_on_answers_for_everybody_and_the_others_say_why_not():
    found = told([GRANDMOTHER, CHILD])
    on = [one for one in ALL.values() if one.is_on]
    expected = {
        (one.id, who) for one in on for who in ([None] if one.level == "household" else ["a", "b"])
    }
    assert {(one.programme.id, one.person) for one in found.answers} == expected
    assert {one.id for one in found.off} == {one.id for one in ALL.values() if not one.is_on}
    assert all(one.why_off for one in found.off)


def test_discretionary_aid_is_never_due():
    for one in told([GRANDMOTHER, CHILD]).answers:
        if one.programme.legal_class in ("discretionary", "loan", "service", "insurance"):
            assert one.outcome != "due"


def test_a_false_condition_settles_it_whatever_else_is_missing():
    answer = told([{"id": "a", "birth_date": "1990-01-01"}]).answer("old_age_allowance", "a")
    assert (answer.outcome, answer.fails, answer.ask) == ("not_due", ["sixty_or_over"], [])


def test_unknown_says_all_that_is_missing_and_what_to_ask():
    answer = told([{"id": "a", "birth_date": "1950-01-01"}]).answer("old_age_allowance", "a")
    assert answer.outcome == "unknown"
    names = [one.variable for one in answer.missing]
    assert names == [one.variable for one in answer.ask]
    assert set(names) == {"thai_national", "state_pension", "registered_here"}


def test_an_unknown_age_is_asked_as_the_date_of_birth():
    answer = told([{**GRANDMOTHER, "birth_date": None}]).answer("old_age_allowance", "a")
    assert [one.variable for one in answer.ask] == ["birth_date"]


def test_amounts_are_those_in_force_on_the_day():
    for day, satang in ((dt.date(2011, 9, 30), 50_000), (dt.date(2011, 10, 1), 60_000),
                        (dt.date(2022, 4, 1), 70_000), (dt.date(2022, 10, 1), 60_000)):  # fmt: skip
        person = {**GRANDMOTHER, "birth_date": f"{day.year - 62}-01-01"}
        assert told([person], day=day).answer("old_age_allowance", "a").satang == satang


def test_the_day_before_a_programme_began_there_is_none():
    person = {**GRANDMOTHER, "birth_date": "1930-01-01"}
    answer = told([person], day=dt.date(2009, 3, 31)).answer("old_age_allowance", "a")
    assert (answer.outcome, answer.fails) == ("not_due", ["in_force"])


def test_the_card_is_opened_before_the_allowance():
    disabled = {**GRANDMOTHER, "disability_certified": True}
    answer = told([disabled]).answer("disability_allowance", "a")
    assert answer.outcome == "not_due"
    assert [one.programme.id for one in answer.open_first] == ["disability_card"]
    without = told([{**GRANDMOTHER, "disability_certified": False}])
    assert without.answer("disability_allowance", "a").open_first == []


def test_a_gateway_is_not_offered_where_another_condition_fails():
    disabled = {**GRANDMOTHER, "disability_certified": True, "registered_here": False}
    assert told([disabled]).answer("disability_allowance", "a").open_first == []


def test_the_survey_s_answers_say_what_is_received():
    person = {**GRANDMOTHER, "receives": None, "welfare": ["old_age"]}
    assert told([person]).answer("old_age_allowance", "a").received is True
    person["welfare"] = ["none"]
    assert told([person]).answer("old_age_allowance", "a").received is False
    del person["welfare"]
    assert told([person]).answer("old_age_allowance", "a").received is None


def test_the_dead_have_no_living_allowance_and_one_that_is_paid_is_flagged():
    dead = {**GRANDMOTHER, "died_on": "2025-09-15"}
    found = told([dead])
    answer = found.answer("old_age_allowance", "a")
    assert (answer.outcome, answer.fails) == ("not_due", ["alive"])
    assert ("dead_and_receiving", "a") in kinds(found)
    assert found.answer("elderly_funeral", "a").outcome in ("due", "may_apply", "unknown")


@pytest.mark.parametrize(
    ("fact", "value", "kind"),
    [
        ("birth_date", "1880-01-01", "too_old"),
        ("birth_date", "2026-01-01", "not_born"),
        ("age", 125, "too_old"),
        ("died_on", "1950-01-01", "died_before_birth"),
    ],
)
def test_what_cannot_be_is_flagged_and_never_decides(fact, value, kind):
    person = {**GRANDMOTHER, fact: value}
    if fact == "age":
        del person["birth_date"]
    found = told([person])
    answer = found.answer("old_age_allowance", "a")
    assert (kind, "a") in kinds(found)
    assert answer.outcome == "unknown" and [one.variable for one in answer.ask] == ["birth_date"]


def test_facts_that_contradict_are_flagged_and_named():
    person = {**GRANDMOTHER, "disability": "with_card"}
    flags = [one for one in told([person]).flags if one.kind == "contradiction"]
    assert [one.variables for one in flags] == [("disability_card", "disability")]
    assert told([{**GRANDMOTHER, "in_state_institution": True}]).flags == []


def test_a_household_s_programme_has_no_person():
    for one in told([GRANDMOTHER, CHILD]).answers:
        assert (one.person is None) == (one.programme.level == "household")


def test_the_answer_as_data_has_the_published_shape():
    data = as_data(told([GRANDMOTHER, CHILD]))
    assert data["on"] == "2025-11-01"
    core = ("programme", "person", "outcome", "received", "amount", "per", "conditions", "ask")
    for one in data["results"]:
        assert tuple(one)[:8] == core
        for condition in one["conditions"]:
            assert {"name", "value", "law"} <= set(condition)
    first = next(
        o for o in data["results"] if (o["programme"], o["person"]) == ("old_age_allowance", "a")
    )
    assert (first["amount"], first["per"], first["amount_a_year"]) == (700, "person/month", 8400)
    assert [one["fits"] for one in first["windows"]] == [True, True]
    assert first["wording"]["th"] and first["arrears"]["rule"] == "none"


def test_what_a_fact_follows_from_is_what_the_survey_asks():
    found = told([{"id": "a", "birth_date": "1950-01-01", "welfare": ["none"]}], household={})
    answer = found.answer("old_age_allowance", "a")
    asked = {one.variable: found.questions(one) for one in answer.ask}
    assert [one.variable for one in asked["registered_here"]] == ["registered"]
    assert [one.variable for one in asked["state_pension"]] == ["state_pension"]
    child = told([CHILD], household={"nonfarm_income": 0, "nonfarm_cost": 0, "remittances": 0})
    (income,) = child.answer("child_support_grant", "b").ask
    names = [one.variable for one in child.questions(income)]
    assert len(names) == 6 and all(one.startswith(("farm_income", "farm_cost")) for one in names)


def test_what_is_missing_is_what_is_due_and_said_not_to_be_received():
    totals = told([{**GRANDMOTHER, "receives": []}, CHILD]).totals
    assert totals.missing >= 840_000 and totals.received == 0
    assert totals.receipt_unknown >= 720_000, "nobody said what the child receives"
    assert totals.due == totals.received + totals.missing + totals.receipt_unknown
    assert told([GRANDMOTHER]).totals.received >= 840_000


def test_a_window_says_whom_it_fits_and_whether_it_is_open():
    data = as_data(told([{**GRANDMOTHER, "birth_date": "1966-10-01"}]))
    mine = next(one for one in data["results"] if one["programme"] == "old_age_allowance")
    assert [(one["fits"], one["open"]) for one in mine["windows"]] == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("day", "state", "window"),
    [
        ("2025-10-01", "open", "2570"),
        ("2025-11-30", "open", "2570"),
        ("2025-12-01", "ahead", "2570"),
        ("2026-10-01", "over", "2570"),
        ("2024-11-30", "open", "2569"),
    ],
)
def test_registration_is_open_or_comes_or_is_over(day, state, window):
    person = {**GRANDMOTHER, "receives": ["none"]}
    found = told([person], day=dt.date.fromisoformat(day))
    answer = found.answer("old_age_allowance", person["id"])
    (one,) = registrations(answer, found.day)
    assert (one.state, window in one.window.label.th) == (state, True)


def test_who_receives_it_need_not_register():
    found = told([GRANDMOTHER])
    answer = found.answer("old_age_allowance", GRANDMOTHER["id"])
    assert answer.received and registrations(answer, found.day) == []


@pytest.mark.parametrize(
    ("changes", "states"),
    [
        ({}, ["open"]),
        ({"state_pension": True}, []),
        ({"birth_date": "1967-09-02"}, []),
    ],
)
def test_who_is_fifty_nine_is_told_to_register_if_only_the_age_is_lacking(changes, states):
    person = {**GRANDMOTHER, "receives": ["none"], "birth_date": "1967-09-01"} | changes
    found = told([person], day=dt.date(2026, 9, 30))
    some = registrations(found.answer("old_age_allowance", person["id"]), found.day)
    assert [one.state for one in some] == states
    assert {one.window.paid_from for one in some} <= {dt.date(2026, 10, 1)}


def test_the_round_of_the_state_welfare_card_is_over():
    data = as_data(told([{"id": "a", "age": 40, "thai_national": True}]))
    card = next(one for one in data["results"] if one["programme"] == "state_welfare_card")
    assert [(one["state"], one["from"], one["to"]) for one in card["registration"]] == [
        ("over", "2022-09-05", "2022-10-31")
    ]
    while_open = as_data(
        told([{"id": "a", "age": 40, "thai_national": True}], day=dt.date(2022, 10, 31))
    )
    card = next(one for one in while_open["results"] if one["programme"] == "state_welfare_card")
    assert [one["state"] for one in card["registration"]] == ["open"]


def test_who_holds_a_card_has_received_it():
    found = told([GRANDMOTHER])
    assert found.answer("state_welfare_card", "a").received is True, "though not among `receives`"
    assert found.answer("disability_card", "a").received is False
    registered = told([{"id": "a", "farmer_registered": True}])
    assert registered.answer("farmer_registration", "a").received is True


def test_the_old_and_the_very_young_are_not_asked_about_school():
    for born, outcome in (
        ("1955-03-02", "not_due"),
        ("2024-01-01", "not_due"),
        ("2015-01-01", "unknown"),
    ):
        answer = told([{"id": "a", "birth_date": born}]).answer("school_lunch", "a")
        assert answer.outcome == outcome
    pupil = {"id": "a", "birth_date": "1955-03-02", "studying_level": "primary"}
    assert told([pupil]).answer("school_lunch", "a").outcome == "due"


def test_the_standings_are_those_of_the_explanation_without_its_reasons():
    for one in ALL.values():
        for case in one.cases:
            explained = explain(ALL, case.facts, case.day, BOOK)
            wanted = [(answer.outcome, answer.received) for answer in explained.answers]
            on = [programme for programme in ALL.values() if programme.is_on]
            assert list(standings(on, case.facts, case.day, BOOK)) == wanted
