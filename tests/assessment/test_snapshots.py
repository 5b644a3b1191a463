from __future__ import annotations

import datetime as dt
import errno
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.utils import timezone

from tests import factories
from tests.assessment.conftest import visit
from wattana.accounts.viewer import System
from wattana.assessment import actions, extract, snapshots, storage
from wattana.assessment.models import Snapshot
from wattana.kernel.problems import Conflict, Forbidden
from wattana.kit import machine
from wattana.kit.vault import vault
from wattana.registry.models import Consent, PrivacyNotice
from wattana.rules import codebook
from wattana.thai.dates import PartialDate

pytestmark = pytest.mark.usefixtures("installation")


def taken() -> Snapshot:
    return actions.take_snapshot(by=System())


def rows(snapshot: Snapshot, installation: Path, file: str) -> list[dict]:
    return pq.read_table(installation / snapshot.path / file).to_pylist()


def test_answers_become_typed_columns_of_the_codebook(installation):
    home = factories.household("33010301")
    head = factories.person(home, sex="female", birth_year=1980, relation="head")
    visit(
        home, home_tenure="rented", home_rent=1500.5, land_tenure=["none"], tap_water=True,
        people={head: {"income_month": 4000, "skills": ["crops", "food"]}},
    )  # fmt: skip
    snapshot = taken()
    [household] = rows(snapshot, installation, "households.parquet")
    [person] = rows(snapshot, installation, "persons.parquet")
    assert household["area"] == "33010301" and household["tambon"] == "330103"
    assert household["surveyed_on"] == dt.date(2025, 5, 30)
    assert household["home_tenure"] == "rented" and float(household["home_rent"]) == 1500.5
    assert household["land_tenure"] == ["none"] and household["tap_water"] is True
    assert household["home_condition"] is None, "what was not answered is not known"
    assert person["age"] == 45 and person["sex"] == "female" and person["relation"] == "head"
    assert person["income_month"] == 4000 and person["skills"] == ["crops", "food"]
    assert {variable.name for variable in codebook.load().columns("household")} <= set(household)
    assert {variable.name for variable in codebook.load().columns("person")} <= set(person)


def test_nothing_that_names_a_person_is_in_any_file(installation):
    planted = ["พลอยชมพู", "สุขเสมอ", "9330100001018", "0812345678", "77/12", "15.118", "104.322",
               "ซอยลำดวน", "33010000001", "HC-991"]  # fmt: skip
    home = factories.household(
        "33010301", house_no="77/12", road="ซอยลำดวน", house_code="33010000001", latitude=15.118,
        longitude=104.322, household_code="HC-991", source_key="9330100001018",
    )  # fmt: skip
    head = factories.person(home, first_name="พลอยชมพู", last_name="สุขเสมอ", phone="0812345678")
    texts = {
        level: {
            v.name: "พลอยชมพู 0812345678" for v in codebook.load().answers(level) if v.kind == "text"
        }
        for level in ("household", "person")
    }
    assert texts["household"] or texts["person"], "the codebook has free text to leave out"
    visit(home, tap_water=True, people={head: texts["person"]}, **texts["household"])
    folder = installation / taken().path
    assert sorted(file.name for file in folder.iterdir()) == [
        "households.parquet", "manifest.json", "persons.parquet"
    ]  # fmt: skip
    everything = (folder / "manifest.json").read_text()
    for name in snapshots.FILES:
        everything += json.dumps(
            pq.read_table(folder / name).to_pylist(), default=str, ensure_ascii=False
        )
    for secret in [*planted, str(home.pk), str(head.pk)]:
        assert secret not in everything


def test_pseudonyms_are_the_same_in_each_snapshot_so_that_rounds_compare(installation):
    home = factories.household("33010301")
    head = factories.person(home)
    visit(home, 2024, tap_water=False, people={head: {}})
    first = taken()
    visit(home, 2025, tap_water=True, people={head: {}})
    second = taken()
    for file, key in (("households.parquet", "household"), ("persons.parquet", "person")):
        names = {row[key] for one in (first, second) for row in rows(one, installation, file)}
        assert len(names) == 1


def test_the_same_data_give_the_same_manifest(installation):
    for village in ("33010301", "33010302", "33010501"):
        visit(factories.household(village), tap_water=True)
    first, second = taken(), taken()
    assert first.manifest_hash == second.manifest_hash and first.path != second.path


