"""Surveys that come from files: the same documents that the screens make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.registry.imports.tables import OPERATOR, bring, check, faults, table
from wattana.kernel.problems import Conflict, Invalid
from wattana.kernel.sealing import Keyring
from wattana.registry.imports import actions, checking, queries
from wattana.registry.imports.checking import Note
from wattana.registry.models import Household, Person
from wattana.rules import codebook as codebooks
from wattana.rules import expressions
from wattana.rules.doubts import of_level, raised
from wattana.rules.variables import Doubt
from wattana.surveys import doubtful_rows
from wattana.surveys.models import AnswerChange, Visit, VisitPerson

pytestmark = pytest.mark.django_db
BOOK = codebooks.load()

HEADER = ["HC", "ครั้งที่สำรวจ", "วันที่สำรวจ", "electricity", "nonfarm_income", "ที่ทำกิน"]
ONE = ["HC1", "1", "1/5/2568", "มีมิเตอร์", "12,000", "โฉนดของตนเอง; เช่า"]


@pytest.fixture(autouse=True)
def home() -> Household:
    factories.organization()
    return factories.household("33010301", household_code="HC1")


@pytest.fixture(autouse=True)
def in_english_with_keys(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.KEYS_FILE = tmp_path / "keys.json"
    Keyring.create(settings.KEYS_FILE)
    with translation.override("en"):
        yield


def survey(*rows: list[str], header: list[str] = HEADER, **more: Any) -> Any:
    return bring(table(header, *rows), "five_capitals", **more)


def reason(*rows: list[str], header: list[str] = HEADER) -> str:
    batch, _ = check(table(header, *rows), "five_capitals")
    found = [fault for fault in faults(batch) if fault.row == len(rows) + 1]
    assert len(found) == 1, found
    return f"{found[0].column}: {found[0].reason}"


def test_a_row_becomes_a_visit_with_typed_answers(home: Household):
    batch, report = survey(ONE)
    visit = Visit.objects.get()
    assert (visit.household_id, visit.year, visit.round, visit.batch_id) == (
        home.pk, 2025, 1, batch.pk,
    )  # fmt: skip
    assert visit.surveyed_on.isoformat() == "2025-05-01"
    assert visit.answers["electricity"] == "metered"
    assert visit.answers["nonfarm_income"] == 12000
    assert report.counts.created == 1
    home.refresh_from_db()
    assert home.surveyed_on == visit.surveyed_on


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", ["own meter", "12,000"]), ("th", ["มีมิเตอร์", "12,000"])],
)
def test_the_first_answers_are_told_in_words_before_the_commit(language, told):
    batch, _ = check(table(HEADER, ONE), "five_capitals")
    with translation.override(language), actions.report_of(batch, OPERATOR) as job:
        headings, rows = queries.preview(job)
    asked = [BOOK.variable(name) for name in ("electricity", "nonfarm_income")]
    labels = [one.label_th if language == "th" else one.label_en for one in asked]
    row = dict(zip(headings, rows[0][1:], strict=True))
    assert [row[label] for label in labels] == told
    assert not Visit.objects.exists()


def test_a_note_on_the_whole_file_names_no_line():
    batch, _ = check(table(["HC", "electricity"], ["HC1", "มีมิเตอร์"]), "five_capitals")
    with actions.report_of(batch, OPERATOR) as job:
        note = next(one.told() for one in checking.notes(job) if "all rows" in one.message)
    assert "is taken for all rows" in note["reason"]
    shown = render_to_string("registry/imports/parts/lines.html", {"note": note})
    assert shown.strip() == ""
    assert "line 4" in render_to_string(
        "registry/imports/parts/lines.html", {"note": note | {"rows": [4]}}
    )


def test_an_answer_that_the_codebook_does_not_know_is_refused():
    text = reason([*ONE[:3], "ไม่แน่ใจนะ", *ONE[4:]])
    assert text.startswith("electricity: ") and "metered" in text
    assert reason([*ONE[:4], "-5", ONE[5]]).startswith("nonfarm_income: ")


def test_a_missing_answer_stays_absent():
    survey([*ONE[:3], "", "-", ""])
    assert Visit.objects.get().answers == {}


def test_people_of_the_row_are_answered_about(home: Household):
    header = ["HC", "วันที่สำรวจ", "ชื่อ", "สกุล", "เพศ", "วันเกิด", "สุขภาพ", "A17", "electricity"]
    survey(
        ["HC1", "1/5/2568", "สมหญิง", "ใจดี", "หญิง", "2508", "ปกติ", "9000", "ไม่มี"],
        ["HC1", "1/5/2568", "ก้อง", "ใจดี", "ชาย", "2545", "ปกติ", "", ""],
        header=header,
    )
    assert Visit.objects.get().answers["electricity"] == "none"
    answered = VisitPerson.objects.get(person__first_name="สมหญิง")
    assert answered.answers["income_month"] == 9000
    assert answered.person.household_id == home.pk
    assert VisitPerson.objects.count() == Person.objects.count() == 2


def test_rows_of_one_visit_must_agree_about_the_household():
    header = ["HC", "ชื่อ", "สกุล", "electricity"]
    text = reason(["HC1", "ก", "ข", "ไม่มี"], ["HC1", "ค", "ข", "มีมิเตอร์"], header=header)
    assert text.startswith("electricity: Line 2 answers")


def test_a_household_stands_in_a_round_once():
    assert reason(ONE, ONE).endswith("Keep one row.")


def test_answers_about_nobody_are_refused():
    header = ["HC", "ชื่อ", "สกุล", "A17"]
    assert "does not say about whom" in reason(["HC1", "", "", "9000"], header=header)


def test_rounds_of_one_file_are_visits_of_the_same_people():
    header = ["HC", "ครั้งที่สำรวจ", "เลขบัตรประชาชน", "ชื่อ", "สกุล", "A17"]
    survey(
        ["HC1", "1", "9330100001018", "ก", "ข", "1000"],
        ["HC1", "2", "9330100001018", "ก", "ข", "2000"],
        header=header,
    )
    assert (Visit.objects.count(), Person.objects.count(), VisitPerson.objects.count()) == (2, 1, 2)


def test_the_second_time_nothing_changes():
    survey(ONE)
    before = Visit.objects.values().get()
    _, report = survey(ONE)
    assert (report.counts.created, report.counts.updated, report.counts.unchanged) == (0, 0, 1)
    assert Visit.objects.values().get() == before


def test_a_household_that_the_registry_does_not_have_is_told_before_it_is_entered():
    header = ["บ้านเลขที่", "รหัสหมู่บ้าน", "วันที่สำรวจ", "electricity"]
    factories.household("33010301", house_no="7")
    rows = table(header, ["7", "33010301", "1/5/2568", "ไม่มี"], ["8", "33010301", "1/5/2568", "ไม่มี"])
    batch, _ = check(rows, "five_capitals")
    assert [(one.row, one.column) for one in faults(batch, "warnings")] == [(3, "บ้านเลขที่")]


def test_a_changed_answer_is_kept_in_the_history():
    survey(ONE)
    batch, report = survey([*ONE[:3], "ไม่มี", *ONE[4:]])
    assert (report.counts.created, report.counts.updated) == (0, 1)
    change = AnswerChange.objects.get()
    assert (change.old, change.new, change.batch_id) == ("metered", "none", batch.pk)


def test_an_undone_survey_leaves_nothing():
    batch, _ = survey(ONE)
    actions.undo(batch=batch, by=OPERATOR)
    assert not Visit.objects.exists()


def test_a_survey_that_somebody_went_on_with_cannot_be_undone():
    batch, _ = survey(ONE)
    Visit.objects.update(revision=2)
    with pytest.raises(Conflict):
        actions.undo(batch=batch, by=OPERATOR)
    assert Visit.objects.exists()


def test_without_a_day_the_end_of_the_year_is_taken_and_told():
    batch, _ = check(table(["HC", "electricity"], ["HC1", "ไม่มี"]), "five_capitals", year=2024)
    assert "31 Dec 2024" in faults(batch, "warnings")[0].reason


def test_a_file_without_any_answer_is_unusable():
    with pytest.raises(Invalid, match="No column holds an answer"):
        check(table(["HC", "วันที่สำรวจ"], ["HC1", "1/5/2568"]), "five_capitals")


SAVINGS = ["HC", "วันที่สำรวจ", "saving__cash", "saving__deposit", "saving__bonds", "expense__food"]
SAVING_ROWS = [
    ["HC1", "1/5/2568", "500", "", "ไม่ทราบ", "3000"],
    ["HC2", "1/5/2568", "", "", "", ""],
]
NONE = {"columns": dict(zip(SAVINGS, ["household_code", "surveyed_on", *SAVINGS[2:]], strict=True)),
        "blank_means_none": ["saving"]}  # fmt: skip


def saved(mapping: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    factories.household("33010301", household_code="HC2", house_no="2")
    rows = [*SAVING_ROWS[:1], [*SAVING_ROWS[1][:5], "100"]]
    batch, _ = survey(*rows, header=SAVINGS, mapping=mapping)
    first = Visit.objects.get(household__household_code="HC1").answers
    second = Visit.objects.get(household__household_code="HC2").answers
    return batch, {"first": first, "second": second}


def test_blank_amounts_are_unknown_unless_the_import_is_told_otherwise(home: Household):
    batch, answers = saved(NONE | {"blank_means_none": []})
    assert answers["first"] == {"saving__cash": 500, "expense__food": 3000}
    assert batch.notes == []


def test_blank_amounts_of_a_group_may_mean_none_where_a_line_of_it_is_filled(home: Household):
    batch, answers = saved(NONE)
    first = answers["first"]
    assert (first["saving__deposit"], first["saving__other"]) == (0, 0), "also without a column"
    assert "saving__bonds" not in first, "what is not known stays unknown"
    assert "expense__goods" not in first, "another group was not meant"
    assert answers["second"] == {"expense__food": 100}, "nothing was said of savings"
    assert batch.mapping["blank_means_none"] == ["saving"]
    assert [(one["count"], one["rows"]) for one in batch.notes] == [(1, [2])]


def test_amounts_of_one_visit_in_several_rows_do_not_contradict_each_other(home: Household):
    header = [*SAVINGS[:4], "ชื่อ"]
    mapping = {"columns": {"HC": "household_code", "วันที่สำรวจ": "surveyed_on",
                           "saving__cash": "saving__cash", "saving__deposit": "saving__deposit",
                           "ชื่อ": "first_name"},
               "blank_means_none": ["saving"]}  # fmt: skip
    rows = [["HC1", "1/5/2568", "500", "", "ก"], ["HC1", "1/5/2568", "", "70", "ข"]]
    survey(*rows, header=header, mapping=mapping)
    answers = Visit.objects.get().answers
    assert (answers["saving__cash"], answers["saving__deposit"]) == (500, 70)
    assert answers["saving__bonds"] == 0


def test_a_group_that_there_is_not_is_named_with_those_there_are(home: Household):
    with pytest.raises(Invalid, match="expense, saving"):
        check(table(SAVINGS, SAVING_ROWS[0]), "five_capitals", NONE | {"blank_means_none": ["x"]})


def test_a_survey_year_of_the_future_rejects_the_row(home: Household):
    this = timezone.localdate()
    row = ["HC1", str(this.year + 544), f"{this:%d/%m/%Y}", "มีมิเตอร์"]
    header = ["HC", "ปีที่สำรวจ", "วันที่สำรวจ", "electricity"]
    assert "and this year" in reason(row, header=header)


def test_answers_that_hardly_can_be_are_noted_and_taken_in():
    header = ["HC", "วันที่สำรวจ", "ชื่อ", "อายุ", "studying_level", "income_month"]
    rows = [
        ["HC1", "1/5/2568", "ก", "71", "ประถมศึกษา", ""],
        ["HC1", "1/5/2568", "ข", "12", "ประถมศึกษา", ""],
        ["HC1", "1/5/2568", "ค", "", "ประถมศึกษา", "250000"],
    ]
    batch, report = check(table(header, *rows), "five_capitals")
    assert report.totals.rejected == 0
    noted = [(one.row, one.column, one.reason) for one in faults(batch, "warnings")]
    asked = [(row, column, why.split(".")[0]) for row, column, why in noted if row > 1]
    assert sorted(asked) == [
        (2, "studying_level", "20 or older, in pre-school or primary school"),
        (2, "studying_level", "60 or older, and at school"),
        (4, "income_month", "An income of 100,000 baht a month or more"),
    ]
    assert "Is that right? (proposed check)" in noted[-1][2]


def test_the_age_that_a_note_rests_on_is_that_of_the_pages():
    header = ["HC", "วันที่สำรวจ", "ชื่อ", "วันเกิด", "work_status"]
    rows = [
        ["HC1", "28/2/2566", "ก", "29/2/2551", "working"],  # 15 on the next day
        ["HC1", "28/2/2566", "ข", "28/2/2551", "working"],
    ]
    batch, report = check(table(header, *rows), "five_capitals", year=2023)
    noted = [one.row for one in faults(batch, "warnings") if one.column == "work_status"]
    assert (report.totals.rejected, noted) == (0, [2])


def test_what_takes_all_members_of_a_household_is_left_to_the_pages_to_ask(monkeypatch):
    when = "electricity = 'metered' and count_members(age < 15) > 9"
    asked = expressions.compile(
        when, codebook=BOOK, level="household", place="doubt", wanted="boolean"
    )
    doubt = Doubt(when, "เด็กมาก", "Many children", "proposed")
    monkeypatch.setattr(
        doubtful_rows, "of_level",
        lambda _, level: [("electricity", (doubt, asked))] if level == "household" else [],
    )  # fmt: skip
    _, report = check(table(HEADER, ONE), "five_capitals")
    assert report.totals.rejected == 0


def test_who_is_known_is_asked_about_by_the_birth_year_of_the_registry(home: Household):
    factories.person(home, first_name="ก", last_name="ข", birth_year=1954)
    factories.person(home, first_name="ค", last_name="ง", birth_year=2015)
    header = ["HC", "วันที่สำรวจ", "ชื่อ", "นามสกุล", "studying_level"]
    rows = [
        ["HC1", "1/5/2568", "ก", "ข", "ประถมศึกษา"],
        ["HC1", "1/5/2568", "ค", "ง", "ประถมศึกษา"],
        ["HC1", "1/5/2568", "จ", "ฉ", "ประถมศึกษา"],  # new: how old is not known
    ]
    batch, _ = check(table(header, *rows), "five_capitals")
    asked = [(one.row, one.reason.split(".")[0]) for one in faults(batch, "warnings")]
    assert sorted(one for one in asked if one[0] > 1) == [
        (2, "20 or older, in pre-school or primary school"),
        (2, "60 or older, and at school"),
    ]


def test_an_age_in_the_file_does_not_replace_a_birth_year_that_is_known(home: Household):
    header = ["HC", "วันที่สำรวจ", "ชื่อ", "นามสกุล", "อายุ", "studying_level"]
    row = ["HC1", "1/5/2568", "ก", "ข", "60", "diploma"]

    def asked() -> set[int]:
        batch, _ = check(table(header, row), "five_capitals")
        return {one.row for one in faults(batch, "warnings") if "school" in one.reason}

    assert asked() == {2}
    factories.person(home, first_name="ก", last_name="ข", birth_year=1966)  # 59 on that day
    assert asked() == set()


RENTING = ["HC", "วันที่สำรวจ", "home_tenure", "home_rent", "home_mortgage"]


def test_an_answer_that_another_rules_out_is_noted_and_set_aside(home: Household):
    factories.household("33010301", household_code="HC2", house_no="2")
    factories.household("33010301", household_code="HC3", house_no="3")
    rows = [
        ["HC1", "1/5/2568", "own", "2000", "none"],
        ["HC2", "1/5/2568", "own", "1500", ""],
        ["HC3", "1/5/2568", "rented", "900", ""],
    ]
    batch, _ = survey(*rows, header=RENTING)
    [note] = [Note(**one).told() for one in batch.notes]
    assert (note["column"], note["count"], note["rows"]) == ("home_rent", 2, [2, 3])
    assert "“Ownership of the home” this question is not asked" in note["reason"]
    visit = Visit.objects.get(household=home)
    assert (visit.set_aside, "home_rent" in visit.answers) == ({"home_rent": 2000}, False)


def test_what_rules_an_answer_out_may_stand_in_another_row_of_the_visit(home: Household):
    header = ["HC", "ปีที่สำรวจ", *RENTING[1:4], "ชื่อ"]
    rows = [
        ["HC1", "2568", "1/5/2568", "own", "", "ก"],
        ["HC1", "2568", "1/5/2568", "", "2000", "ข"],
        ["HC1", "2567", "1/5/2567", "", "700", "ข"],  # when nothing is said of the tenure
    ]
    batch, report = check(table(header, *rows), "five_capitals")
    assert report.totals.rejected == 0
    assert [one.row for one in faults(batch, "warnings") if one.column == "home_rent"] == [3]


def test_notes_name_the_answers_that_visits_set_aside_unless_they_say_none():
    header = ["HC", "วันที่สำรวจ", "home_tenure", "home_rent", "home_mortgage", "land_tenure",
              "work_hazards", "debt_sources", "debt_outstanding__bank"]  # fmt: skip
    answers = list(
        product(["own", "rented", ""], ["800", "0"], ["institution", "none"], ["deed", "none"],
                ["flood", "none"], ["bank", "none"], ["5000", "0", ""])
    )  # fmt: skip
    rows = [[f"HC{n}", "1/5/2568", *said] for n, said in enumerate(answers, 10)]
    for row in rows:
        factories.household("33010301", household_code=row[0], house_no=row[0][2:])
    batch, _ = check(table(header, *rows), "five_capitals")
    noted = {(one.row, one.column) for one in faults(batch, "warnings")}
    assert actions.commit(batch=batch, by=OPERATOR).counts.created == len(rows)
    none = (0, "none", ["none"])
    aside = {
        (int(visit.household.house_no) - 8, name)
        for visit in Visit.objects.select_related("household")
        for name, value in visit.set_aside.items()
        if value not in none
    }
    assert noted == aside and {name for _, name in aside} == {
        "home_rent", "home_mortgage", "work_hazards", "debt_outstanding__bank",
    }  # fmt: skip


def test_a_question_that_is_not_asked_raises_no_doubt():
    header = ["HC", "วันที่สำรวจ", "ชื่อ", "อายุ", "education_max"]
    rows = [
        ["HC1", "1/5/2568", "ก", "2", "bachelor"],
        ["HC1", "1/5/2568", "ข", "5", "bachelor"],
    ]
    batch, _ = check(table(header, *rows), "five_capitals")
    noted = [(one.row, one.reason) for one in faults(batch, "warnings")
             if one.column == "education_max"]  # fmt: skip
    assert [row for row, why in noted if "is not asked" in why] == [2]
    assert {row for row, why in noted if "Is that right?" in why} == {3}


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "age": st.integers(0, 100),
            "studying_level": st.sampled_from(BOOK.variable("studying_level").codes),
            "education_max": st.sampled_from(BOOK.variable("education_max").codes),
            "work_status": st.sampled_from(BOOK.variable("work_status").codes),
            "income_month": st.integers(0, 300_000),
            "expense_month": st.sampled_from([0, 99_999.99, 100_000]),
        },
    )
)
def test_files_and_pages_ask_about_the_same_answers(said: dict[str, Any]):
    by_page = sorted(name for name, _ in raised(BOOK, "person", said))
    cells = {
        name: f"'{json.dumps(said[name])}'" if name in said else "CAST(NULL AS VARCHAR)"
        for name in ("studying_level", "education_max", "work_status", "income_month",
                     "expense_month")
    }  # fmt: skip
    typed = ", ".join(f"{cell} AS {name}" for name, cell in cells.items())
    age = said.get("age", "CAST(NULL AS INTEGER)")
    found = []
    for name, (_, expression) in of_level(BOOK, "person"):
        columns = ", ".join(
            f"{age} AS age" if one == "age" else f"{doubtful_rows._sql(one)} AS {one}"
            for one in expression.inputs
        )
        rows = f"(SELECT {columns} FROM (SELECT {typed}) t)"
        sql = f"SELECT count(*) FROM {rows} WHERE {expression.sql()}"
        found += [name] * duckdb.sql(sql).fetchone()[0]
    assert sorted(found) == by_page
