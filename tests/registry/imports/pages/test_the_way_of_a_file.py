from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.registry.conftest import office
from tests.registry.imports.pages.sending import (
    BAD,
    GOOD,
    HEADER,
    at,
    checked,
    fields_of,
    send,
    uploaded,
)
from tests.registry.imports.tables import table
from tests.registry.pages import text_of
from wattana.accounts.models import AuditEvent
from wattana.registry.cli import import_
from wattana.registry.imports import folders
from wattana.registry.models import (
    Household,
    ImportBatch,
    Person,
)

pytestmark = pytest.mark.django_db


def test_a_file_goes_in_and_out_again_through_the_pages(officer):
    batch = uploaded(officer, *GOOD)
    assert (batch.year, batch.kind, batch.organization) == (2025, "households", office())
    page = officer.get(at("mapping", batch))
    sent = fields_of(page)
    assert sent["column-0"] == "house_no"
    assert sent["column-5"] == ""  # หมายเหตุ is left out
    assert ("area_code", "330103") in [(sent["constant-0"], sent["value-0"])]
    said = text_of(page)
    assert "25/2 · 26" in said
    assert "9330100001018" not in page.content.decode()  # veiled: this reading is not audited
    assert "1018" in said

    report = officer.post(at("mapping", batch), sent, follow=True)
    assert "2 rows 2 good 0 rejected" in text_of(report)
    assert not Household.objects.exists()

    done = officer.post(at("commit", batch), follow=True)
    assert "2 created 0 updated 0 unchanged" in text_of(done)
    assert reverse("registry:list") in done.content.decode()
    assert re.search(r"Uploaded [^.]+, by [^.]+ · Taken [^.]+ by ", text_of(done))
    assert Household.objects.filter(batch=batch).count() == 2

    undone = officer.post(at("undo", batch), follow=True)
    assert "Undone" in text_of(undone)
    assert not Household.objects.exists()
    assert list(
        AuditEvent.objects.filter(action__startswith="import.").values_list("action", flat=True)
    ).count("import.undo") == 1  # fmt: skip


def test_the_report_says_where_rows_lie_and_what_they_would_change(officer):
    batch = checked(officer, *GOOD)
    said = text_of(officer.get(at("batch", batch)))
    assert "Households: 2 new, 0 in the registry already." in said
    assert "Tambon Khu Sot" in said and "330103" not in said
    officer.post(at("commit", batch))
    again = text_of(officer.get(at("batch", checked(officer, *GOOD))))
    assert "Households: 0 new, 2 in the registry already." in again
    assert "2 of them stay as they are" in again
    officer.cookies["django_language"] = "th"
    assert "ต.คูซอด" in text_of(officer.get(at("batch", checked(officer, *GOOD))))


def test_the_page_of_columns_tells_what_was_recognised_and_names_the_place(officer):
    said = text_of(officer.get(at("mapping", uploaded(officer, *GOOD))))
    assert "5 of 6 columns have a meaning" in said
    assert "Tambon Khu Sot" in said


def test_people_are_told_as_new_and_known_with_their_age_as_it_was_given(officer):
    rows = table(["HC", "person_key", "อายุ", "หมู่", "ตำบล"], ["H1", "1", "55", "1", "คูซอด"])
    for known in (0, 1):
        send(officer, rows, kind="persons")
        batch = ImportBatch.objects.get(status="uploaded")
        sent = fields_of(officer.get(at("mapping", batch)))
        said = text_of(officer.post(at("mapping", batch), sent, follow=True))
        assert f"People: {1 - known} new, {known} in the registry" in said
        assert " Age " in said and "National ID" not in said
        officer.post(at("commit", batch))


def test_years_of_birth_are_shown_in_the_era_of_the_page(officer):
    rows = [[*row[:-1], year] for row, year in zip(GOOD, ("2508", "1966"), strict=True)]
    batch = checked(officer, *rows, **{"column-5": "birth_date"})
    assert "1965" in text_of(officer.get(at("batch", batch)))
    officer.cookies["django_language"] = "th"
    thai = text_of(officer.get(at("batch", batch)))
    assert "2508" in thai and "2509" in thai and "1966" not in thai


def test_the_sex_that_will_be_written_is_shown_in_the_language_of_the_page(officer):
    send(
        officer,
        table(
            ["HC", "คำนำหน้า", "ชื่อ", "เพศ", "หมู่", "ตำบล"],
            ["H1", "นาย", "สมชาย", "", "1", "คูซอด"],
            ["H1", "", "สมหญิง", "หญิง", "1", "คูซอด"],
        ),
        kind="persons",
    )
    batch = ImportBatch.objects.get(status="uploaded")
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    assert _sexes(officer, batch, "Sex") == ["male", "female"]
    officer.cookies["django_language"] = "th"
    assert _sexes(officer, batch, "เพศ") == ["ชาย", "หญิง"]
    officer.post(at("commit", batch))
    assert list(Person.objects.order_by("pk").values_list("sex", flat=True)) == ["male", "female"]


