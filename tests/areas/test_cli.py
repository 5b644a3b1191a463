from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from wattana.areas.cli import areas
from wattana.areas.models import Area, Boundary
from wattana.kit.commands import spoken

SQUARE = [[[104.2, 15.2], [104.3, 15.2], [104.3, 15.3], [104.2, 15.3], [104.2, 15.2]]]


@pytest.fixture
def run():
    def english(*words: object) -> Result:
        return CliRunner().invoke(spoken(areas), [*map(str, words), "--language", "en"])

    return english


@pytest.fixture
def boundaries(tmp_path):
    """A file with one good feature and one of no area."""
    path = tmp_path / "map.geojson"
    features = [
        {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
        for code in ("330103", "339999")
    ]
    path.write_text(json.dumps({"features": features, "metadata": {"source": "A survey"}}))
    return path


@pytest.mark.django_db
def test_load_answers_a_person_and_a_program(run):
    answer = run("load", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {"areas": Area.objects.count(), "retired_codes": 1583}
    assert "areas and" in run("load").stdout


def test_rejected_features_are_named_and_the_exit_code_is_3(two_provinces, run, boundaries):
    answer = run("boundaries", boundaries)
    assert answer.exit_code == 3
    assert "feature 2: There is no area with the code 339999." in answer.stderr
    assert "Nothing was written." in answer.stdout
    assert not Boundary.objects.exists()


def test_the_json_answer_has_the_form_of_an_import(two_provinces, run, boundaries):
    answer = run("boundaries", boundaries, "--accept-valid", "--json")
    assert answer.exit_code == 3
    assert json.loads(answer.stdout) == {
        "rows": 2,
        "accepted": 1,
        "rejected": 1,
        "errors": [
            {"row": 2, "column": "339999", "reason": "There is no area with the code 339999."}
        ],
    }
    assert Boundary.objects.get().area_id == "330103"


@pytest.mark.parametrize("command", ["boundaries", "villages"])
def test_an_unusable_file_exits_with_2(two_provinces, run, tmp_path, command):
    path = tmp_path / "empty"
    path.write_bytes(b"")
    answer = run(command, path)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "The file is empty." in answer.stderr
    answer = run(command, path, "--json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (2, {"error": "The file is empty."})


def test_a_missing_file_exits_with_2(run, tmp_path):
    assert run("villages", tmp_path / "none.csv").exit_code == 2


def test_villages_go_in_and_the_exit_code_is_0(two_provinces, run, tmp_path):
    path = tmp_path / "villages.csv"
    path.write_text("village_code,name_th\n33010301,บ้านคูซอด\n")
    answer = run("villages", path)
    assert answer.exit_code == 0
    assert "1 row: 1 written, 0 rejected." in answer.stdout


def test_many_faults_are_told_in_part_and_counted(two_provinces, run, tmp_path):
    path = tmp_path / "villages.csv"
    path.write_text("village_code,name_th\n" + "1,x\n" * 50)
    answer = run("villages", path)
    assert "… and 30 more" in answer.stderr
    assert "50 rejected" in answer.stdout
