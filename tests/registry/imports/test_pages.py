from __future__ import annotations

import contextlib
import json
import re
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from tests import factories
from tests.registry.conftest import office
from tests.registry.imports.tables import table
from tests.registry.pages import text_of
from wattana.accounts.models import AuditEvent
from wattana.registry.imports import actions, folders, jobs
from wattana.registry.imports.mapping import from_json
from wattana.registry.models import (
    Household,
    ImportBatch,
    ImportMapping,
    ListEntry,
    Person,
)
from wattana.surveys.models import Visit

pytestmark = pytest.mark.django_db

HEADER = ["house_no", "moo", "ชื่อ", "นามสกุล", "เลขบัตรประชาชน", "หมายเหตุ"]
GOOD = [
    ["25/2", "3", "นางสมหญิง", "ใจดี", "9330100001018", "ก"],
    ["26", "3", "นายสมชาย", "ใจดี", "9330100001026", ""],
]
BAD = ["27", "3", "=cmd|' /C calc'!A0", "ใจดี", "1234", "@SUM(A1)"]
ROUTES = ["batch", "mapping", "mapping_file", "commit", "discard", "undo", "rejected"]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def officer(sign_in):
    factories.area("330103")
    return sign_in()


def send(client, content, *, name="list.csv", **more):
    data = content.encode() if isinstance(content, str) else content
    form = {"kind": "households", "year": "2568", "file": SimpleUploadedFile(name, data)} | more
    return client.post(reverse("imports:new"), form)


def uploaded(client, *rows, **more) -> ImportBatch:
    answer = send(client, table(HEADER, *rows), **more)
    assert answer.status_code == 302, text_of(answer)
    return ImportBatch.objects.get(status="uploaded")


def at(route: str, batch: ImportBatch) -> str:
    return reverse(f"imports:{route}", args=[batch.pk])


def fields_of(page) -> dict[str, str]:
    """What the mapping form would send, as it stands."""
    body = page.content.decode()
    form = body[body.index('name="header_line" value') :]
    sent = {"header_line": "", "sheet": "", "values": "", "save_as": ""}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for tag in re.findall(r"<input[^>]*>", form):
        if 'type="checkbox"' in tag and " checked" not in tag:
            continue
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and name[1] not in ("csrfmiddlewaretoken", "header_line", "sheet"):
            sent[name[1]] = value[1] if value else ""
    return sent


def checked(client, *rows, **more) -> ImportBatch:
    batch = uploaded(client, *rows)
    sent = fields_of(client.get(at("mapping", batch))) | more
    answer = client.post(at("mapping", batch), sent)
    assert answer.status_code == 302, text_of(answer)
    batch.refresh_from_db()
    assert batch.status == "checked"
    return batch


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
    assert Household.objects.filter(batch=batch).count() == 2

    undone = officer.post(at("undo", batch), follow=True)
    assert "Undone" in text_of(undone)
    assert not Household.objects.exists()
    assert list(
        AuditEvent.objects.filter(action__startswith="import.").values_list("action", flat=True)
    ).count("import.undo") == 1  # fmt: skip


def test_rejected_rows_are_named_and_only_the_good_ones_taken_when_that_is_said(officer):
    batch = checked(officer, *GOOD, BAD)
    page = officer.get(at("batch", batch))
    said = text_of(page)
    assert "3 rows 2 good 1 rejected" in said
    assert "4 เลขบัตรประชาชน" in said
    assert "Take all" not in said

    refused = officer.post(at("commit", batch), follow=True)
    assert "1 rows are rejected" in text_of(refused)
    assert not Household.objects.exists()

    taken = officer.post(at("commit", batch), {"accept": "valid"}, follow=True)
    assert "2 created" in text_of(taken)
    assert Person.objects.count() == 2


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
    first = officer.get(at("batch", batch))
    assert first.content.decode().count("<tr>") == 1 + 50
    second = officer.get(at("batch", batch) + "?page=2")
    assert second.content.decode().count("<tr>") == 1 + 10
    assert 'rel="prev"' in second.content.decode()
    for odd in ("0", "-1", "x", "๒", "99999999999999"):
        assert officer.get(at("batch", batch) + f"?page={odd}").status_code == 200


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