def _sexes(client, batch: ImportBatch, heading: str) -> list[str]:
    body = client.get(at("batch", batch)).content.decode()
    return re.findall(f'<td data-label="{heading}"[^>]*>([^<]*)</td>', body)


def test_rejected_rows_are_named_and_only_the_good_ones_taken_when_that_is_said(officer):
    batch = checked(officer, *GOOD, BAD)
    page = officer.get(at("batch", batch))
    said = text_of(page)
    assert "3 rows 2 good 1 rejected" in said
    assert "4 เลขบัตรประชาชน" in said
    assert "Take all" not in said
    main = re.findall(r'<button class="btn btn-primary"[^>]*>([^<]*)', page.content.decode())
    assert main == ["Take the 2 good rows only"]

    refused = officer.post(at("commit", batch), follow=True)
    assert "Rejected rows: 1." in text_of(refused)
    assert not Household.objects.exists()

    taken = officer.post(at("commit", batch), {"accept": "valid"}, follow=True)
    assert "2 created" in text_of(taken)
    assert Person.objects.count() == 2


def test_columns_from_which_nothing_is_taken_are_named(officer):
    said = text_of(officer.get(at("batch", checked(officer, *GOOD))))
    assert "Nothing is taken from 1 column of the file หมายเหตุ If one" in said


def test_the_rejected_rows_come_as_a_file_in_which_no_formula_runs(officer):
    batch = checked(officer, *GOOD, BAD)
    before = downloaded(officer, batch)
    officer.post(at("commit", batch), {"accept": "valid"})
    for text in (before, downloaded(officer, batch)):
        assert text.startswith("\ufeff")
        assert "'=cmd|' /C calc'!A0" in text
        assert ",=cmd" not in text
        assert ",'@SUM(A1)" in text
        assert "26" not in text.split("\n")[1]
    assert AuditEvent.objects.filter(action="import.rejected", object_id=batch.pk).count() == 2


def downloaded(client, batch) -> str:
    answer = client.get(at("rejected", batch))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content).decode()


def test_many_faults_come_in_pages(officer):
    batch = checked(officer, *[[str(n), "3", "ก", "ข", "1234", ""] for n in range(60)])
    assert len(reasons(officer, batch)) == 50
    assert len(reasons(officer, batch, "?page=2")) == 10
    second = officer.get(at("batch", batch) + "?page=2")
    assert 'rel="prev"' in second.content.decode()
    for odd in ("0", "-1", "x", "๒", "99999999999999"):
        assert officer.get(at("batch", batch) + f"?page={odd}").status_code == 400


def test_equal_reasons_stand_together_with_the_first_of_their_lines(officer):
    bad = [[str(n), "3", "ก", "ข", "1234", ""] for n in range(60)]
    batch = checked(officer, *bad, ["61", "3", "ก", "ข", "9330100001019", ""])
    (column, why, count, lines), other = reasons(officer, batch, table="faults")
    assert (column, count, lines) == ("เลขบัตรประชาชน", "60", "2, 3, 4, 5, 6 …")
    assert "1234" not in why, "what may name somebody is not quoted"
    assert other[1] != why and other[2:] == ["1", "62"]


def test_a_refused_choice_is_quoted_to_whoever_sent_the_file_and_to_nobody_else(officer):
    factories.household("33010301", household_code="HC1")
    header = ["HC", "วันที่สำรวจ", "electricity", "members_living"]
    rows = [["HC1", "1/5/2568", answer, "สมหญิง"] for answer in ("1", "1", "<9>")]
    send(officer, table(header, *rows), kind="five_capitals")
    batch = ImportBatch.objects.get()
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    told = {(one[0], one[2]): one[1] for one in reasons(officer, batch, table="faults")}
    assert told["electricity", "2"].startswith("The file says “1”. ")
    assert told["electricity", "1"].startswith("The file says “&lt;9&gt;”. ")
    assert "สมหญิง" not in told["members_living", "3"]
    colleague = Client()
    colleague.force_login(factories.member(of=office(), username="colleague").user)
    colleague.cookies["django_language"] = "en"
    told = [one[1] for one in reasons(colleague, batch, table="faults") if one[0] == "electricity"]
    assert told and not any("The file says" in one for one in told)