def test_another_answer_gives_another_manifest(installation):
    made = visit(factories.household("33010301"), tap_water=True)
    first = taken()
    made.answers = {"tap_water": False}
    made.save()
    assert taken().manifest_hash != first.manifest_hash


def test_only_accepted_visits_are_frozen_and_the_others_are_counted(installation):
    for status in ("submitted", "approved", "draft", "returned", "not_surveyed", "draft"):
        visit(factories.household("33010301"), status=status, tap_water=True)
    snapshot = taken()
    assert snapshot.visits == snapshot.households == 2
    assert snapshot.left_out == {"draft": 2, "not_surveyed": 1, "returned": 1}


def test_who_withdrew_consent_is_left_out_until_it_is_given_again(installation):
    visit(factories.household("33010301"), tap_water=True)
    home = factories.household("33010301")
    visit(home, tap_water=True)
    notice = PrivacyNotice.objects.create(
        version="1", text_th="ก", text_en="a", published_at=timezone.now()
    )
    consent = {"household": home, "notice": notice, "purpose": "survey", "method": "spoken"}
    now = timezone.now()
    Consent.objects.create(**consent, given_at=now, withdrawn_at=now, withdrawn_by=1)
    snapshot = taken()
    assert snapshot.households == 1 and snapshot.left_out == {"consent_withdrawn": 1}
    Consent.objects.create(**consent, given_at=now)
    assert taken().households == 2


def test_a_person_who_withdrew_consent_is_left_out(installation):
    home = factories.household("33010301")
    stays, leaves = factories.person(home), factories.person(home)
    visit(home, tap_water=True, people={stays: {}, leaves: {}})
    notice = PrivacyNotice.objects.create(
        version="1", text_th="ก", text_en="a", published_at=timezone.now()
    )
    now = timezone.now()
    Consent.objects.create(
        household=home, person=leaves, notice=notice, purpose="survey", method="spoken",
        given_at=now, withdrawn_at=now, withdrawn_by=1,
    )  # fmt: skip
    snapshot = taken()
    assert snapshot.persons == 1 and snapshot.households == 1


def test_a_merged_household_is_left_out(installation):
    kept, absorbed = factories.household("33010301"), factories.household("33010301")
    visit(kept, tap_water=True)
    visit(absorbed, tap_water=True)
    absorbed.status, absorbed.merged_into = "merged", kept
    absorbed.save()
    snapshot = taken()
    assert snapshot.households == 1 and snapshot.left_out == {"merged": 1}


def test_the_newest_visit_is_the_latest_unless_the_household_moved_away(installation):
    stays, moved = factories.household("33010301"), factories.household("33010302", status="moved")
    for home in (stays, moved):
        visit(home, 2024, tap_water=True)
        visit(home, 2025, tap_water=True)
    found = {
        (row["area"], row["visit_year"]): row["latest"]
        for row in rows(taken(), installation, "households.parquet")
    }
    assert found == {
        ("33010301", 2024): False, ("33010301", 2025): True,
        ("33010302", 2024): False, ("33010302", 2025): False,
    }  # fmt: skip


def test_rows_lie_in_the_order_of_areas(installation):
    for village in ("33020101", "33010301", "33010502", "33010301"):
        home = factories.household(village)
        visit(home, people={factories.person(home): {}}, tap_water=True)
    snapshot = taken()
    areas = [row["area"] for row in rows(snapshot, installation, "households.parquet")]
    order = [row["household"] for row in rows(snapshot, installation, "households.parquet")]
    persons = [row["household"] for row in rows(snapshot, installation, "persons.parquet")]
    assert areas == sorted(areas) and persons == order


@pytest.mark.parametrize(
    "born",
    [(1980,), (1980, 5), (1980, 6), (1980, 5, 30), (1980, 5, 31), (2025,), (2025, 5, 30),
     (2025, 5, 31), (2024, 2, 29), ()],
)  # fmt: skip
def test_age_is_that_of_the_day_of_the_survey(born, installation):
    home = factories.household("33010301")
    names = ("birth_year", "birth_month", "birth_day")
    head = factories.person(home, **dict(zip(names, born, strict=False)))
    made = visit(home, tap_water=True, people={head: {}})
    [person] = rows(taken(), installation, "persons.parquet")
    assert person["age"] == (PartialDate(*born).age_on(made.surveyed_on) if born else None)