def test_a_mapping_is_saved_and_chosen_for_the_next_file(officer):
    batch = checked(officer, *GOOD, **{"save_as": "TPMAP จังหวัด", "column-5": "road"})
    assert "saved as" in text_of(officer.get(at("batch", batch)))
    officer.post(at("discard", batch))
    saved = ImportMapping.objects.get()
    assert saved.mapping["columns"]["หมายเหตุ"] == "road"

    page = officer.get(reverse("imports:new"))
    key = re.search(r'<option value="(\w+)">TPMAP จังหวัด', page.content.decode())[1]
    following = uploaded(officer, *GOOD, saved=key)
    sent = fields_of(officer.get(at("mapping", following)))
    assert sent["column-5"] == "road"

    other = send(officer, table(HEADER, *GOOD), saved=key, kind="persons")
    assert other.status_code == 422
    assert "another kind of file" in text_of(other)


def test_a_saved_mapping_may_be_chosen_on_the_mapping_page(officer):
    mapping = {"columns": {"house_no": "house_no", "gone": "road"}, "constants": {"moo": "4"}}
    saved = ImportMapping.objects.create(
        organization=office(), kind="households", name="ของเรา", mapping=mapping
    )
    batch = uploaded(officer, *GOOD)
    body = officer.get(at("mapping", batch)).content.decode()
    key = re.search(r'<option value="(\w+)">ของเรา', body)[1]
    page = officer.get(at("mapping", batch), {"saved": key})
    assert fields_of(page)["column-1"] == ""
    assert "does not have: gone" in text_of(page)
    assert officer.get(at("mapping", batch), {"saved": "nonsense"}).status_code == 200
    assert saved.name in page.content.decode()


def test_another_line_may_hold_the_header(officer):
    batch = uploaded(officer, *GOOD)
    page = officer.get(at("mapping", batch), {"header_line": "2", "sheet": ""})
    assert "stand in line 2" in text_of(page)
    assert "นางสมหญิง" in page.content.decode()
    for odd in ("0", "x", "900"):
        refused = officer.get(at("mapping", batch), {"header_line": odd})
        assert refused.status_code == 422
        assert "line" in text_of(refused)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"column-1": "house_no"}, "Two columns are mapped to the field “House number”"),
        ({f"column-{n}": "" for n in range(6)}, "for at least one column"),
        ({f"column-{n}": "" for n in (0, 2, 3, 4)}, "which household a row is about"),
        ({"column-0": "nothing"}, "not one of the fields"),
        ({"constant-1": "", "value-1": "4"}, "Choose the field for the value"),
        ({"constant-1": "moo", "value-1": "4"}, "both a column and a constant"),
        ({"values": "a | b"}, "Line 1 of the replacements"),
        ({"values": "other | 1 | x"}, "no column “other”"),
        ({"header_line": "x"}, "number of a line"),
    ],
)
def test_a_mapping_that_cannot_be_keeps_what_was_typed(officer, change, told):
    batch = uploaded(officer, *GOOD)
    sent = fields_of(officer.get(at("mapping", batch))) | {"save_as": "ก"} | change
    answer = officer.post(at("mapping", batch), sent)
    assert answer.status_code == 422
    assert told in text_of(answer)
    again = fields_of(answer)
    assert again["save_as"] == "ก"
    assert again["column-2"] == sent["column-2"]
    if change.keys() & {"constant-1"}:
        assert again["value-1"] == "4"
    assert not ImportMapping.objects.exists()
    batch.refresh_from_db()
    assert batch.status == "uploaded"


