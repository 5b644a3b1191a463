"""The files of the R package mpindex, which nobody here wrote, through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import factories
from wattana.registry.cli import import_
from wattana.registry.models import Household, Person
from wattana.surveys.models import Visit

pytestmark = pytest.mark.django_db

HOUSEHOLDS = """
columns:
  uuid: household_key
constants:
  area_code: "33010301"
  list_source: other
"""
ROSTER = """
columns:
  uuid: household_key
  line_number: person_key
  sex: sex
  age: age
"""
SURVEY = """
columns:
  uuid: household_key
  electricity: electricity
constants:
  surveyed_on: "1/5/2568"
values:
  electricity: {"1": metered, "2": none}
"""


def run(file: Path, kind: str, mapping: Path | None = None, *more: str) -> Result:
    options = ["--kind", kind, "--organization", "6330113", "--year", "2568", "--json", *more]
    options += ["--mapping", str(mapping)] if mapping else []
    return CliRunner().invoke(import_, [str(file), *options], catch_exceptions=False)


@pytest.fixture
def alkire_foster(shared: Path, tmp_path: Path) -> Path:
    factories.organization()
    for name, text in (("households", HOUSEHOLDS), ("roster", ROSTER), ("survey", SURVEY)):
        (tmp_path / f"{name}.yaml").write_text(text)
    for name in ("household", "roster"):
        source = shared / f"data/alkire_foster/af_mpindex_{name}_raw.csv"
        (tmp_path / f"{name}.csv").symlink_to(source)
    return tmp_path


def test_households_roster_and_survey_come_in(alkire_foster: Path):
    first = run(alkire_foster / "household.csv", "households", alkire_foster / "households.yaml")
    answer = json.loads(first.stdout)
    assert (first.exit_code, answer["rows"], answer["accepted"], answer["errors"]) == (
        0,
        198,
        198,
        [],
    )
    assert Household.objects.count() == 198
    second = run(alkire_foster / "roster.csv", "persons", alkire_foster / "roster.yaml")
    answer = json.loads(second.stdout)
    assert (second.exit_code, answer["rows"], answer["rejected"]) == (0, 905, 0)
    assert Person.objects.filter(sex="male", birth_year=2025 - 55).exists()
    third = run(alkire_foster / "household.csv", "five_capitals", alkire_foster / "survey.yaml")
    answer = json.loads(third.stdout)
    assert (third.exit_code, answer["created"]) == (0, 198), answer
    assert Visit.objects.filter(answers__electricity="metered").exists()


def test_the_second_time_nothing_changes(alkire_foster: Path):
    for kind, file in (
        ("households", "household"),
        ("persons", "roster"),
        ("five_capitals", "household"),
    ):
        mapping = {"households": "households", "persons": "roster", "five_capitals": "survey"}[kind]
        for _time in (1, 2):
            done = run(alkire_foster / f"{file}.csv", kind, alkire_foster / f"{mapping}.yaml")
            answer = json.loads(done.stdout)
            assert done.exit_code == 0
        assert (answer["created"], answer["updated"]) == (0, 0)
        assert answer["unchanged"] > 0
    assert (Household.objects.count(), Person.objects.count(), Visit.objects.count()) == (
        198,
        905,
        198,
    )
