from __future__ import annotations

import json

import pytest

from tests.site.commands import wattana

pytestmark = pytest.mark.database  # its own: the real command in a folder
COMMANDS = ["areas", "assess", "demo", "import", "install", "members", "serve", "snapshot"]


def test_help_lists_every_command(tmp_path):
    done = wattana(tmp_path, "--help")
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert done.stderr == "", "not even a warning of a library"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_without_making_a_database(tmp_path, name):
    done = wattana(tmp_path, name, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout
    assert not (tmp_path / "wattana.sqlite3").exists()


def test_an_unknown_command_is_wrong_use(tmp_path):
    done = wattana(tmp_path, "frobnicate")
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_a_fault_found_by_a_check_is_the_exit_code_of_the_process(tmp_path):
    (tmp_path / "programme.yaml").write_bytes(b"\x00\xff\xfe\x81")
    done = wattana(tmp_path, "entitlements", "check", str(tmp_path / "programme.yaml"))
    assert (done.returncode, done.stdout) == (2, "Files: 1, on: 0, cases: 0, faults: 1\n")
    assert "programme.yaml is no text." in done.stderr


def test_install_makes_a_private_folder_with_keys_tables_and_areas(tmp_path):
    place = tmp_path / "new"
    assert wattana(place, "install").returncode == 0
    assert (place / "wattana.sqlite3").exists()
    assert (place / "keys.json").stat().st_mode & 0o077 == 0
    assert (place / "secret_key").stat().st_mode & 0o077 == 0
    assert place.stat().st_mode & 0o077 == 0


def test_installing_again_changes_no_key(tmp_path):
    wattana(tmp_path, "install")
    before = (tmp_path / "keys.json").read_bytes(), (tmp_path / "secret_key").read_bytes()
    assert wattana(tmp_path, "install").returncode == 0
    assert ((tmp_path / "keys.json").read_bytes(), (tmp_path / "secret_key").read_bytes()) == before


@pytest.mark.parametrize("name", ["snapshot", "serve"])
def test_a_damaged_database_is_told_and_left_as_it_is(tmp_path, name):
    damaged = b"this is not a database" * 100
    (tmp_path / "wattana.sqlite3").write_bytes(damaged)
    done = wattana(tmp_path, name)
    assert done.returncode == 1
    assert "The database cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "wattana.sqlite3").read_bytes() == damaged


def test_a_program_that_asked_for_json_gets_the_reason_as_json(tmp_path):
    (tmp_path / "wattana.sqlite3").write_bytes(b"damaged" * 1000)
    about = ["--kind", "households", "--organization", "6330113", "--year", "2568"]
    done = wattana(tmp_path, "import", "a.csv", *about, "--json", "--language", "en")
    assert done.returncode == 1
    assert "The database cannot be used" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize("command", [["install"], ["members", "organizations"]], ids=" ".join)
def test_a_disk_that_fills_up_is_told_and_later_it_goes_on(tmp_path, command):
    done = wattana(tmp_path, *command, largest_file=100_000)
    assert done.returncode == 1
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert wattana(tmp_path, *command).returncode == 0


def test_problems_are_told_in_thai_where_the_terminal_speaks_thai(tmp_path):
    (tmp_path / "wattana.sqlite3").write_bytes(b"damaged" * 1000)
    assert "ใช้ฐานข้อมูลไม่ได้" in wattana(tmp_path, "snapshot", LANG="th_TH.UTF-8").stderr


@pytest.mark.parametrize(
    ("asked", "terminal", "said"),
    [
        (["--language", "th"], "en_GB.UTF-8", "ใช้ฐานข้อมูลไม่ได้"),
        (["--language=en"], "th_TH.UTF-8", "The database cannot be used"),
    ],
)
def test_an_unusable_database_is_told_in_the_language_asked_for(tmp_path, asked, terminal, said):
    (tmp_path / "wattana.sqlite3").write_bytes(b"damaged" * 1000)
    about = ["--kind", "households", "--organization", "6330113", "--year", "2568"]
    done = wattana(tmp_path, "import", "a.csv", *about, *asked, LANG=terminal)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_snapshot_of_nothing_says_what_to_do(tmp_path):
    done = wattana(tmp_path, "snapshot")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize(("speaks", "word"), [("en_GB.UTF-8", "open"), ("th_TH.UTF-8", "0")])
def test_the_daily_looks_answer_in_the_language_of_the_terminal(tmp_path, speaks, word):
    wattana(tmp_path, "install")
    for name in ("referrals", "grievances"):
        told = wattana(tmp_path, name, "nightly", LANG=speaks).stdout
        assert word in told
        assert ("open" in told) == (speaks == "en_GB.UTF-8")


def test_an_option_before_the_subcommand_hides_not_that_it_needs_the_database(tmp_path):
    wattana(tmp_path, "install")
    done = wattana(tmp_path, "entitlements", "--language", "en", "run")
    assert done.returncode == 1
    assert done.stderr.strip() == "There is no snapshot yet. Take one first: wattana snapshot"
    assert (tmp_path / "keys.json").exists()


@pytest.mark.parametrize("command", [["members", "organizations"], ["demo"], ["serve"]])
@pytest.mark.parametrize(("language", "said"), [("en", "cannot be read"), ("th", "ไม่ได้")])
def test_a_mistyped_database_is_told_with_its_setting_and_form(tmp_path, command, language, said):
    mistyped = "postgres://u:Geheim1@host:abc/name"
    done = wattana(tmp_path, *command, "--language", language, WATTANA_DATABASE=mistyped)
    assert done.returncode == 2
    told = done.stdout + done.stderr
    assert "WATTANA_DATABASE" in told and "postgres://" in told and said in told
    assert len(told.splitlines()) == 1 and "Geheim1" not in told


def test_help_is_there_also_with_a_mistyped_setting(tmp_path):
    done = wattana(tmp_path, "measure", "--help", WATTANA_SMALL_GROUP="x")
    assert done.returncode == 0 and not done.stderr


def test_a_list_without_organisations_says_where_they_were_looked_for(tmp_path):
    done = wattana(tmp_path, "members", "organizations")
    assert (done.returncode, done.stdout) == (0, "")
    assert "WATTANA_DATA" in done.stderr and "wattana members operator" in done.stderr
    assert json.loads(wattana(tmp_path, "members", "organizations", "--json").stdout) == []


@pytest.mark.parametrize(
    ("language", "said"), [("en", "A new installation was made in"), ("th", "สร้างระบบใหม่ใน")]
)
def test_the_first_command_in_a_folder_says_once_on_standard_error_that_it_is_new(
    tmp_path, language, said
):
    words = ["members", "organizations", "--json", "--language", language]
    first = wattana(tmp_path, *words)
    assert (first.returncode, json.loads(first.stdout)) == (0, [])
    assert len(first.stderr.splitlines()) == 1
    assert said in first.stderr and str(tmp_path) in first.stderr
    assert wattana(tmp_path, *words).stderr == ""


def test_installing_is_told_on_standard_output_alone(tmp_path):
    assert wattana(tmp_path, "install").stderr == ""


def test_a_database_server_that_does_not_answer_is_told_as_such(tmp_path):
    nobody = "postgres://u:Geheim1@127.0.0.1:1/name"
    done = wattana(tmp_path, "install", WATTANA_DATABASE=nobody)
    assert done.returncode == 1
    assert "Check that the server runs" in done.stderr
    assert "disk" not in done.stderr and "Geheim1" not in done.stderr
