"""Failures, races and outsiders: the state before stays, and the message says what to do."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from tests import factories
from tests.registry.imports.tables import OPERATOR, bring, check, table, upload
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.registry.imports import (
    actions,
    checking,
    folders,
    queries,
    rejected,
    writing,
    writing_people,
)
from wattana.registry.models import Household, ImportBatch, ListEntry, Person

pytestmark = pytest.mark.django_db

HEADER = ["HC", "รหัสหมู่บ้าน", "ชื่อ-สกุล", "เลขบัตรประชาชน"]
ROWS = [["HC1", "33010301", "ก ข", "9330100001018"], ["HC2", "33010302", "ค ง", ""]]


@pytest.fixture(autouse=True)
def office() -> Any:
    return factories.organization()


def commit(batch: ImportBatch, **more: Any) -> Any:
    return actions.commit(batch=batch, by=OPERATOR, **more)


@pytest.mark.parametrize("error", [OperationalError("disk is full"), OSError("No space left")])
@pytest.mark.parametrize("place", ["_write_entries", "_write_history"])
def test_a_failure_while_writing_leaves_everything_as_it_was(
    monkeypatch: pytest.MonkeyPatch, error: Exception, place: str
):
    batch, _ = check(table(HEADER, *ROWS))

    def fail(*_: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(writing, place, fail)
        with pytest.raises(Conflict, match="Nothing of this import was kept"):
            commit(batch)
    assert not Household.objects.exists() and not Person.objects.exists()
    batch.refresh_from_db()
    assert batch.status == "checked"
    commit(batch)
    assert (Household.objects.count(), Person.objects.count()) == (2, 2)


def test_what_was_checked_before_an_upgrade_is_checked_again_before_it_is_written():
    batch, _ = check(table(HEADER, *ROWS))
    MigrationRecorder(connection).record_applied("registry", "9999_sounds_of_another_rule")
    with pytest.raises(Conflict, match="Check the file again"):
        commit(batch)
    assert not Household.objects.exists()
    actions.check(batch=batch, by=OPERATOR)
    commit(batch)
    assert (Household.objects.count(), Person.objects.count()) == (2, 2)


def test_a_real_database_error_is_told_and_undone(monkeypatch: pytest.MonkeyPatch):
    batch, _ = check(table(HEADER, *ROWS))
    insert = writing_people.bulk.insert_columns

    def full(model: Any, *more: Any, **named: Any) -> None:
        insert(model, *more, **named)
        if model is Person:
            with connection.cursor() as cursor:  # refused by the database itself
                cursor.execute("INSERT INTO registry_person (id) VALUES (1)")

    monkeypatch.setattr(writing_people.bulk, "insert_columns", full)
    with pytest.raises(Conflict):
        commit(batch)
    assert not Household.objects.exists()


def test_a_mistake_of_ours_is_not_called_a_full_disk(monkeypatch: pytest.MonkeyPatch):
    batch, _ = check(table(HEADER, *ROWS))
    monkeypatch.setattr(writing, "_write_entries", lambda job: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        commit(batch)
    assert not Household.objects.exists()


def test_what_happened_between_check_and_commit_is_seen():
    batch, _ = check(table(HEADER, *ROWS))
    bring(table(HEADER, ["HC9", "33010309", "จ ฉ", "9330100001018"]))
    with pytest.raises(Conflict, match="registry changed"):
        commit(batch)
    assert commit(batch, accept_valid=True).counts.created == 1


def test_a_household_entered_in_between_is_found_not_doubled():
    batch, _ = check(table(HEADER, *ROWS))
    home = factories.household("33010301", household_code="HC1")
    commit(batch)
    assert list(Household.objects.filter(household_code="HC1")) == [home]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_rows_are_compared_again(monkeypatch: pytest.MonkeyPatch):
    batch, _ = check(table(HEADER, *ROWS))
    factories.household("33010301", household_code="HC1")
    compared, match = [], checking.match
    monkeypatch.setattr(
        checking, "match", lambda job: (compared.append(connection.in_atomic_block), match(job))
    )
    commit(batch)
    assert compared == [False]


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_rows_are_compared_again_is_seen(monkeypatch: pytest.MonkeyPatch):
    batch, _ = check(table(HEADER, *ROWS))
    factories.household("33010301", household_code="HC1")
    match = checking.match
    with monkeypatch.context() as patch:
        patch.setattr(checking, "match", lambda job: (match(job), enter_once()))
        commit(batch)
    codes = Household.objects.values_list("household_code", flat=True)
    assert sorted(codes) == sorted(set(codes))


def enter_once() -> None:
    """A household of the file, typed while its rows are compared."""
    if not Household.objects.filter(household_code="HC2").exists():
        factories.household("33010301", household_code="HC2")


def test_a_batch_is_committed_once():
    batch, _ = check(table(HEADER, *ROWS))
    again = ImportBatch.objects.get(pk=batch.pk)
    commit(batch)
    with pytest.raises(Conflict):
        commit(again)
    assert Household.objects.count() == 2


def test_uploads_lie_in_a_folder_of_their_own_and_go_when_they_are_done():
    batch, _ = check(table(HEADER, *ROWS))
    folder = folders.folder(batch.pk)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file.name
    commit(batch)
    assert not folder.exists()
    other = upload(table(HEADER, *ROWS))
    actions.discard(batch=other, by=OPERATOR)
    assert not folders.folder(other.pk).exists()


def test_rejected_rows_stay_for_their_office_without_running_anything(tmp_path: Path):
    header = [*HEADER, "หมายเหตุ"]
    bad = ["HC3", "99999999", "=cmd|' /C calc'!A0", "", "-12.5"]
    batch, _ = bring(
        table(header, [*ROWS[0], "+1"], bad), accept_valid=True,
        mapping={"columns": {"HC": "household_code", "รหัสหมู่บ้าน": "area_code"}},
    )  # fmt: skip
    kept = folders.folder(batch.pk) / folders.REJECTED
    rows = list(csv.reader(io.StringIO(kept.read_text("utf-8-sig"))))
    assert rows[0] == [*header, "Line in the file", "Why it was not taken"]
    assert rows[1][:6] == ["HC3", "99999999", "'=cmd|' /C calc'!A0", "", "-12.5", "3"]
    assert rows[1][6].startswith("รหัสหมู่บ้าน: There is no area")
    assert {file.name for file in kept.parent.iterdir()} == {folders.REJECTED, folders.REASONS}


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-x", "'-x"), ("\tx", "'\tx"), ("-5", "-5"), ("+66", "+66"),
     ("25/2", "25/2")],
)  # fmt: skip
def test_cells_that_a_spreadsheet_would_run_are_neutralised(cell: str, safe: str):
    assert rejected.neutral(cell) == safe


def test_an_officer_imports_for_her_own_organisation_within_her_areas(officer: Viewer):
    batch, report = bring(table(HEADER, *ROWS), by=officer)
    assert (batch.organization_id, report.counts.created) == (officer.organization_id, 2)
    assert Household.objects.first().created_by == officer.user_id
    event = AuditEvent.objects.get(action="import.commit")
    assert (event.user_id, event.object_id, event.detail["created"]) == (1, batch.pk, 2)


def test_batches_of_others_are_not_there(officer: Viewer, outsider: Viewer):
    batch, _ = check(table(HEADER, *ROWS), by=officer)
    assert queries.batch(officer, batch.pk) == batch
    with pytest.raises(NotFound):
        queries.batch(outsider, batch.pk)
    assert [row["id"] for row in queries.batches(officer).rows] == [batch.pk]
    assert queries.batches(outsider).rows == []


def test_an_outsider_brings_nothing_into_the_area(outsider: Viewer):
    _, report = check(table(HEADER, *ROWS), by=outsider)
    assert report.totals.accepted == 0


def test_without_an_agreement_nothing_can_be_imported(without_agreement: Viewer):
    with pytest.raises(Forbidden, match="no agreement is in force"):
        upload(table(HEADER, *ROWS), by=without_agreement)
    assert not ImportBatch.objects.exists()


def test_a_role_without_the_permission_imports_nothing():
    with pytest.raises(Forbidden):
        upload(table(HEADER, *ROWS), by=factories.viewer("enumerator"))


def test_an_upload_that_is_too_large_leaves_nothing(settings: Any):
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(Invalid, match="larger than"):
        upload(table(HEADER, *ROWS))
    assert not ImportBatch.objects.exists()
    parent = Path(settings.DATA) / "imports"
    assert not any(one.name == "upload" for one in parent.rglob("*"))


def test_a_corrupt_database_is_told_as_such(monkeypatch: pytest.MonkeyPatch):
    batch, _ = check(table(HEADER, *ROWS))

    def corrupt(*_: Any) -> None:
        raise DatabaseError("database disk image is malformed")

    monkeypatch.setattr(writing, "_make_villages", corrupt)
    with pytest.raises(Conflict, match="malformed"):
        commit(batch)
    assert not ListEntry.objects.exists()
