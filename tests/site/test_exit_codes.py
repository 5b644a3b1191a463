"""What a command cannot use ends it with 2, what it cannot do with 1; never with a traceback."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.kit import commands
from wattana.site import cli, installation

pytestmark = pytest.mark.django_db
IMPORT = "import {file} --kind households --year 2568 --organization"

UNUSABLE = [
    "frobnicate",
    "areas nothing",
    "areas villages {folder}/none.csv",
    "areas boundaries {file}",
    "assess --scheme nope",
    "assess --scheme=",
    "assess --snapshot nope",
    "assess --snapshot 0000000000000",
    "assess --measure nope",
    "assess --engine nope",
    "demo --households 1",
    "entitlements explain --facts {file}",
    "entitlements explain --facts {folder}/none.yaml",
    "entitlements check {file}",
    "entitlements run --snapshot nope",
    "entitlements run --on yesterday",
    "entitlements what-if --change {file}",
    "grievances nothing",
    f"{IMPORT} nope",
    "import {folder}/none.csv --kind households --year 2568 --organization nope",
    f"{IMPORT} 6330113 --rejected {{folder}}/none/rejected.csv",
    f"{IMPORT} 6330113 --rejected {{file}}",
    "install --nope",
    "measure {folder}/none.csv --measure global_mpi",
    "measure {file} --measure nope",
    "measure {file} --measure global_mpi --csv {folder}/none/figures.csv",
    "members approve nobody",
    "members suspend nobody",
    "members invite somsri nope",
    "members operator SSK --name-th x --kind province",
    "members operator SSK --name-th x --kind province --area 99",
    "predict --capacity 3",
    "predict --out {folder}/none/m",
    "predict --out {file}",
    "predict --out {file}/m",
    "predict --seed -1",
    "predict --variables nope",
    "predict --variables expense__food --below nan",
    "predict --feature nope",
    "predict --below 2",
    "prune --keep 0 --yes",
    "referrals nothing",
    "serve --port 0",
    "simulate referrals --months 0",
    "snapshot --nope",
    "work --nope",
]
FAILED = [
    "assess",
    "entitlements run",
    "predict",
    "predict --variables expense__food",
    "serve --demo",
    "simulate referrals --keep",
    "snapshot",
]


@pytest.fixture
def ended(settings, tmp_path: Path, monkeypatch, capsys):
    """How the whole command ends: its code, what it prints and what it says beside it."""
    settings.KEYS_FILE = tmp_path / "keys.json"
    installation.ensure()
    (tmp_path / "file.yaml").write_bytes(b"\x00\xff\xfe\x81")

    def run(line: str) -> tuple[object, str, str]:
        words = line.format(folder=tmp_path, file=tmp_path / "file.yaml").split()
        monkeypatch.setattr(sys, "argv", ["wattana", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(("code", "lines"), [(2, UNUSABLE), (1, FAILED)])
def test_a_command_ends_with_the_code_of_what_is_wrong_and_says_it(ended, code, lines):
    found = [(line, *ended(line)) for line in lines]
    assert [(line, end) for line, end, _printed, said in found if end != code or not said] == []


def test_every_command_is_tried():
    assert {line.split()[0] for line in UNUSABLE} - {"frobnicate"} == set(cli._COMMANDS)


def test_a_program_reads_the_reason_with_the_same_code(ended):
    for line, code in [("assess --scheme nope", 2), ("snapshot", 1), (f"{IMPORT} nope", 2)]:
        ended_with, printed, _said = ended(f"{line} --json")
        assert (ended_with, bool(json.loads(printed)["error"])) == (code, True)


@pytest.mark.parametrize("line", ["assess --engine nope", "import {file}", "demo --households 1"])
def test_a_program_reads_also_what_is_wrong_with_its_options(ended, line):
    code, printed, said = ended(f"{line} --json --language en")
    assert (code, json.loads(printed)["error"] in said) == (2, True)


@pytest.mark.parametrize(
    ("kind", "code"), [(Invalid, 2), (NotFound, 2), (Conflict, 1), (Forbidden, 1)]
)
def test_the_kind_of_a_problem_is_the_code(kind, code):
    assert commands.Refused(kind("x"), as_json=False).exit_code == code
