"""Visits that come in by the thousand are those that a screen would have made."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import factories
from wattana.kernel.problems import Conflict, Forbidden, NotFound
from wattana.rules import codebook as codebooks
from wattana.surveys.actions import visits
from wattana.surveys.actions.bulk import BulkPerson, BulkVisit
from wattana.surveys.models import AnswerChange, Visit, VisitPerson

pytestmark = pytest.mark.django_db

OFFICER = factories.viewer("tambon_officer", user_id=8)
DAY = dt.date(2025, 3, 1)
HOUSEHOLD = {
    "home_tenure": "เช่า",
    "home_rent": "900",
    "tap_water": "มี",
    "debt_sources": "ธ.ก.ส.",
    "debt_outstanding__baac": "20,000",
    "debt_outstanding__gsb": "5",
}
PERSON = {
    "health": "ปกติ",
    "work_status": "ทำงาน",
    "occupations": "ประมง; พืชเกษตร",
    "income_month": "๓,๐๐๐.๕๐",
    "skills": "ช่าง",
    "education_status": "ไปเรียนสม่ำเสมอ",
}


def parsed(raw):
    codebook = codebooks.load()
    return {name: codebook.parse(name, value) for name, value in raw.items()}


def row(home, person=None, *, digest=1, **answers):
    people = [BulkPerson(person.pk, parsed(PERSON))] if person else []
    given = parsed(HOUSEHOLD | answers)
    return BulkVisit(home.pk, 2025, 1, DAY, given, people, digest=digest)


def save(*rows, **more):
    organization = Visit.organization.field.related_model.objects.first().pk
    return visits.save_many(iter(rows), **{"by": OFFICER, "organization": organization} | more)


def test_screen_and_file_make_the_same_documents():
    typed, filed = factories.household(house_no="1"), factories.household(house_no="2")
    at_screen = factories.person(typed, birth_year=1980, sex="male")
    in_file = factories.person(filed, birth_year=1980, sex="male")
    officer = factories.viewer("tambon_officer", organization_id=typed.owner_id)
    visit = visits.start(household=typed.pk, year=2025, round=1, surveyed_on=DAY, by=officer)
    for name, value in HOUSEHOLD.items():
        visits.answer(visit=visit.pk, variable=name, value=value, by=OFFICER)
    for name, value in PERSON.items():
        visits.answer(visit=visit.pk, variable=name, value=value, person=at_screen.pk, by=OFFICER)
    save(row(filed, in_file))
    fields = ("answers", "skips", "set_aside", "asked", "answered", "codebook_version")
    one, other = (Visit.objects.values(*fields).get(household=home) for home in (typed, filed))
    assert one == other
    assert one["set_aside"] == {"debt_outstanding__gsb": 5}
    documents = [
        VisitPerson.objects.values("answers", "skips", "set_aside").get(person=person)
        for person in (at_screen, in_file)
    ]
    assert documents[0] == documents[1]
    assert documents[0]["set_aside"] == {"education_status": "regular"}, "at 45 it is not asked"


def test_a_file_s_visit_counts_as_approved_and_sets_the_day_of_survey():
    home = factories.household()
    counts = save(row(home))
    visit = Visit.objects.get()
    assert (counts.created, counts.updated, counts.unchanged) == (1, 0, 0)
    assert (visit.status, visit.created_by, visit.submitted_by) == ("approved", 8, 8)
    assert visit.submitted_at is not None and visit.instance_id is not None
    assert visit.approved_by == 8
    home.refresh_from_db()
    assert home.surveyed_on == DAY


def test_the_same_file_again_changes_nothing():
    home = factories.household()
    save(row(home))
    before = Visit.objects.values().get()
    counts = save(row(home))
    assert (counts.created, counts.updated, counts.unchanged) == (0, 0, 1)
    assert Visit.objects.values().get() == before


def test_a_corrected_row_replaces_answers_and_the_history_keeps_the_old_ones():
    home = factories.household()
    person = factories.person(home, birth_year=1980)
    save(row(home))
    counts = save(row(home, person, digest=2, home_rent="1200"))
    assert (counts.updated, counts.unchanged) == (1, 0)
    assert Visit.objects.get().answers["home_rent"] == 1200
    assert VisitPerson.objects.get().answers["work_status"] == "working"
    change = AnswerChange.objects.get(variable="home_rent")
    assert (change.old, change.new, change.by) == (900, 1200, 8)


def test_what_a_file_does_not_mention_stays():
    home = factories.household()
    visit = factories.visit(home)
    visits.answer(visit=visit.pk, variable="electricity", value="metered", by=OFFICER)
    save(row(home))
    visit.refresh_from_db()
    assert visit.answers["electricity"] == "metered"
    assert visit.answers["tap_water"] is True
    assert visit.status == "draft", "what is being recorded is not handed in by a file"


def test_a_file_may_survey_who_could_not_be_surveyed():
    home = factories.household()
    visit = factories.visit(home, status="not_surveyed", not_surveyed="away")
    save(row(home))
    visit.refresh_from_db()
    assert (visit.status, visit.not_surveyed) == ("approved", "")


def test_a_household_out_of_scope_stops_the_whole_file():
    inside, outside = factories.household(), factories.household("33020101")
    with pytest.raises(NotFound):
        save(row(inside), row(outside))
    assert not Visit.objects.exists()


def test_who_may_not_import_may_not_save_many():
    with pytest.raises(Forbidden):
        save(row(factories.household()), by=factories.viewer("enumerator"))


def batch():
    organization = factories.organization()
    return Visit.batch.field.related_model.objects.create(
        organization=organization, kind="five_capitals", year=2025, file_name="a.csv",
        file_sha256="0" * 64,
    )  # fmt: skip


def test_a_batch_is_taken_back_whole():
    created, changed = factories.household(house_no="1"), factories.household(house_no="2")
    person = factories.person(changed, birth_year=1980)
    save(row(changed, person))
    before = Visit.objects.values("answers", "asked", "answered").get()
    file = batch()
    save(row(created), row(changed, person, digest=2, home_rent="1200"), batch=file.pk)
    counts = visits.undo_many(batch=file.pk, by=OFFICER)
    assert (counts.created, counts.updated) == (1, 1)
    assert Visit.objects.values("answers", "asked", "answered").get() == before
    created.refresh_from_db()
    assert created.surveyed_on is None
    assert save(row(changed, person, digest=2, home_rent="1200")).updated == 1


def test_a_batch_in_which_somebody_recorded_stays():
    home, file = factories.household(), batch()
    save(row(home), batch=file.pk)
    visit = Visit.objects.get()
    visits.reopen(visit=visit.pk, by=OFFICER)
    visits.answer(visit=visit.pk, variable="tap_water", value="false", by=OFFICER)
    with pytest.raises(Conflict):
        visits.undo_many(batch=file.pk, by=OFFICER)
    assert Visit.objects.count() == 1


def test_an_answer_changed_after_the_batch_is_not_taken_back():
    home, file = factories.household(), batch()
    visit = factories.visit(home)
    visits.answer(visit=visit.pk, variable="home_tenure", value="own", by=OFFICER)
    save(row(home), batch=file.pk)
    visits.answer(visit=visit.pk, variable="tap_water", value="false", by=OFFICER)
    visits.undo_many(batch=file.pk, by=OFFICER)
    visit.refresh_from_db()
    assert visit.answers == {"home_tenure": "own", "tap_water": False}


def test_the_number_of_statements_does_not_grow_with_the_file(django_assert_max_num_queries):
    homes = [factories.household(house_no=str(n)) for n in range(60)]
    people = [factories.person(home, birth_year=1980) for home in homes]
    rows = [row(home, person) for home, person in zip(homes, people, strict=True)]
    with django_assert_max_num_queries(10):
        save(*rows)
