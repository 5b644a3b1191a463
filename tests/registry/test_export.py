from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from tests import factories
from tests.registry.conftest import office
from wattana.accounts.models import AuditEvent
from wattana.registry import export

pytestmark = pytest.mark.django_db
FORMULAS = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]


@pytest.fixture
def route():
    return reverse("registry:export")


def home(name, **more):
    made = factories.household(**more)
    factories.person(made, first_name=name, last_name="", relation="head", title="")
    return made


def cells(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def sheet(response) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def test_the_csv_holds_the_filtered_list_with_titles(sign_in, route):
    home("สมศรี", house_no="2", standing_score=1234, standing_level=1, standing_completeness=80)
    home("ไม่เอา", house_no="3")
    answer = sign_in().get(route, {"level": "1"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    title, row = cells(answer)
    found = dict(zip(title, row, strict=True))
    assert found["Head of household"] == "สมศรี"
    assert (found["Area code"], found["District"], found["Tambon"], found["Village"]) == (
        "33010301", "Mueang Si Sa Ket", "Khu Sot", "Moo 1",
    )  # fmt: skip
    assert (found["Level"], found["Score (1–4)"], found["Completeness (%)"]) == ("1", "1.234", "80")


def test_in_thai_the_titles_are_thai(sign_in, route):
    home("สมศรี", standing_score=1234, standing_level=1)
    client = sign_in()
    client.cookies["django_language"] = "th"
    with translation.override("th"):
        title, row = cells(client.get(route))
    assert "หัวหน้าครัวเรือน" in title
    assert "อยู่ลำบาก" in row


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(sign_in, route, name, kind):
    home("ก", house_no=name)
    answer = sign_in().get(route, {"format": kind})
    row = (cells(answer) if kind == "csv" else sheet(answer))[1]
    assert str(row[8]).startswith("'")
    assert not any(str(cell).startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_the_workbook_holds_the_same_as_the_csv(sign_in, route):
    for number in range(5):
        home(f"ก{number}", house_no=f"{number}/1", standing_score=1000 + number, standing_level=1)
    client = sign_in()
    as_csv = cells(client.get(route, {"format": "csv"}))
    as_sheet = sheet(client.get(route, {"format": "xlsx"}))
    assert as_sheet[0] == as_csv[0]
    assert [row[9] for row in as_sheet] == [row[9] for row in as_csv]
    assert as_sheet[1][14] == 1.0


def test_an_export_is_audited_with_its_row_count_and_has_no_national_id(sign_in, route, officer):
    home("ก")
    answer = sign_in().get(route, {"sort": "place"})
    event = AuditEvent.objects.get()
    assert (event.action, event.detail) == (
        "household.export", {"format": "csv", "filters": ["sort"], "rows": 1},
    )  # fmt: skip
    assert not any("national" in title.lower() for title in cells(answer)[0])


def test_long_lists_come_in_pieces_with_a_fixed_number_of_queries(
    sign_in, route, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(export, "_LINES", 10)
    for number in range(45):
        home(f"ก{number}", house_no=str(number))
    client = sign_in()
    with django_assert_max_num_queries(13):
        answer = client.get(route)
        pieces = list(answer.streaming_content)
    assert len(pieces) == 6


def test_more_rows_than_a_sheet_holds_are_told(sign_in, route, monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS_OF_A_SHEET", 1)
    home("ก"), home("ข", house_no="2")
    assert sign_in().get(route, {"format": "xlsx"}).status_code == 400


def test_a_full_disk_is_told(sign_in, route, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_write", full)
    home("ก")
    answer = sign_in().get(route, {"format": "xlsx"})
    assert answer.status_code == 409
    assert b"disk" in answer.content


def test_only_the_scope_is_exported(sign_in, route):
    home("ที่นี่"), factories.person(factories.household("33010501"), relation="head")
    assert len(cells(sign_in().get(route))) == 2
    assert len(cells(sign_in(of=office("6330122", ("330122",))).get(route))) == 1


def test_other_kinds_of_file_and_wrong_filters_are_told(sign_in, route):
    client = sign_in()
    assert client.get(route, {"format": "pdf"}).status_code == 400
    assert client.get(route, {"level": "8"}).status_code == 400
    assert client.get(route, {"text": "9330100001018"}).status_code == 400


def test_an_enumerator_does_not_export(sign_in, route):
    assert sign_in("enumerator").get(route).status_code == 403