def test_without_a_visit_there_is_nothing_to_freeze(installation):
    with pytest.raises(Conflict):
        taken()
    assert Snapshot.objects.get().status == "failed"
    assert not list((installation / "snapshots").iterdir())


def test_a_full_disk_is_told_and_leaves_nothing(installation, monkeypatch):
    visit(factories.household("33010301"), tap_water=True)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(snapshots, "_seal", full)
    with pytest.raises(Conflict) as told:
        taken()
    assert told.value.message == machine.FULL
    failed = Snapshot.objects.get()
    assert failed.status == "failed" and failed.problem["message"] == machine.FULL
    assert not list((installation / "snapshots").iterdir())


def test_other_errors_are_not_swallowed_but_the_row_says_that_it_failed(installation, monkeypatch):
    visit(factories.household("33010301"), tap_water=True)
    monkeypatch.setattr(snapshots, "_seal", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        taken()
    assert Snapshot.objects.get().status == "failed"
    assert not storage.busy()


def test_one_work_at_a_time(installation):
    visit(factories.household("33010301"), tap_water=True)
    lock = storage.lock()
    with pytest.raises(Conflict) as told:
        taken()
    assert told.value.message == storage.BUSY and not Snapshot.objects.exists()
    lock.close()
    assert taken().status == "ready"


def test_what_killed_work_left_is_cleared_by_the_next(installation):
    visit(factories.household("33010301"), tap_water=True)
    killed = Snapshot.objects.create(codebook_version="1")
    (installation / "snapshots" / "X.partial").mkdir(parents=True)
    taken()
    killed.refresh_from_db()
    assert killed.status == "failed" and killed.problem
    assert not (installation / "snapshots" / "X.partial").exists()


@pytest.mark.parametrize("file", ["households.parquet", "persons.parquet", "manifest.json"])
def test_a_changed_file_is_noticed(file, installation):
    visit(factories.household("33010301"), tap_water=True)
    snapshot = taken()
    with (installation / snapshot.path / file).open("ab") as opened:
        opened.write(b" ")
    with pytest.raises(Conflict):
        snapshots.verify(installation / snapshot.path, snapshot.manifest_hash)


def test_a_missing_file_is_noticed(installation):
    visit(factories.household("33010301"), tap_water=True)
    snapshot = taken()
    snapshots.verify(installation / snapshot.path, snapshot.manifest_hash)
    (installation / snapshot.path / "persons.parquet").unlink()
    with pytest.raises(Conflict):
        snapshots.verify(installation / snapshot.path, snapshot.manifest_hash)


def test_who_may_not_assess_takes_no_snapshot(installation):
    with pytest.raises(Forbidden):
        actions.take_snapshot(by=factories.viewer("tambon_officer"))
    assert not Snapshot.objects.exists()


def test_a_pseudonym_cannot_be_made_without_the_key(installation):
    home = factories.household("33010301")
    visit(home, tap_water=True)
    [row] = rows(taken(), installation, "households.parquet")
    assert row["household"] == vault().pseudonym(str(home.pk), "household")
    assert row["household"] != str(home.pk)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_database_is_read_at_one_moment_and_let_go(installation):
    home = factories.household("33010301")
    visit(home, people={factories.person(home): {}}, tap_water=True)
    snapshot = taken()
    assert (snapshot.visits, snapshot.persons) == (1, 1)
    assert not connection.in_atomic_block
    factories.household("33010302")  # writing goes on


def test_many_parts_give_the_same_rows_in_the_same_order_as_one(installation, monkeypatch):
    for number in range(40):
        home = factories.household(f"3301{number % 9 + 1:02}0{number % 4 + 1}")
        for year in (2024, 2025):
            visit(home, year, tap_water=bool(number % 2), people={factories.person(home): {}})
    visit(factories.household("330105"), tap_water=True)
    whole = taken()
    monkeypatch.setattr(extract, "_PART", 7)
    monkeypatch.setattr(extract, "_CHUNK", 3)
    in_parts = taken()
    for file in snapshots.FILES:
        assert rows(in_parts, installation, file) == rows(whole, installation, file)
    assert pq.ParquetFile(installation / in_parts.path / snapshots.FILES[1]).num_row_groups > 5