def test_the_reasons_stay_on_the_page_once_the_good_rows_are_taken(officer):
    bad = [[str(n), "3", "ก", "ข", "1234", ""] for n in range(60)]
    batch = checked(officer, *GOOD, *bad)
    before, together = reasons(officer, batch), reasons(officer, batch, table="faults")
    officer.post(at("commit", batch), {"accept": "valid"})
    assert len(before) == 50 and reasons(officer, batch) == before
    assert reasons(officer, batch, table="faults") == together
    assert len(reasons(officer, batch, "?page=2")) == 10
    officer.cookies["django_language"] = "th"
    assert reasons(officer, batch) != before, "in the language of the reader"
    officer.post(at("undo", batch))
    assert not reasons(officer, batch)
    assert not folders.folder(batch.pk).exists()


def test_an_import_of_the_command_keeps_its_rejected_rows_for_the_page(officer, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(table(HEADER, *GOOD, BAD))
    about = ["--kind", "households", "--organization", office().code, "--year", "2568"]
    done = CliRunner().invoke(import_, [str(file), *about, "--accept-valid"])
    assert done.exit_code == 3, done.output
    batch = ImportBatch.objects.get(status="committed")
    columns = [["4", "ชื่อ"], ["4", "เลขบัตรประชาชน"]]
    assert [cells[:2] for cells in reasons(officer, batch)] == columns
    assert "1234" in downloaded(officer, batch)
    kept = {one.name: one.stat().st_mode & 0o077 for one in folders.folder(batch.pk).iterdir()}
    assert kept == {folders.REJECTED: 0, folders.REASONS: 0}, "nothing of the good rows"


def reasons(client, batch, page: str = "", table: str = "row-by-row") -> list[list[str]]:
    """The cells of a table of reasons on an import's page: row by row, or equal ones together."""
    body = client.get(at("batch", batch) + page).content.decode()
    shown = body.partition(f'id="{table}"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(<td.*?)</tr>", shown, re.S)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in rows]


def test_an_unchanged_file_says_so_the_second_time(officer):
    officer.post(at("commit", checked(officer, *GOOD)))
    again = checked(officer, *GOOD)
    assert "0 created 0 updated 2 unchanged" in text_of(
        officer.post(at("commit", again), follow=True)
    )


def test_what_is_thrown_away_leaves_nothing(officer):
    batch = checked(officer, *GOOD)
    folder = folders.folder(batch.pk)
    assert folder.exists()
    answer = officer.post(at("discard", batch), follow=True)
    assert "thrown away" in text_of(answer)
    assert not folder.exists()
    assert "No longer" not in text_of(officer.get(at("batch", batch)))
    assert officer.get(at("mapping", batch)).status_code == 302


def test_a_finished_import_cannot_be_discarded_nor_an_unfinished_undone(officer):
    batch = checked(officer, *GOOD)
    assert "Only a committed import can be undone" in text_of(
        officer.post(at("undo", batch), follow=True)
    )
    officer.post(at("commit", batch))
    assert "It can be undone, not discarded" in text_of(
        officer.post(at("discard", batch), follow=True)
    )
    assert Household.objects.count() == 2


def test_an_undo_names_the_records_that_somebody_changed(officer):
    batch = checked(officer, *GOOD)
    officer.post(at("commit", batch))
    home = Household.objects.first()
    factories.visit(home)
    answer = officer.post(at("undo", batch), follow=True)
    assert "were changed since" in text_of(answer)
    assert Household.objects.count() == 2


def test_a_file_that_is_gone_is_told(officer):
    batch = uploaded(officer, *GOOD)
    folders.remove(batch.pk)
    assert officer.get(at("mapping", batch)).status_code == 409
    assert "no longer here" in text_of(officer.get(at("batch", batch)))
    assert officer.get(at("rejected", batch)).status_code == 409
    batch = checked(officer, *GOOD) if not officer.post(at("discard", batch)) else batch
    batch.refresh_from_db()
    assert batch.status == "discarded"


def test_the_result_of_a_check_that_is_gone_is_told(officer):
    batch = checked(officer, *GOOD)
    (folders.folder(batch.pk) / folders.STAGING).unlink()
    page = officer.get(at("batch", batch))
    assert page.status_code == 200
    assert "no longer here" in text_of(page)
    assert at("mapping", batch) in page.content.decode()


def test_mended_cells_stay_told_after_the_import(officer):
    batch = checked(officer, ["25-ก.พ.", "1", "ก", "ข", "", ""])
    officer.post(at("commit", batch))
    assert "read as 25/2" in text_of(officer.get(at("batch", batch)))


def test_pages_cost_the_same_for_long_lists(officer, django_assert_max_num_queries):
    for _ in range(3):
        officer.post(at("discard", uploaded(officer, *GOOD)))
    batch = checked(officer, *GOOD, BAD)
    for route in ("batch", "mapping"):
        with django_assert_max_num_queries(16):
            officer.get(at(route, batch))
    with django_assert_max_num_queries(14):
        officer.get(reverse("imports:list"))
