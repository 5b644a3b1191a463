from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests import factories
from tests.registry.conftest import office
from tests.registry.imports.pages.sending import (
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
from wattana.registry.models import (
    Household,
    ImportBatch,
    ImportMapping,
    Person,
)
from wattana.surveys.models import Visit

pytestmark = pytest.mark.django_db


def test_a_mapping_is_saved_and_chosen_for_the_next_file(officer):
    batch = checked(officer, *GOOD, **{"save_as": "TPMAP จังหวัด", "column-5": "road"})
    assert "saved as" in text_of(officer.get(at("batch", batch)))
    officer.post(at("discard", batch))
    saved = ImportMapping.objects.get()
    assert saved.mapping["columns"]["หมายเหตุ"] == "road"

    page = officer.get(reverse("imports:new"))
    assert "A column has to find the household" in page.content.decode()
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


def test_that_new_villages_are_meant_holds_for_one_file_only(officer):
    batch = checked(officer, *GOOD, new_villages="on", save_as="ของเรา")
    assert batch.mapping["new_villages"] is True
    assert "new_villages" in fields_of(officer.get(at("mapping", batch)))
    assert "new_villages" not in ImportMapping.objects.get().mapping
