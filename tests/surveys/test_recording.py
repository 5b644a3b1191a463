"""Answers are checked, saved one by one, and never lost to somebody else's save."""

from __future__ import annotations

import pytest

from tests import factories
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.surveys import documents, relevance
from wattana.surveys.actions import visits
from wattana.surveys.models import AnswerChange, Visit, VisitPerson

pytestmark = pytest.mark.django_db

ENUMERATOR = factories.viewer("enumerator", user_id=7)


@pytest.fixture
def visit():
    home = factories.household()
    return factories.visit(home)


def answer(visit, variable, value, by=ENUMERATOR, **more):
    return visits.answer(visit=visit.pk, variable=variable, value=value, by=by, **more)


def test_an_answer_is_stored_as_the_codebook_types_it(visit):
    answer(visit, "home_tenure", "เช่า")
    answer(visit, "home_rent", "๑,๕๐๐")
    answer(visit, "tap_water", "true")
    answer(visit, "land_tenure", ["rented", "deed"])
    visit.refresh_from_db()
    assert visit.answers == {
        "home_tenure": "rented",
        "home_rent": 1500,
        "tap_water": True,
        "land_tenure": ["deed", "rented"],
    }


def test_what_is_no_answer_is_refused_and_the_old_answer_stays(visit):
    answer(visit, "members_living", "4")
    with pytest.raises(Invalid):
        answer(visit, "members_living", "four")
    visit.refresh_from_db()
    assert visit.answers == {"members_living": 4}


@pytest.mark.parametrize(
    ("variable", "refused"),
    [("no_such_question", NotFound), ("health", NotFound), ("house_no", Invalid)],
)
def test_only_questions_about_the_household_are_taken_for_it(visit, variable, refused):
    with pytest.raises(refused):
        answer(visit, variable, "1")


def test_a_blank_answer_clears(visit):
    answer(visit, "tap_water", "true")
    answer(visit, "tap_water", "")
    visit.refresh_from_db()
    assert visit.answers == {}


def test_a_skip_takes_the_place_of_the_answer_and_an_answer_that_of_the_skip(visit):
    answer(visit, "tap_water", "true")
    visits.skip(visit=visit.pk, variable="tap_water", reason="refused", by=ENUMERATOR)
    visit.refresh_from_db()
    assert (visit.answers, visit.skips) == ({}, {"tap_water": "refused"})
    answer(visit, "tap_water", "false")
    visit.refresh_from_db()
    assert (visit.answers, visit.skips) == ({"tap_water": False}, {})


def test_a_skip_needs_a_known_reason(visit):
    with pytest.raises(Invalid):
        visits.skip(visit=visit.pk, variable="tap_water", reason="bored", by=ENUMERATOR)


def test_a_member_is_recorded_with_the_visit(visit):
    person = factories.person(visit.household, birth_year=1960, sex="female")
    answer(visit, "health", "normal", person=person.pk)
    answer(visit, "income_month", "3,000.50", person=person.pk)
    row = VisitPerson.objects.get(visit=visit, person=person)
    assert row.answers == {"health": "normal", "income_month": 3000.5}


def test_somebody_of_another_household_cannot_be_recorded(visit):
    stranger = factories.person(factories.household())
    with pytest.raises(NotFound):
        answer(visit, "health", "normal", person=stranger.pk)


def test_two_who_record_at_once_both_keep_their_answers(visit):
    opened_by_both = visit.revision
    first = answer(visit, "tap_water", "true", seen=opened_by_both)
    second = answer(
        visit, "electricity", "metered", seen=opened_by_both,
        by=factories.viewer("tambon_officer", user_id=8),
    )  # fmt: skip
    visit.refresh_from_db()
    assert visit.answers == {"tap_water": True, "electricity": "metered"}
    assert (first.elsewhere, second.elsewhere) == (False, True)


def test_to_the_same_question_the_last_answer_stands_and_the_history_keeps_the_other(visit):
    answer(visit, "tap_water", "true")
    answer(visit, "tap_water", "false", by=factories.viewer("tambon_officer", user_id=8))
    visit.refresh_from_db()
    assert visit.answers == {"tap_water": False}
    kept = AnswerChange.objects.filter(visit=visit).order_by("id")
    assert [(c.old, c.new, c.by) for c in kept] == [(None, True, 7), (True, False, 8)]


