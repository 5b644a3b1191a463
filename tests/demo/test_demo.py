"""The demo province, built by the real command, is whole, believable and invented."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests import postgres
from tests.site.commands import wattana
from wattana.demo import partners
from wattana.demo.people import homes, invented_id
from wattana.thai import national_id

pytestmark = pytest.mark.database  # its own: the real command in a folder


PEOPLE = """
import datetime as dt
from random import Random
from wattana.demo import answers, files
from wattana.demo.people import homes
draw = Random(7)
for home in homes(draw, [("33010301", "A"), ("33010302", "B")], 40, dt.date(2025, 7, 15)):
    print(home, files.lists_of(draw, home), answers.of_round(draw, home, 1, 0))
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "var"
    done = wattana(folder, "demo", "--households", "300", "--json")
    assert done.returncode == 0, done.stderr
    return folder


def rows(folder: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(folder / "wattana.sqlite3") as connection:
        return connection.execute(sql).fetchall()


def test_it_says_what_it_made_and_how_to_sign_in(demo):
    made = json.loads((demo / "demo.json").read_text())
    assert made["households"] == 300
    assert {one["role"] for one in made["accounts"]} == {
        "enumerator", "tambon_officer", "district_officer", "province_officer",
        "agency_caseworker", "researcher", "administrator",
    }  # fmt: skip


def test_each_of_the_fifteen_authorities_has_households(demo):
    assert rows(demo, "SELECT count(DISTINCT owner_id) FROM registry_household") == [(15,)]
    assert rows(demo, "SELECT count(*) FROM registry_household") == [(300,)]


def test_the_ended_agreement_is_history_and_a_renewed_one_is_marked_as_demo(demo):
    found = rows(demo, "SELECT starts, ends, is_demo FROM accounts_agreement ORDER BY starts")
    assert found[0] == ("2022-05-30", "2025-05-30", 0)
    assert found[1][2] == 1


def test_households_are_as_large_and_as_old_as_published(demo):
    people = rows(demo, "SELECT birth_year FROM registry_person")
    assert 4.2 < len(people) / 300 < 5.3  # published: 4.73
    old = sum(2026 - year >= 60 for (year,) in people) / len(people)
    assert 0.17 < old < 0.32  # published for the province: 0.229


@pytest.mark.parametrize("count", [30, 158, 200, 300, 6000])
def test_households_are_spread_evenly_so_that_no_authority_is_left_out(count):
    places = partners.villages(whole_province=False)
    made = Counter(home.village for home in homes(Random(1), places, count, dt.date(2025, 11, 1)))
    assert max(made.values()) - min(made[code] for code, _ in places) <= 1
    owners = dict(places)
    assert {owners[code] for code in made} == set(owners.values())


def test_nobody_in_a_household_has_the_given_name_of_another():
    villages = [(f"330103{moo:02}", "6330113") for moo in range(1, 15)]
    for home in homes(Random(1), villages, 2000, dt.date(2025, 11, 1)):
        names = [person.first_name for person in home.persons]
        assert len(set(names)) == len(names), names


def test_capital_means_resemble_the_published_ones(demo):
    done = wattana(demo, "assess", "--measure", "five_capitals", "--json")
    assert done.returncode == 0, done.stderr
    means = json.loads(done.stdout)["mean"]
    published = {
        "human": 2.56,
        "physical": 2.29,
        "financial": 1.96,
        "natural": 1.88,
        "social": 1.13,
    }
    for capital, mean in published.items():
        assert means[capital] == pytest.approx(mean, abs=0.25), capital


def test_three_rounds_lists_that_overlap_and_decisions(demo):
    assert rows(demo, "SELECT count(DISTINCT year) FROM surveys_visit") == [(3,)]
    on_two = "SELECT 1 FROM registry_listentry GROUP BY household_id HAVING count(*) > 1"
    assert rows(demo, f"SELECT count(*) FROM ({on_two})")[0][0] > 100
    found = dict(rows(demo, "SELECT list_status, count(*) FROM registry_household GROUP BY 1"))
    assert set(found) == {"from_list", "added", "confirmed_poor", "not_poor"}


def test_invented_numbers_are_of_the_class_that_no_register_issues(demo):
    made = (demo / "keys.json").exists()
    masked = rows(demo, "SELECT count(*) FROM registry_person WHERE national_id_hash IS NOT NULL")
    assert made and masked[0][0] > 1000
    assert national_id.is_valid(invented_id(1)) and invented_id(1).startswith("9")


def test_a_second_demo_is_refused_or_passed_over(demo):
    assert wattana(demo, "demo").returncode == 1
    assert wattana(demo, "demo", "--if-missing").returncode == 0


def test_real_data_are_never_overwritten(tmp_path):
    wattana(tmp_path, "install")
    done = wattana(tmp_path, "demo", "--households", "150")
    assert done.returncode == 1
    assert "real data" in done.stderr
    assert not (tmp_path / "demo.json").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's demo has its own folder")
@pytest.mark.usefixtures("db")  # it runs on PostgreSQL
def test_real_data_of_a_database_server_are_left_alone_and_their_pages_show_no_demo(tmp_path):
    database = postgres.fresh(f"real_{os.getpid()}")
    for words in (
        ("install",),
        ("members", "operator", "REAL", "--name-th", "มหาวิทยาลัย", "--kind", "university"),
        ("demo", "--households", "30"),
    ):
        done = wattana(tmp_path, *words, WATTANA_DATABASE=database)
    assert done.returncode == 1
    assert "holds organisations" in done.stderr
    assert not (tmp_path / "demo.json").exists()  # it would open the demo's accounts
    told = wattana(tmp_path, "members", "organizations", WATTANA_DATABASE=database)
    assert "REAL" in told.stdout and "6330113" not in told.stdout


def test_the_same_seed_makes_the_same_people_and_answers():
    """In two processes, in which sets and hashes have other orders."""
    first, second = (
        subprocess.run(
            [sys.executable, "-c", PEOPLE], env=os.environ | {"PYTHONHASHSEED": order},
            capture_output=True, text=True, check=True,
        ).stdout
        for order in ("1", "2")
    )  # fmt: skip
    assert len(first.splitlines()) == 40
    assert first == second


def test_an_interrupted_demo_leaves_nothing_in_its_place_and_thirty_households_are_one(tmp_path):
    place = tmp_path / "var"
    (tmp_path / "var.building").mkdir()
    (tmp_path / "var.building" / "demo.json").write_text('{"building": true}')
    (tmp_path / "var.building" / "wattana.sqlite3").write_bytes(b"half")
    assert not place.exists()
    done = wattana(place, "demo", "--households", "30", "--rounds", "1", "--json")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "var.building").exists()
    assert json.loads(done.stdout)["households"] == 30
    assert rows(place, "SELECT count(DISTINCT owner_id) FROM registry_household") == [(15,)]
    assert rows(place, "SELECT count(*) > 20 FROM assessment_householdresult") == [(1,)]
