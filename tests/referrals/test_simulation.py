"""Simulated months: nothing is lost, the same seed gives the same, the board agrees."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from django.utils import timezone, translation

from tests import factories
from wattana.kernel.problems import Conflict, Forbidden
from wattana.referrals import cli
from wattana.referrals.models import Event, Need, Referral
from wattana.referrals.queries.board import median
from wattana.referrals.simulation import simulate
from wattana.referrals.simulation.recounting import recount
from wattana.registry.models import Person
from wattana.surveys.models import VisitPerson


@pytest.fixture
def village(world):
    for number in range(12):
        home = factories.household("33010302", owner=world.authority, house_no=str(number + 2))
        factories.person(home, relation="head", birth_year=1950)
    return world


def test_every_case_is_accounted_for_and_the_board_agrees(village):
    found = simulate(months=4, seed=3, per_month=12)
    assert found.opened == found.closed + found.open > 10
    assert (found.lost, found.without_next_date, found.board_agrees) == (0, 0, True)
    assert found.helped >= found.confirmed > 0
    assert found.breached > 0 and found.median_days_to_help is not None
    assert not Referral.objects.exists()  # taken back


def test_the_same_seed_gives_the_same_and_another_seed_another(village):
    one, two = (simulate(months=2, seed=1, per_month=10) for _ in range(2))
    assert one == two
    assert simulate(months=2, seed=2, per_month=10) != one


def test_what_is_kept_stays_with_its_history(village):
    found = simulate(months=1, seed=1, per_month=10, keep=True)
    assert Referral.objects.count() == found.opened
    assert Event.objects.filter(action="create").count() == found.opened


@pytest.mark.parametrize("disabled", [True, False])
def test_help_for_the_disabled_concerns_who_said_so_at_the_latest_visit(village, disabled):
    for person in Person.objects.all():
        for year, said in ((2024, not disabled), (2025, disabled)):
            VisitPerson.objects.create(
                visit=factories.visit(person.household, year=year),
                person=person,
                answers={"disability": "with_card" if said else "none"},
            )
    simulate(months=4, seed=3, per_month=12, keep=True)
    needs = Need.objects.filter(service="disability")
    assert needs.exists() == disabled
    assert not needs.filter(person=None).exists()


def test_a_case_that_was_tampered_with_counts_as_lost(village):
    simulate(months=2, seed=1, per_month=10, keep=True)
    keys = list(Referral.objects.values_list("pk", flat=True))
    victim = Referral.objects.filter(closed_at__isnull=True).first()
    Referral.objects.filter(pk=victim.pk).update(state="draft")
    today = timezone.localdate()
    assert recount(keys, today, today, village.sender).lost == 1


def test_without_households_there_is_nothing_to_simulate(db):
    with pytest.raises(Conflict, match="nothing to simulate"):
        simulate(months=1, seed=1)


def test_the_command_answers_in_json(village):
    answer = CliRunner().invoke(
        cli.simulate, ["referrals", "--months", "1", "--per-month", "10", "--json"]
    )
    assert answer.exception is None, answer.exception
    told = json.loads(answer.stdout)
    assert {"opened", "closed", "open", "breached", "lost", "without_next_date"} <= set(told)


def test_a_person_is_answered_in_words(village):
    with translation.override("th"):
        answer = CliRunner().invoke(
            cli.simulate, ["referrals", "--months", "1", "--per-month", "10"]
        )
    told = dict(line.split(": ", 1) for line in answer.stdout.splitlines() if ": " in line)
    assert told["เรื่องที่ประวัติไม่ตรงกับสถานะปัจจุบัน"] == "0"
    assert told["หน้าสรุปแสดงผลตรงกัน"] == "ใช่"
    assert [name for name in told if re.search("[a-z]", name)] == []


def test_simulated_cases_are_kept_in_a_demonstration_only(village, settings):
    settings.DEMO = False
    answer = CliRunner().invoke(cli.simulate, ["referrals", "--months", "1", "--keep"])
    assert isinstance(answer.exception, Forbidden)


def test_the_nightly_command_names_what_no_clock_holds(world):
    case = world.draft()
    Referral.objects.filter(pk=case.pk).update(due_on=None)
    answer = CliRunner().invoke(cli.referrals, ["nightly"])
    assert case.number in answer.stdout
    told = json.loads(CliRunner().invoke(cli.referrals, ["nightly", "--json"]).stdout)
    assert told["without_next_date"] == [case.number]


def test_the_median_is_the_lower_middle_of_what_was_counted():
    assert median([(5, 1), (1, 1), (9, 1)]) == 5
    assert median([(1, 3), (10, 3)]) == 1
    assert median([]) is None
