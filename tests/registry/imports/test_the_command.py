"""`wattana import`: the answer, the exit codes, and that the state before stays."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from tests import factories
from tests.registry.imports.tables import table, upload
from tests.waiting import turn_of_another
from wattana.accounts.cli import members
from wattana.accounts.models import AuditEvent
from wattana.areas.actions import ensure_villages
from wattana.kit.commands import spoken
from wattana.registry.cli import import_
from wattana.registry.models import Household, ImportBatch, ListEntry

pytestmark = pytest.mark.django_db

HEADER = ["HC", "รหัสหมู่บ้าน", "บ้านเลขที่", "ชื่อ-สกุล"]
GOOD = [["HC1", "33010301", "7", "ก ข"], ["HC2", "33010302", "25-ก.พ.", "ค ง"]]
BAD = ["HC3", "33010501", "9", "จ ฉ"]


@pytest.fixture(autouse=True)
def office(monkeypatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    factories.organization()
    factories.area("330105")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(table(HEADER, *GOOD))
    return path


def run(file: Path, *options: str, kind: str = "households", year: str = "2568") -> Result:
    given = ["--kind", kind, "--organization", "6330113", "--year", year]
    return CliRunner().invoke(
        spoken(import_), [str(file), *given, *options], catch_exceptions=False
    )


def answer(done: Result) -> dict:
    return json.loads(done.stdout)


def test_a_good_file_goes_in(file: Path):
    done = run(file, "--json")
    told = answer(done)
    assert done.exit_code == 0
    assert {key: told[key] for key in ("rows", "accepted", "rejected", "errors")} == {
        "rows": 2, "accepted": 2, "rejected": 0, "errors": [],
    }  # fmt: skip
    assert Household.objects.count() == 2
    assert ListEntry.objects.first().source_year == 2025


def test_new_villages_are_taken_when_the_option_says_so(file: Path):
    ensure_villages(["33010301"], listed=True)
    told = answer(run(file, "--json", "--dry-run"))
    assert [(one["row"], one["column"]) for one in told["errors"]] == [(3, "รหัสหมู่บ้าน")]
    assert told["errors"][0]["reason"].endswith("If it is a new village, say so: --new-villages.")
    done = run(file, "--json", "--new-villages")
    assert (done.exit_code, answer(done)["warnings"][0]["row"]) == (0, 3)


def test_the_year_may_be_ce(file: Path):
    assert run(file, "--json", year="2025").exit_code == 0
    assert ListEntry.objects.first().source_year == 2025


def test_a_rejected_row_stops_the_whole_file(file: Path):
    file.write_text(table(HEADER, *GOOD, BAD))
    done = run(file, "--json")
    told = answer(done)
    assert done.exit_code == 3
    assert (told["rows"], told["accepted"], told["rejected"]) == (3, 2, 1)
    assert [(one["row"], one["column"]) for one in told["errors"]] == [(4, "รหัสหมู่บ้าน")]
    assert "is not an area of this organisation" in told["errors"][0]["reason"]
    assert not Household.objects.exists()


def test_good_rows_go_in_when_asked_for(file: Path, tmp_path: Path):
    file.write_text(table(HEADER, *GOOD, BAD))
    kept = tmp_path / "rejected.csv"
    done = run(file, "--json", "--accept-valid", "--rejected", str(kept))
    assert (done.exit_code, answer(done)["accepted"], Household.objects.count()) == (3, 2, 2)
    assert "HC3" in kept.read_text("utf-8-sig") and "HC1" not in kept.read_text("utf-8-sig")


def test_the_file_of_rejected_rows_goes_in_once_it_is_corrected(file: Path, tmp_path: Path):
    header = [*HEADER, "เลขบัตรประชาชน", "โทรศัพท์"]
    file.write_text(table(header, [*BAD, "-", "+66812345678"]))
    kept = tmp_path / "rejected.csv"
    assert run(file, "--rejected", str(kept)).exit_code == 3
    assert ",'-," in kept.read_text("utf-8-sig")
    kept.write_text(kept.read_text("utf-8-sig").replace("33010501", "33010301"))
    done = run(kept, "--json")
    assert (done.exit_code, answer(done)["errors"]) == (0, [])


@pytest.mark.parametrize(("rows", "code"), [(GOOD, 0), ([*GOOD, BAD], 3)])
def test_a_dry_run_writes_nothing(file: Path, rows: list[list[str]], code: int):
    file.write_text(table(HEADER, *rows))
    done = run(file, "--json", "--dry-run", "--accept-valid")
    assert (done.exit_code, answer(done)["written"]) == (code, False)
    assert "batch" not in answer(done), "it would name an import that there is not"
    assert not Household.objects.exists()
    assert not ImportBatch.objects.exists(), "a trial leaves no import behind"
    assert AuditEvent.objects.filter(action="import.dry_run").count() == 1


def test_reasons_come_in_the_language_that_is_asked_for(file: Path):
    file.write_text(table(HEADER, BAD))
    english = answer(run(file, "--json"))["errors"][0]["reason"]
    thai = answer(run(file, "--json", "--language", "th"))["errors"][0]["reason"]
    assert english.isascii() and "organisation" in english
    assert "organisation" not in thai


@pytest.mark.parametrize(
    ("terminal", "thai"), [("th_TH.UTF-8", True), ("C.UTF-8", True), ("en", False)]
)
def test_without_an_option_the_terminal_says_the_language_and_else_it_is_thai(
    file: Path, monkeypatch, terminal: str, thai: bool
):
    monkeypatch.setenv("LC_ALL", terminal)
    file.write_text(table(HEADER, BAD))
    assert ("หน่วยงาน" in answer(run(file, "--json"))["errors"][0]["reason"]) == thai


def test_for_people_the_answer_is_text(file: Path):
    file.write_text(table(HEADER, *GOOD, BAD))
    done = run(file)
    assert "3 rows: 2 good, 1 rejected. Nothing was written." in done.stdout
    assert "line 4, รหัสหมู่บ้าน" in done.stderr
    assert "2 created" in run(file, "--accept-valid").stdout


def test_for_people_equal_reasons_stand_together(file: Path):
    file.write_text(table(HEADER, *GOOD, BAD, ["HC4", *BAD[1:2], "10", *BAD[3:]]))
    told = [line for line in run(file).stderr.splitlines() if "rejected" in line]
    assert len(told) == 1 and "2 rows (lines 4, 5), รหัสหมู่บ้าน" in told[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("a,b,a\n1,2,3\n", "stands twice"),
        ("HC1,33010301\nHC2,33010302\n", "No column"),
        ("%PDF-1.5", "PDF"),
        ('HC,รหัสหมู่บ้าน\nHC1,"330103\n', "not a proper table at line 2"),
        ("HC,รหัสหมู่บ้าน\n", "no rows"),
    ],
)
def test_an_unusable_file_is_told_and_changes_nothing(file: Path, content: str, message: str):
    file.write_text(content)
    done = run(file, "--json")
    told = answer(done)
    assert done.exit_code == 2
    assert message in told["error"] and message in told["errors"][0]["reason"]
    assert (told["rows"], told["accepted"], told["rejected"]) == (0, 0, 0)
    assert message in run(file).stderr
    assert not Household.objects.exists() and not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--organization", "nobody"], "no organisation"),
        (["--kind", "houses"], "no kind of import"),
        (["--year", "68"], "two digits"),
        (["--mapping", "absent.yaml"], "no file absent.yaml"),
    ],
)
def test_an_unusable_option_is_told(file: Path, options: list[str], message: str):
    done = run(file, "--json", *options)
    assert (done.exit_code, message in answer(done)["error"]) == (2, True), done.stdout


def test_a_file_that_is_not_there_is_unusable(tmp_path: Path):
    done = run(absent := tmp_path / "absent.csv", "--json")
    assert (done.exit_code, f"no file {absent}." in answer(done)["error"]) == (2, True)


def test_a_mapping_that_does_not_fit_is_unusable(file: Path, tmp_path: Path):
    (tmp_path / "map.yaml").write_text("columns: {uuid: household_key}\n")
    done = run(file, "--json", "--mapping", str(tmp_path / "map.yaml"))
    assert (done.exit_code, "no column “uuid”" in answer(done)["error"]) == (2, True)


def test_nothing_stays_on_the_disk(file: Path, settings):
    run(file, "--json")
    file.write_text("")
    run(file, "--json")
    assert not list((Path(settings.DATA) / "imports").iterdir())


def test_columns_of_which_nothing_is_taken_are_named_also_with_a_mapping(
    file: Path, tmp_path: Path
):
    mapping = tmp_path / "map.yaml"
    mapping.write_text("columns: {HC: household_key, รหัสหมู่บ้าน: area_code}\n")
    told = answer(run(file, "--json", "--dry-run", "--mapping", str(mapping)))
    assert told["left_out"] == ["บ้านเลขที่", "ชื่อ-สกุล"]
    file.write_text(table([*HEADER, "อื่นๆ"], *[[*cells, "1"] for cells in GOOD]))
    assert answer(run(file, "--json"))["left_out"] == ["อื่นๆ"]


def test_notes_for_people_are_in_their_language(file: Path):
    header = ["HC", "รหัสหมู่บ้าน", "electricity", "อื่นๆ"]
    file.write_text(table(header, ["HC1", "33010301", "metered", "1"]))
    thai = run(file, "--language", "th", "--dry-run", kind="five_capitals")
    assert thai.stderr.count("หมายเหตุ: ") == 3 and "note" not in thai.stderr
    assert "31 ธ.ค. 2568" in thai.stderr and "2025-12-31" not in thai.stderr
    file.write_text(table(HEADER, BAD))
    assert "rejected" not in run(file, "--language", "th").stderr


def test_what_a_spreadsheet_did_is_told_with_lines_and_kept_with_the_batch(file: Path):
    more = ["HC3", "33010301", "2-มี.ค.", "จ ฉ"]
    file.write_text(table(HEADER, *GOOD, more))
    done = run(file, "--json")
    note = answer(done)["notes"][0]
    assert (note["column"], note["count"], note["rows"]) == ("บ้านเลขที่", 2, [3, 4])
    assert "read as 25/2" in note["reason"]
    rows = [(one["row"], one["reason"][-5:]) for one in answer(done)["warnings"]]
    assert rows == [(3, "25/2."), (4, " 2/3.")]
    kept = ImportBatch.objects.get().notes
    assert [(one["count"], one["rows"]) for one in kept] == [(2, [3, 4])]
    file.write_text(table(HEADER, ["HC9", "33010301", "3-เม.ย.", "ช ซ"]))
    assert "note: 1 row (line 2), บ้านเลขที่: A spreadsheet" in run(file).stderr


def test_day_numbers_of_a_spreadsheet_are_told_without_the_day(tmp_path: Path):
    path = tmp_path / "people.csv"
    rows = [["HC1", "33010301", "ก", "ข", "23743"], ["HC1", "33010301", "ค", "ง", "1/1/2508"]]
    path.write_text(table(["HC", "รหัสหมู่บ้าน", "ชื่อ", "นามสกุล", "วันเกิด"], *rows))
    notes = answer(run(path, "--json", kind="persons"))["notes"]
    assert [(one["column"], one["rows"]) for one in notes] == [("วันเกิด", [2]), ("HC", [2])]
    assert ImportBatch.objects.get().notes[0]["params"] == "{}"


def test_a_further_list_is_a_change_and_the_same_list_is_none(file: Path, tmp_path: Path):
    def with_list(source: str) -> dict:
        mapping = tmp_path / f"{source}.yaml"
        mapping.write_text(f"constants: {{list_source: {source}}}")
        told = answer(run(file, "--json", "--mapping", str(mapping)))
        return {name: told[name] for name in ("created", "updated", "unchanged")}

    assert with_list("tpmap") == {"created": 2, "updated": 0, "unchanged": 0}
    assert with_list("bmn") == {"created": 0, "updated": 2, "unchanged": 0}
    assert with_list("bmn") == {"created": 0, "updated": 0, "unchanged": 2}
    assert ListEntry.objects.count() == 4


def test_the_kind_of_a_file_that_is_no_table_is_named_in_the_language(file: Path):
    file.write_bytes(b"\x89PNG rest of a picture")
    with translation.override("th"):
        kind = translation.gettext("a picture")
    assert kind != "a picture"
    assert kind in run(file, "--language", "th").stderr


def test_codes_of_organisations_are_listed_where_a_wrong_one_sends_one():
    told = CliRunner().invoke(members, ["organizations"]).stdout
    assert "6330113" in told and "330103" in told
    listed = json.loads(CliRunner().invoke(members, ["organizations", "--json"]).stdout)
    assert [one["code"] for one in listed] == ["6330113"]
    assert "members organizations" in CliRunner().invoke(import_, ["--help"]).stdout


def test_a_folder_is_called_one_with_its_path_as_typed(tmp_path: Path):
    done = run(tmp_path)
    assert (done.exit_code, done.stderr) == (2, f"{tmp_path} is a folder. Name a file in it.\n")


def test_a_year_that_is_none_names_its_option(file: Path):
    done = run(file, year="abc")
    assert (done.exit_code, done.stderr[:8]) == (2, "--year: ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_who_has_to_wait_for_another_import_is_told_for_whose_also_without_a_terminal(
    file: Path, options: tuple[str, ...]
):
    other = factories.organization("6330114", name_en="Nong Khrok SAO")
    batch = upload("x", organization=other)
    with turn_of_another("imports", whose=batch.pk) as let_go:
        threading.Timer(1.5, let_go).start()
        done = run(file, *options)
    assert done.exit_code == 0
    told = "Waiting until another import is written: that of Nong Khrok SAO, at work since "
    assert done.stderr.count(told) == 1
    assert "Waiting" not in done.stdout
    if options:
        assert answer(done)["written"]
