from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from django.utils import translation

from tests.assessment.conftest import scored
from wattana.assessment import cli
from wattana.assessment.models import Run, Snapshot
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, NotFound

pytestmark = pytest.mark.usefixtures("installation", "plain")


def called(command, *arguments: str):
    """What a command answers; a `Problem` reaches the edge, which tells it with a code."""
    answer = CliRunner().invoke(command, arguments)
    if answer.exception and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer


def test_a_program_gets_figures_as_json():
    scored("33010301", 2.56, 2.29, 1.96, 1.88, 1.13)
    scored("33010302", 3.5)
    taken = json.loads(called(cli.snapshot, "--json").stdout)
    assert taken["households"] == taken["visits"] == 2
    assert taken["snapshot"] == keys.to_text(Snapshot.objects.get().pk)
    told = json.loads(called(cli.assess, "--measure", "five_capitals", "--json").stdout)
    assert told["snapshot"] == taken["snapshot"] and told["run"] == keys.to_text(
        Run.objects.get().pk
    )
    assert (told["households"], told["scored"]) == (2, 2)
    assert told["levels"] == {"1": 0, "2": 1, "3": 0, "4": 1}
    assert told["mean"]["overall"] == 2.732 and told["mean"]["human"] == 3.03
    assert told["completeness"]["overall"] == 1
    assert len(told["definitions_hash"]) == 64 and told["engine"].startswith("duckdb ")


def test_a_person_gets_lines_to_read():
    scored("33010301", 2.0)
    with translation.override("en"):
        assert "Households: 1" in called(cli.snapshot).stdout.splitlines()
        assert "Mean score: all five capitals 2.000" in called(cli.assess).stdout


def test_a_person_who_reads_thai_finds_no_key_of_the_json():
    """Keys, hashes, names of engines and letters of measures are the only Latin words."""
    scored("33010301", 2.0)
    with translation.override("th"):
        shown = called(cli.snapshot).stdout + called(cli.assess).stdout
    labels = [line.partition(": ")[0] for line in shown.splitlines()]
    assert [one for one in labels if re.search("[a-z]", one)] == []
    told = dict(line.split(": ", 1) for line in shown.splitlines())
    assert told["ครัวเรือน"] == "1" and told["ระดับ"].startswith("1 อยู่ลำบาก: 0, 2 อยู่ยาก: 1")
    assert told["คะแนนเฉลี่ย"].startswith("ทุนทั้ง 5 ด้าน 2.000, ทุนมนุษย์ ")


def test_an_older_snapshot_is_assessed_by_its_key():
    home = scored("33010301", 1.0, year=2024)
    called(cli.snapshot)
    first = Snapshot.objects.get()
    scored("33010301", 4.0, home=home, year=2025)
    called(cli.snapshot)
    told = json.loads(called(cli.assess, "--snapshot", keys.to_text(first.pk), "--json").stdout)
    assert told["mean"]["overall"] == 1.0
    assert json.loads(called(cli.assess, "--json").stdout)["mean"]["overall"] == 4.0


def test_without_a_snapshot_there_is_a_problem_that_says_what_to_do():
    with pytest.raises(Conflict) as told:
        called(cli.assess)
    assert "wattana snapshot" in str(told.value)


@pytest.mark.parametrize("key", ["0000000000000", "x", ""])
def test_an_unknown_snapshot_is_told_with_its_key_and_where_keys_stand(key):
    scored("33010301", 2.0)
    called(cli.snapshot)
    with pytest.raises(NotFound, match=f"“{key}”.*wattana snapshot"):
        called(cli.assess, "--snapshot", key)


def test_an_unknown_measure_is_wrong_use_and_makes_no_run():
    scored("33010301", 2.0)
    called(cli.snapshot)
    assert called(cli.assess, "--measure", "nothing").exit_code == 2
    assert not Run.objects.exists()


def test_without_a_visit_the_command_fails():
    with pytest.raises(Conflict):
        called(cli.snapshot)
