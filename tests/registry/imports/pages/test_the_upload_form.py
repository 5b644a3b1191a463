from __future__ import annotations

import re

import pytest

from tests.registry.imports.pages.sending import (
    GOOD,
    HEADER,
    at,
    fields_of,
    send,
    uploaded,
)
from tests.registry.imports.tables import table
from tests.registry.pages import text_of
from wattana.registry.imports import folders
from wattana.registry.models import (
    ImportBatch,
    ListEntry,
)

pytestmark = pytest.mark.django_db


def test_which_list_it_is_may_be_said_with_the_file(officer):
    batch = uploaded(officer, *GOOD, list_source="tpmap")
    assert batch.mapping["constants"]["list_source"] == "tpmap"
    persons = send(officer, table(HEADER, *GOOD), kind="persons", list_source="tpmap", name="p.csv")
    assert persons.status_code == 302
    other = ImportBatch.objects.get(kind="persons")
    assert "list_source" not in other.mapping.get("constants", {})


@pytest.mark.parametrize(("language", "shown"), [("th", "ชาวบ้าน"), ("en", "villager")])
def test_a_list_is_called_by_its_name_and_read_by_it(officer, language, shown):
    officer.cookies["django_language"] = language
    batch = uploaded(officer, *GOOD, list_source="villager")
    sent = fields_of(officer.get(at("mapping", batch)))
    assert shown in sent.values()
    officer.post(at("mapping", batch), sent)
    officer.post(at("commit", batch))
    assert set(ListEntry.objects.values_list("source", flat=True)) == {"villager"}


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
