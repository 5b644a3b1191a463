"""A visit is begun once a round, handed in with reasons, approved or returned, and opened again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.surveys.actions import visits
from wattana.surveys.models import AnswerChange, Visit

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 3, 1)


@pytest.fixture
def home():
    return factories.household()


@pytest.fixture
def enumerator(home):
    return factories.viewer("enumerator", user_id=7, organization_id=home.owner_id)


@pytest.fixture
def officer(home):
    return factories.viewer("tambon_officer", user_id=8, organization_id=home.owner_id)


def begin(home, by, **more):
    return visits.start(
        household=home.pk, by=by, **{"year": 2025, "round": 1, "surveyed_on": DAY} | more
    )


def handed_in(home, by):
    visit = begin(home, by)
    visits.answer(visit=visit.pk, variable="tap_water", value="true", by=by)
    return visits.submit(visit=visit.pk, open_reason="unknown", by=by)


def test_a_round_has_one_visit_and_its_draft_is_gone_on_with(home, enumerator):
    first = begin(home, enumerator)
    assert begin(home, enumerator).pk == first.pk
    assert begin(home, enumerator, round=2).pk != first.pk
    assert first.asked > 0, "a new visit knows what it will ask"


def test_a_survey_year_of_the_future_is_refused(home, enumerator):
    today = timezone.localdate()
    with pytest.raises(Invalid, match="survey year is in the future"):
        begin(home, enumerator, year=today.year + 1, surveyed_on=today)
    begin(home, enumerator, year=today.year, surveyed_on=today)


def test_a_round_that_was_handed_in_is_not_begun_again(home, enumerator):
    handed_in(home, enumerator)
    with pytest.raises(Conflict):
        begin(home, enumerator)


@pytest.mark.parametrize(
    "wrong",
    [
        {"surveyed_on": dt.date(2200, 1, 1), "year": 2200},
        {"year": 2022},
        {"round": 0},
        {"round": 10},
    ],
)
def test_impossible_rounds_and_days_are_refused(home, enumerator, wrong):
    with pytest.raises(Invalid):
        begin(home, enumerator, **wrong)
    assert not Visit.objects.exists()


def test_a_household_out_of_scope_is_not_found(home):
    with pytest.raises(NotFound):
        begin(home, factories.viewer("enumerator", areas=("330201",)))


def test_a_merged_household_is_not_surveyed(home, enumerator):
    other = factories.household(house_no="2")
    type(home).objects.filter(pk=home.pk).update(status="merged", merged_into=other)
    with pytest.raises(Conflict):
        begin(home, enumerator)


def test_the_operator_may_begin_a_visit_for_the_household_s_owner(home):
    assert begin(home, System()).organization_id == home.owner_id


def test_open_questions_need_a_reason(home, enumerator):
    visit = begin(home, enumerator)
    visits.answer(visit=visit.pk, variable="tap_water", value="true", by=enumerator)
    with pytest.raises(Conflict) as refused:
        visits.submit(visit=visit.pk, by=enumerator)
    assert refused.value.params["count"] > 10
    visits.submit(visit=visit.pk, open_reason="absent", by=enumerator)
    visit.refresh_from_db()
    assert (visit.status, visit.submitted_by) == ("submitted", 7)
    assert visit.skips["electricity"] == "absent"
    assert "tap_water" not in visit.skips


def test_a_visit_without_any_answer_is_not_handed_in(home, enumerator):
    visit = begin(home, enumerator)
    with pytest.raises(Conflict):
        visits.submit(visit=visit.pk, open_reason="refused", by=enumerator)


def test_everybody_who_lives_there_stands_in_a_visit_that_was_handed_in(home, enumerator):
    here = factories.person(home)
    factories.person(home, died_on=DAY - dt.timedelta(days=10))
    visit = handed_in(home, enumerator)
    assert [row.person_id for row in visit.persons.all()] == [here.pk]


def test_who_went_to_another_household_is_left_out_and_her_answers_kept_in_the_history(
    home, enumerator
):
    visit = begin(home, enumerator)
    person = factories.person(home)
    visits.answer(
        visit=visit.pk, variable="work_status", value="working", person=person.pk, by=enumerator
    )
    visits.answer(visit=visit.pk, variable="tap_water", value="true", by=enumerator)
    type(person).objects.filter(pk=person.pk).update(household=factories.household(house_no="9"))
    visits.submit(visit=visit.pk, open_reason="unknown", by=enumerator)
    assert not visit.persons.exists()
    assert AnswerChange.objects.get(variable="work_status", new__isnull=True).old == "working"


def test_handing_in_sets_the_household_s_day_of_survey_and_opening_again_takes_it_back(
    home, enumerator, officer
):
    visit = handed_in(home, enumerator)
    home.refresh_from_db()
    assert home.surveyed_on == DAY
    visits.reopen(visit=visit.pk, by=officer)
    home.refresh_from_db()
    assert home.surveyed_on is None


def test_the_household_s_day_is_that_of_the_latest_visit(home, enumerator):
    begin(home, enumerator, surveyed_on=dt.date(2025, 6, 1), round=2)
    later = Visit.objects.get(round=2)
    visits.answer(visit=later.pk, variable="tap_water", value="true", by=enumerator)
    visits.submit(visit=later.pk, open_reason="unknown", by=enumerator)
    handed_in(home, enumerator)
    home.refresh_from_db()
    assert home.surveyed_on == dt.date(2025, 6, 1)


def test_the_officer_approves(home, enumerator, officer):
    visit = handed_in(home, enumerator)
    with pytest.raises(Forbidden):
        visits.approve(visit=visit.pk, by=enumerator)
    visits.approve(visit=visit.pk, by=officer)
    visit.refresh_from_db()
    assert (visit.status, visit.approved_by) == ("approved", 8)


def colleague(home, role="tambon_officer", **more):
    made = factories.member(role, of=home.owner, **more)
    return factories.viewer(role, user_id=made.user_id, organization_id=home.owner_id)


@pytest.mark.parametrize("part", ["start", "answer", "submit"])
def test_who_took_part_in_recording_does_not_approve(home, enumerator, part):
    officer, other = colleague(home), colleague(home, username="other")
    by = dict.fromkeys(("start", "answer", "submit"), enumerator) | {part: officer}
    visit = begin(home, by["start"])
    visits.answer(visit=visit.pk, variable="tap_water", value="true", by=by["answer"])
    visits.submit(visit=visit.pk, open_reason="unknown", by=by["submit"])
    with pytest.raises(Forbidden, match="Another member"):
        visits.approve(visit=visit.pk, by=officer)
    assert visits.approve(visit=visit.pk, by=other).approved_by == other.user_id
    assert "own_and_alone" not in AuditEvent.objects.get(action="visit.approve").detail


def test_where_nobody_else_can_she_approves_her_own_and_the_audit_says_so(home):
    officer = colleague(home)
    colleague(home, "enumerator")
    gone = factories.member(of=home.owner, username="gone")
    type(gone.user).objects.filter(pk=gone.user_id).update(status="suspended")
    elsewhere = factories.member(of=home.owner, username="elsewhere")
    elsewhere.areas.set([factories.area("33010399")])
    visits.approve(visit=handed_in(home, officer).pk, by=officer)
    assert AuditEvent.objects.get(action="visit.approve").detail["own_and_alone"]


@pytest.mark.parametrize(
    ("setting", "others", "may"),
    [("never", 0, False), ("alone", 1, False), ("always", 1, True)],
)
def test_the_operator_decides_whether_one_approves_ones_own(home, settings, setting, others, may):
    settings.OWN_SURVEYS = setting
    officer = colleague(home)
    for number in range(others):
        colleague(home, username=f"other-{number}")
    visit = handed_in(home, officer)
    if may:
        assert visits.approve(visit=visit.pk, by=officer).status == "approved"
    else:
        with pytest.raises(Forbidden):
            visits.approve(visit=visit.pk, by=officer)


def test_the_officer_returns_with_a_reason_and_the_enumerator_corrects(home, enumerator, officer):
    visit = handed_in(home, enumerator)
    with pytest.raises(Invalid):
        visits.give_back(visit=visit.pk, reason="  ", by=officer)
    visits.give_back(visit=visit.pk, reason="ตรวจรายได้อีกครั้ง", by=officer)
    visits.answer(visit=visit.pk, variable="tap_water", value="false", by=enumerator)
    again = visits.submit(visit=visit.pk, by=enumerator)
    assert (again.status, again.reason) == ("submitted", "")


@pytest.mark.parametrize("step", ["approve", "give_back"])
def test_what_was_not_handed_in_is_neither_approved_nor_returned(home, enumerator, officer, step):
    visit = begin(home, enumerator)
    more = {"reason": "x"} if step == "give_back" else {}
    with pytest.raises(Conflict):
        getattr(visits, step)(visit=visit.pk, by=officer, **more)


def test_an_approved_visit_is_opened_again_by_who_may_approve_only(home, enumerator, officer):
    visit = handed_in(home, enumerator)
    visits.approve(visit=visit.pk, by=officer)
    with pytest.raises(Forbidden):
        visits.reopen(visit=visit.pk, by=enumerator)
    assert visits.reopen(visit=visit.pk, by=officer).approved_at is None


def test_a_household_that_could_not_be_surveyed_keeps_the_reason(home, enumerator):
    visit = begin(home, enumerator)
    with pytest.raises(Invalid):
        visits.could_not_survey(visit=visit.pk, why="lazy", by=enumerator)
    with pytest.raises(Invalid):
        visits.could_not_survey(visit=visit.pk, why="other", by=enumerator)
    visits.could_not_survey(visit=visit.pk, why="moved", note="ไปอยู่ระยอง", by=enumerator)
    visit.refresh_from_db()
    assert (visit.status, visit.not_surveyed, visit.reason) == (
        "not_surveyed", "moved", "ไปอยู่ระยอง",
    )  # fmt: skip
    home.refresh_from_db()
    assert home.surveyed_on is None
    visits.reopen(visit=visit.pk, by=enumerator)
    visit.refresh_from_db()
    assert (visit.status, visit.not_surveyed) == ("draft", "")


def test_each_step_leaves_its_row_in_the_audit_trail(home, enumerator, officer):
    visit = handed_in(home, enumerator)
    visits.give_back(visit=visit.pk, reason="again", by=officer)
    visits.submit(visit=visit.pk, by=enumerator)
    visits.approve(visit=visit.pk, by=officer)
    rows = AuditEvent.objects.filter(kind="visit", object_id=visit.pk).order_by("id")
    assert [row.action for row in rows] == [
        "visit.start", "visit.submit", "visit.return", "visit.submit", "visit.approve",
    ]  # fmt: skip
    assert {row.area_code for row in rows} == {"33010301"}


def test_a_step_that_fails_leaves_nothing(home, enumerator, officer):
    visit = handed_in(home, enumerator)
    before = timezone.now()
    with pytest.raises(Invalid):
        visits.give_back(visit=visit.pk, reason="x" * 301, by=officer)
    visit.refresh_from_db()
    assert visit.status == "submitted"
    assert not AuditEvent.objects.filter(at__gt=before).exists()