def test_the_same_answer_again_changes_nothing(visit):
    answer(visit, "tap_water", "true")
    visit.refresh_from_db()
    before = visit.revision
    answer(visit, "tap_water", "true")
    visit.refresh_from_db()
    assert visit.revision == before
    assert AnswerChange.objects.count() == 1


def test_several_answers_are_saved_as_far_as_they_are_answers(visit):
    saved = visits.record(
        visit=visit.pk,
        edits={"tap_water": "true", "members_living": "many", "home_rent": "-5"},
        by=ENUMERATOR,
    )
    assert set(saved.problems) == {"members_living", "home_rent"}
    visit.refresh_from_db()
    assert visit.answers == {"tap_water": True}


def test_the_open_questions_of_a_table_s_row_are_passed_over_together(visit):
    answer(visit, "debt_sources", ["baac"])
    answer(visit, "debt_outstanding__baac", "100")
    visits.skip_row(
        visit=visit.pk, variable="debt_outstanding__baac", reason="refused", by=ENUMERATOR
    )
    visit.refresh_from_db()
    assert visit.answers["debt_outstanding__baac"] == 100
    assert visit.skips == {"debt_default__baac": "refused", "debt_more__baac": "refused"}
    visits.skip_row(visit=visit.pk, variable="debt_outstanding__baac", reason="", by=ENUMERATOR)
    visit.refresh_from_db()
    assert visit.skips == {}
    assert visit.answers["debt_outstanding__baac"] == 100


def test_the_open_questions_of_a_section_are_passed_over_together(visit):
    answer(visit, "tap_water", "true")
    visits.skip_open(visit=visit.pk, section="physical", reason="refused", by=ENUMERATOR)
    visit.refresh_from_db()
    assert visit.answers == {"tap_water": True}
    assert visit.skips["electricity"] == "refused"
    assert "tap_water" not in visit.skips
    assert "home_rent" not in visit.skips, "a question that is not asked needs no reason"


def test_a_visit_that_was_handed_in_takes_no_answers(visit):
    Visit.objects.filter(pk=visit.pk).update(status="submitted")
    with pytest.raises(Conflict):
        answer(visit, "tap_water", "true")


def test_an_outsider_finds_no_visit(visit):
    with pytest.raises(NotFound):
        answer(visit, "tap_water", "true", by=factories.viewer("enumerator", areas=("330201",)))


def test_who_may_only_look_may_not_record(visit):
    with pytest.raises(Forbidden):
        answer(visit, "tap_water", "true", by=factories.viewer("district_officer"))


def test_sensitive_questions_are_recorded_only_by_who_may_see_them(visit):
    person = factories.person(visit.household)
    partly = factories.viewer("enumerator", permissions=frozenset({"survey.record"}))
    with pytest.raises(Forbidden):
        answer(visit, "health", "normal", person=person.pk, by=partly)


def test_the_counts_of_a_visit_follow_its_answers(visit):
    answer(visit, "home_tenure", "own")
    visit.refresh_from_db()
    asked = visit.asked
    assert visit.answered == 1
    answer(visit, "home_mortgage", "none")
    visit.refresh_from_db()
    assert (visit.asked, visit.answered) == (asked, 2)


def test_what_is_asked_on_request_is_kept_but_never_open(visit):
    person = factories.person(visit.household)
    open_before = relevance.of_one(documents.load(visit)).open
    assert (person.pk, "thai_national") in open_before
    assert {"electricity_bill_month", "died_on"}.isdisjoint(name for _, name in open_before)
    answer(visit, "electricity_bill_month", "280")
    answer(visit, "died_on", "1/9/2568", person=person.pk)
    visit.refresh_from_db()
    assert visit.answers == {"electricity_bill_month": 280} and visit.answered == 2
    assert VisitPerson.objects.get(visit=visit).answers == {"died_on": "2025-09-01"}
