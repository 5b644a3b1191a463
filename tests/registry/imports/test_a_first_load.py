"""Many rows into an empty registry: another process seals, indexes and keys are made at the end."""

from __future__ import annotations

import errno

import pytest
from django.db import connection

from tests import factories
from tests.registry.imports.alike import one_index_for_all
from tests.registry.imports.tables import bring, table
from wattana.kernel.problems import Conflict
from wattana.kit import bulk, finishing, parts
from wattana.registry import national_ids
from wattana.registry.imports import writing, writing_people
from wattana.registry.models import Household, ListEntry, Person

pytestmark = pytest.mark.django_db

HEADER = ["HC", "รหัสหมู่บ้าน", "ลำดับที่สมาชิก", "ชื่อ-สกุล", "เลขบัตรประชาชน"]
NUMBERS = ["9330100001018", "9330100001026", "", "9330100001107"]
ROWS = [[f"HC{n}", "33010301", "1", f"คน{n} ดี", digits] for n, digits in enumerate(NUMBERS)]
TABLES = ("registry_household", "registry_person", "registry_listentry")


@pytest.fixture(autouse=True)
def large_from_the_first_row(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.organization()
    monkeypatch.setattr(bulk, "_MANY", 1)


def indexes_and_keys() -> set[str]:
    """Everything that makes rows unique, findable and bound, as the database writes it."""
    sqlite = "SELECT coalesce(sql, name) FROM sqlite_master WHERE tbl_name = %s"
    postgresql = (
        "SELECT indexdef FROM pg_indexes WHERE tablename = %s UNION ALL SELECT conname || ' ' ||"
        " pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass"
    )
    found = set()
    with connection.cursor() as cursor:
        for name in TABLES:
            if connection.vendor == "sqlite":
                cursor.execute(sqlite, [name])
            else:
                cursor.execute(postgresql, [name, name])
            found |= {sql for (sql,) in cursor.fetchall()}
    return found


def test_indexes_and_keys_are_the_same_afterwards():
    before = indexes_and_keys()
    bring(table(HEADER[:2], *(row[:2] for row in ROWS)))
    bring(table(HEADER, *ROWS), "persons")
    assert (Household.objects.count(), Person.objects.count(), ListEntry.objects.count()) == (
        4,
        4,
        4,
    )
    assert indexes_and_keys() == before


def test_numbers_that_another_process_sealed_can_be_opened(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(finishing, "_WORTH_A_PROCESS", 1)
    bring(table(HEADER, *ROWS), "persons")
    opened = {
        national_ids.reveal(person.national_id_sealed, person.pk)
        for person in Person.objects.exclude(national_id_hash=None)
    }
    assert opened == set(filter(None, NUMBERS))
    assert Person.objects.get(national_id_hash=None).no_id_reason == "not_asked"
    found = Person.objects.get(national_id_hash=national_ids.hashed(NUMBERS[0]))
    assert found.first_name == "คน0"


def test_rows_from_several_part_files_come_in_the_order_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(parts, "_LEAST", 1)
    bring(table(HEADER[:2], *(row[:2] for row in ROWS)))
    bring(table(HEADER, *ROWS), "persons")
    more = [[f"HC{n}", "33010301", "1", f"คน{n} ดี", ""] for n in range(4, 9)]
    bring(table(HEADER, *more), "persons")
    names = list(Person.objects.order_by("pk").values_list("first_name", flat=True))
    assert names == [f"คน{n}" for n in range(9)]


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_part_files_stays_after_the_commit(
    settings, monkeypatch: pytest.MonkeyPatch
):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite takes part files")
    monkeypatch.setattr(parts, "_LEAST", 1)
    bring(table(HEADER, *ROWS), "persons")
    assert attached() == []
    assert not list(settings.DATA.rglob("part-*"))


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_part_files_stays_after_a_load_that_was_undone(
    settings, monkeypatch: pytest.MonkeyPatch
):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite takes part files")
    monkeypatch.setattr(parts, "_LEAST", 1)
    while_writing: list[str] = []
    write = writing.write
    with monkeypatch.context() as patch:
        patch.setattr(writing, "write", lambda job: broken(job, write, while_writing))
        with pytest.raises(Conflict):
            bring(table(HEADER[:2], *(row[:2] for row in ROWS)))
    assert while_writing and attached() == []
    assert not Household.objects.exists()
    assert not list(settings.DATA.rglob("part-*"))


def broken(job, write, seen: list[str]) -> None:
    """The whole load, and then a disk that is full."""
    write(job)
    seen += attached()
    raise OSError(errno.ENOSPC, "No space left on device")


def attached() -> list[str]:
    with connection.cursor() as cursor:
        files = cursor.execute("PRAGMA database_list").fetchall()
    return [name for _, name, _ in files if name.startswith("part_")]


def test_a_key_that_is_violated_at_the_end_undoes_everything(monkeypatch: pytest.MonkeyPatch):
    before = indexes_and_keys()
    monkeypatch.setattr(writing_people.sealing, "in_columns", one_index_for_all)
    with pytest.raises(Conflict):
        bring(table(HEADER, *ROWS), "persons")
    assert not Household.objects.exists()
    assert indexes_and_keys() == before


def test_temporary_storage_that_is_in_use_does_not_stop_a_load():
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite keeps temporary tables beside the database")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE in_use (id integer)")
        before = cursor.execute("PRAGMA temp_store").fetchone()
    bring(table(HEADER, *ROWS), "persons")
    assert Person.objects.count() == 4
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA temp_store").fetchone() == before
        cursor.execute("DROP TABLE temp.in_use")