def test_a_check_that_fails_leaves_the_last_one_valid(officer):
    batch = checked(officer, *GOOD)
    before = batch.mapping
    sent = fields_of(officer.get(at("mapping", batch)))
    officer.post(at("mapping", batch), sent | {f"column-{n}": "" for n in (0, 2, 3, 4)})
    batch.refresh_from_db()
    assert batch.mapping == before
    assert "2 created" in text_of(officer.post(at("commit", batch), follow=True))


def test_replacements_and_constants_reach_the_registry(officer):
    batch = uploaded(officer, ["1", "สาม", "นางก", "ข", "", ""])
    sent = fields_of(officer.get(at("mapping", batch)))
    sent |= {"values": "moo | สาม | 3", "constant-1": "road", "value-1": "ถนนวัด"}
    officer.post(at("mapping", batch), sent)
    officer.post(at("commit", batch))
    home = Household.objects.get()
    assert (home.area_id, home.road) == ("33010303", "ถนนวัด")


def test_which_list_it_is_may_be_said_with_the_file(officer):
    batch = uploaded(officer, *GOOD, list_source="tpmap")
    assert batch.mapping["constants"]["list_source"] == "tpmap"
    persons = send(officer, table(HEADER, *GOOD), kind="persons", list_source="tpmap", name="p.csv")
    assert persons.status_code == 302
    other = ImportBatch.objects.get(kind="persons")
    assert "list_source" not in other.mapping.get("constants", {})


BAD_FILES = {
    "empty": (b"", "The file is empty"),
    "pdf": (b"%PDF-1.7 ...", "This is not a table"),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "This is not a table"),
    "binary": (b"\x00\x01\x02" * 50, None),
    "truncated UTF-16": (b"\xff\xfea\x00b", None),
    "broken workbook": (b"PK\x03\x04 nothing", None),
    "twice in the header": ("บ้านเลขที่,บ้านเลขที่\n1,2\n".encode(), "stands twice in the header"),
    "only spaces": (b"  \n  \n", "The file is empty"),
}


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("case", BAD_FILES)
def test_an_unusable_file_is_told_beside_the_form(officer, case, language):
    data, told = BAD_FILES[case]
    officer.cookies["django_language"] = language
    answer = send(officer, data)
    assert answer.status_code == 422
    said = text_of(answer)
    problem = re.search(r'<ul class="errorlist"[^>]*>(.*?)</ul>', answer.content.decode())[1]
    assert bool(re.search("[ก-๙]", problem)) is (language == "th" or "twice" in case)
    if told and language == "en":
        assert told in said
    assert 'value="2568"' in answer.content.decode()
    assert not ImportBatch.objects.exclude(status="discarded").exists()
    assert not list((folders.folder(1).parent).glob("*/upload"))


def test_a_header_without_rows_is_told_on_the_mapping_page(officer):
    batch = uploaded(officer)
    sent = fields_of(officer.get(at("mapping", batch)))
    answer = officer.post(at("mapping", batch), sent)
    assert answer.status_code == 422
    assert "a header but no rows" in text_of(answer)


