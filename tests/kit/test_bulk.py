"""Many rows at once, the same on both databases."""

from __future__ import annotations

import pyarrow as pa
import pytest
from django.db import connection, transaction
from django.db.utils import ConnectionHandler

from tests import factories
from wattana.areas.models import Area
from wattana.kit import bulk, finishing, parts
from wattana.registry.models import Household

pytestmark = pytest.mark.django_db

SAME = {"listed": True, "postcode": ""}
FIELDS = ["code", "level", "name_th", "name_en"]
ROWS = {"91": "อุบล", "92": "", "93": 'สอง\nบรรทัด, "คำ"'}


def columns() -> list[pa.Array]:
    codes = list(ROWS)
    return [pa.array(codes), pa.array([2] * len(codes)), pa.array(list(ROWS.values())),
            pa.array(codes)]  # fmt: skip


def test_what_is_inserted_in_columns_is_read_in_columns(tmp_path):
    done: list[int] = []
    bulk.insert_columns(
        Area, FIELDS, [columns()], SAME, total=3, room=parts.Room(tmp_path / "parts"),
        told=done.append,
    )  # fmt: skip
    rows = Area.objects.filter(code__in=ROWS).order_by("code")
    chunks = list(bulk.read(rows.values_list("code", "name_th", "parent_id"), [pa.string()] * 3))
    read = [row for chunk in chunks for row in finishing.as_rows(chunk)]
    assert read == [(code, name, None) for code, name in ROWS.items()]
    assert done == [3]


def test_nothing_is_read_of_nothing():
    none = Area.objects.none().values_list("code")
    assert list(bulk.read(none, [pa.string()])) == []


def test_a_load_that_is_broken_off_leaves_no_part_file(tmp_path, monkeypatch: pytest.MonkeyPatch):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite takes part files")
    monkeypatch.setattr(bulk, "_MANY", 1)
    monkeypatch.setattr(parts, "_LEAST", 1)
    room = parts.Room(tmp_path / "parts")

    def told(done: int) -> None:
        raise KeyboardInterrupt

    with bulk.letting_go(), pytest.raises(KeyboardInterrupt) as held, transaction.atomic():
        bulk.insert_columns(
            Area, FIELDS, [columns(), columns()], SAME, total=6, room=room, told=told
        )
    assert held.tb is not None  # it is looked at while the failure is still known
    assert not room.folder.exists()
    assert not Area.objects.filter(code__in=ROWS).exists()


def test_rows_are_deleted_by_what_a_query_says():
    kept, gone = factories.household(), factories.household()
    assert bulk.delete(Household.objects.filter(pk=gone.pk)) == 1
    assert list(Household.objects.values_list("pk", flat=True)) == [kept.pk]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's map of its file")
def test_while_large_tables_are_read_sqlite_maps_nothing_of_its_file(tmp_path, monkeypatch):
    file = {**connection.settings_dict, "NAME": str(tmp_path / "a.sqlite3")}
    opened = ConnectionHandler({"default": file})["default"]
    monkeypatch.setattr(bulk, "connection", opened)

    def mapped() -> int:
        with opened.cursor() as cursor:
            return cursor.execute("PRAGMA mmap_size").fetchone()[0]

    before = mapped()
    with bulk.unmapped():
        assert mapped() == 0
    assert mapped() == before > 0
    opened.close()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's temporary storage")
def test_a_load_sorts_on_disk_although_temporary_tables_were_in_use_before(tmp_path, monkeypatch):
    file = {**connection.settings_dict, "NAME": str(tmp_path / "a.sqlite3")}
    opened = ConnectionHandler({"default": file})["default"]
    monkeypatch.setattr(bulk, "connection", opened)

    def on_disk() -> bool:
        with opened.cursor() as cursor:
            return cursor.execute("PRAGMA temp_store").fetchone()[0] == 1

    with opened.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE before (id integer)")
    with bulk.letting_go(), opened.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        assert on_disk()
        cursor.execute("COMMIT")
    assert not on_disk()
    opened.close()