def test_a_file_over_the_limit_is_refused(officer, settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    answer = send(officer, b"a,b\n" * 300_000)
    assert answer.status_code == 422
    assert "larger than 1 MB" in text_of(answer)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"year": "soon"}, "year"),
        ({"kind": "secrets"}, "Select a valid choice"),
        ({"file": ""}, "required"),
        ({"saved": "x"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_with_the_file_is_told(officer, change, told):
    answer = send(officer, table(HEADER, *GOOD), **change)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("year", ["2568", "๒๕๖๘", "2025"])
def test_the_year_may_be_of_either_era(officer, year):
    assert uploaded(officer, *GOOD, year=year).year == 2025


def test_a_row_of_another_area_is_rejected_with_its_line(officer):
    factories.area("330105")
    header = [*HEADER[:2], "รหัสตำบล"]
    answer = send(officer, table(header, ["1", "3", "330103"], ["2", "3", "330105"]))
    assert answer.status_code == 302
    batch = ImportBatch.objects.get()
    sent = fields_of(officer.get(at("mapping", batch)))
    assert sent["column-2"] == "area_code"
    said = text_of(officer.post(at("mapping", batch), sent, follow=True))
    assert "2 rows 1 good 1 rejected" in said


def test_the_list_shows_own_imports_and_says_what_to_do_first(officer, sign_in):
    assert "Nothing has been imported yet" in text_of(officer.get(reverse("imports:list")))
    batch = checked(officer, *GOOD, BAD)
    page = officer.get(reverse("imports:list"))
    assert at("batch", batch) in page.content.decode()
    assert "checked" in text_of(page)
    other = sign_in(of=office("6330105", areas=("330105",)))
    assert at("batch", batch) not in other.get(reverse("imports:list")).content.decode()


@pytest.mark.parametrize("route", ROUTES)
def test_an_import_of_another_organisation_does_not_exist(officer, sign_in, route):
    batch = checked(officer, *GOOD, BAD)
    other = sign_in(of=office("6330105", areas=("330103",)))
    assert other.get(at(route, batch)).status_code in (404, 405)
    assert other.post(at(route, batch)).status_code in (404, 405)
    assert 404 in (
        other.get(at(route, batch)).status_code,
        other.post(at(route, batch)).status_code,
    )
    batch.refresh_from_db()
    assert batch.status == "checked"


@pytest.mark.parametrize("role", ["enumerator", "district_officer", "province_officer"])
def test_a_role_without_imports_is_refused(officer, sign_in, client, role):
    batch = uploaded(officer, *GOOD)
    addresses = [reverse("imports:list"), reverse("imports:new")]
    addresses += [at(route, batch) for route in ROUTES]
    other = sign_in(role)
    for address in addresses:
        assert other.get(address).status_code == 403
        assert other.post(address).status_code == 403


def test_nobody_imports_without_signing_in(officer, client):
    batch = uploaded(officer, *GOOD)
    client.logout()
    for address in [reverse("imports:list"), *[at(route, batch) for route in ROUTES]]:
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("accounts:sign_in"))


def test_without_an_agreement_nothing_is_taken_in(sign_in):
    factories.area("330106")
    client = sign_in(of=office("6330106", areas=("330106",), agreed=False))
    answer = send(client, table(HEADER, *GOOD))
    assert answer.status_code == 422
    assert "No area is open" in text_of(answer)


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


def test_names_of_columns_and_values_are_escaped(officer):
    send(officer, table(["house_no", "<script>x</script>"], ["<b>1</b>", "<i>2</i>"]))
    batch = ImportBatch.objects.get()
    body = officer.get(at("mapping", batch)).content.decode()
    assert "<script>x" not in body
    assert "&lt;i&gt;2&lt;/i&gt;" in body


def test_the_mapping_comes_as_a_file_for_the_command(officer):
    batch = uploaded(officer, *GOOD)
    answer = officer.get(at("mapping_file", batch))
    assert "house_no: house_no" in answer.content.decode()


def only(page, **chosen: str) -> dict[str, str]:
    """The mapping form with nothing chosen but some columns, by their names in the file."""
    labels = re.findall(r'<label for="(column-[0-9]+)">([^<]+)</label>', page.content.decode())
    inputs = {name: number for number, name in labels}
    cleared = dict.fromkeys(fields_of(page), "")
    return cleared | {inputs[name]: field for name, field in chosen.items()}


def test_the_files_of_others_are_mapped_and_taken_on_the_pages(officer, shared):
    folder = shared / "data/alkire_foster"
    place = {"constant-0": "area_code", "value-0": "33010301"}
    survey = {"values": "electricity | 1 | metered\nelectricity | 2 | none"}
    for name, kind, chosen, more, rows in (
        ("household", "households", {"uuid": "household_key"}, place, 198),
        ("roster", "persons",
         {"uuid": "household_key", "line_number": "person_key", "sex": "sex", "age": "age"}, {},
         None),
        ("household", "five_capitals",
         {"uuid": "household_key", "electricity": "electricity"}, survey, 198),
    ):  # fmt: skip
        content = (folder / f"af_mpindex_{name}_raw.csv").read_bytes()
        assert send(officer, content, kind=kind).status_code == 302
        batch = ImportBatch.objects.get(status="uploaded")
        sent = only(officer.get(at("mapping", batch)), **chosen) | more
        report = officer.post(at("mapping", batch), sent, follow=True)
        batch.refresh_from_db()
        assert (batch.status, batch.rejected) == ("checked", 0), text_of(report)
        officer.post(at("commit", batch))
        batch.refresh_from_db()
        assert batch.status == "committed"
        assert batch.created == (rows or Person.objects.count())
    assert Household.objects.count() == 198


def test_a_survey_with_many_columns_is_mapped_by_typing(officer):
    header = ["household_code", *[f"column {n}" for n in range(60)]]
    answer = send(officer, table(header, ["1", *["x"] * 60]), kind="five_capitals")
    assert answer.status_code == 302, text_of(answer)
    batch = ImportBatch.objects.get()
    page = officer.get(at("mapping", batch))
    body = page.content.decode()
    assert "<datalist" in body
    assert 'value="Household code [household_code]"' in body
    assert len(body) < 200_000
    answer = officer.post(
        at("mapping", batch),
        {"column-0": "Household code [household_code]", "column-1": "home_tenure"},
    )
    assert answer.status_code == 302, text_of(answer)


def test_a_file_of_very_many_columns_can_be_mapped(officer):
    header = ["house_no", "moo", *[f"column {n}" for n in range(1_200)]]
    send(officer, table(header, ["1", "3", *["x"] * 1_200]))
    batch = ImportBatch.objects.get()
    sent = {f"column-{n}": "" for n in range(1_202)}
    sent |= {"column-0": "house_no", "column-1": "moo"}
    sent |= {"constant-0": "area_code", "value-0": "330103"}
    answer = officer.post(at("mapping", batch), sent, follow=True)
    assert "1 rows 1 good 0 rejected" in text_of(answer)


def test_pages_cost_the_same_for_long_lists(officer, django_assert_max_num_queries):
    for _ in range(3):
        officer.post(at("discard", uploaded(officer, *GOOD)))
    batch = checked(officer, *GOOD, BAD)
    for route in ("batch", "mapping"):
        with django_assert_max_num_queries(16):
            officer.get(at(route, batch))
    with django_assert_max_num_queries(14):
        officer.get(reverse("imports:list"))


# Work in the background.


@contextlib.contextmanager
def at_work(batch, **state):
    """Somebody works on a batch."""
    folders.tell(
        batch.pk, **({"state": "running", "step": "Beginning", "done": 1, "total": 4} | state)
    )
    with contextlib.closing(jobs._Lock(batch.pk)):
        yield


def test_the_page_of_a_batch_at_work_shows_how_far_it_is_and_asks_again(officer):
    batch = uploaded(officer, *GOOD)
    with at_work(batch):
        body = officer.get(at("batch", batch)).content.decode()
        assert 'hx-trigger="every 1s"' in body
        assert 'value="25"' in body
        part = officer.get(at("batch", batch), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert officer.get(at("mapping", batch)).status_code == 302
        for deed in ("commit", "discard"):
            assert "is being worked on" in told_next(officer, batch, deed)
    answer = officer.get(at("batch", batch), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def told_next(client, batch, deed) -> str:
    return text_of(client.post(at(deed, batch), follow=True))


def test_work_that_was_cut_off_is_told_and_may_be_begun_again(officer):
    batch = uploaded(officer, *GOOD)
    with at_work(batch):
        pass
    page = officer.get(at("batch", batch))
    assert "was cut off" in text_of(page)
    assert at("mapping", batch) in page.content.decode()
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    assert "was cut off" not in text_of(officer.get(at("batch", batch)))


@pytest.mark.parametrize("language", ["en", "th"])
def test_how_work_failed_is_told_in_the_language_of_the_page(officer, language):
    batch = uploaded(officer, *GOOD)
    message = "The file has no line %(line)s for the header."
    folders.tell(batch.pk, state="failed", message=message, params=json.dumps({"line": 7}))
    officer.cookies["django_language"] = language
    with translation.override(language):
        expected = translation.gettext(message) % {"line": 7}
    assert expected in text_of(officer.get(at("batch", batch)))


def finished() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("import-"):
            thread.join(60)


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_checked_taken_and_undone_beside_the_requests(officer, monkeypatch):
    monkeypatch.setattr(jobs, "IN_REQUEST", 1)
    monkeypatch.setattr(jobs, "ROWS_IN_REQUEST", 1)
    batch = uploaded(officer, *GOOD)
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    finished()
    assert "2 rows 2 good" in text_of(officer.get(at("batch", batch)))
    officer.post(at("commit", batch))
    finished()
    assert "2 created" in text_of(officer.get(at("batch", batch)))
    assert Household.objects.count() == 2
    officer.post(at("undo", batch))
    finished()
    batch.refresh_from_db()
    assert batch.status == "undone"
    assert not jobs.is_running(batch.pk)


@pytest.mark.django_db(transaction=True)
def test_what_a_large_file_lacks_is_told_when_the_work_has_ended(officer, monkeypatch):
    monkeypatch.setattr(jobs, "IN_REQUEST", 1)
    batch = uploaded(officer)
    officer.post(at("mapping", batch), fields_of(officer.get(at("mapping", batch))))
    finished()
    assert "a header but no rows" in text_of(officer.get(at("batch", batch)))


def test_two_cannot_work_on_one_batch(officer):
    batch = uploaded(officer, *GOOD)
    mapping = from_json(batch.mapping)
    with contextlib.closing(jobs._Lock(batch.pk)):
        assert jobs.is_running(batch.pk)
        with pytest.raises(actions.Conflict):
            jobs.check(batch, mapping, factories.viewer())
    assert not jobs.is_running(batch.pk)


def test_that_blank_amounts_mean_none_is_chosen_on_the_page_and_told(officer):
    factories.household("33010301", household_code="HC1")
    rows = [["HC", "วันที่สำรวจ", "saving__cash", "saving__deposit"], ["HC1", "1/5/2568", "500", ""]]
    send(officer, table(*rows), kind="five_capitals")
    batch = ImportBatch.objects.get()
    page = officer.get(at("mapping", batch))
    assert "none-saving" not in fields_of(page), "nothing is chosen for anybody"
    sent = fields_of(page) | {"none-saving": "on"}
    report = officer.post(at("mapping", batch), sent, follow=True)
    assert "were taken for none (0)" in text_of(report)
    assert "none-saving" in fields_of(officer.get(at("mapping", batch)))
    done = officer.post(at("commit", batch), follow=True)
    assert "Please note" in text_of(done) and "1 row, line 2" in text_of(done)
    assert Visit.objects.get().answers["saving__deposit"] == 0


def test_mended_cells_stay_told_after_the_import(officer):
    batch = checked(officer, ["25-ก.พ.", "1", "ก", "ข", "", ""])
    officer.post(at("commit", batch))
    assert "read as 25/2" in text_of(officer.get(at("batch", batch)))


@pytest.mark.parametrize(("language", "shown"), [("th", "ชาวบ้าน"), ("en", "villager")])
def test_a_list_is_called_by_its_name_and_read_by_it(officer, language, shown):
    officer.cookies["django_language"] = language
    batch = uploaded(officer, *GOOD, list_source="villager")
    sent = fields_of(officer.get(at("mapping", batch)))
    assert shown in sent.values()
    officer.post(at("mapping", batch), sent)
    officer.post(at("commit", batch))
    assert set(ListEntry.objects.values_list("source", flat=True)) == {"villager"}
