"""The board counts what its viewer may see: whose turn it is, and what was reached."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.referrals.conftest import PATHS, member_of
from wattana.kit import moments
from wattana.methods.referral.machine import FINAL
from wattana.referrals import calendars
from wattana.referrals.actions import helped
from wattana.referrals.models import Referral
from wattana.referrals.queries import board
from wattana.registry.models import Household


@pytest.fixture
def governor(world):
    office = factories.organization("CHANGWAT", areas=("33",), kind="province")
    return member_of(office, "province_officer", ("33",))


@pytest.mark.parametrize("state", PATHS)
def test_the_database_knows_whose_turn_it_is_as_the_machine_does(world, state):
    case = world.at(state)
    acting = Referral.objects.values_list("waits_for", flat=True).get(pk=case.pk)
    assert acting == calendars.whose_turn(case)
    assert (acting is None) == (state in FINAL)


def test_a_case_of_a_household_that_left_the_province_is_counted_there_no_more(world, governor):
    world.at("sent", "housing")
    elsewhere = factories.household("40010101", owner=world.authority)
    assert board.board(governor).open == 1
    Household.objects.filter(pk=world.home.pk).update(area=elsewhere.area)
    assert board.board(governor).open == 0
    assert board.board(world.sender).open == 1  # its sender still answers for it


def reached(world) -> board.Figures:
    today = timezone.localdate()
    return board.figures(world.sender, today - dt.timedelta(days=90), today)


def test_a_yes_that_was_taken_back_confirms_nothing_of_the_help_after_it(world):
    case = world.at("confirmed")
    assert reached(world).confirmed == 1
    case = world.step(world.step(case, "did_not_come"), "help")
    assert (reached(world).helped, reached(world).confirmed) == (1, 0)
    assert reached(world).did_not_come == 1
    world.step(case, "close_unreached")
    assert (reached(world).helped, reached(world).confirmed) == (1, 0)


def test_a_need_that_was_helped_twice_counts_once_by_its_first_help(world):
    start = timezone.now() - dt.timedelta(days=60)
    with moments.at(start):
        case = world.at("approved", "housing")
        other = world.at("approved", "care")
    with moments.at(start + dt.timedelta(days=40)):
        case, other = world.step(case, "help"), world.step(other, "help")
    other.closed_at, other.state, other.need = timezone.now(), "closed", case.need
    helped.mark(other, case.helped_on - dt.timedelta(days=30))
    other.save()
    found = reached(world)
    assert (found.helped, found.days) == (1, 10)


@pytest.mark.parametrize(
    ("areas", "area", "seen"),
    [
        (("33",), "", 1),
        (("33",), "3301", 1),
        (("33",), "3302", 0),
        (("3302", "3301"), "", 1),
        (("3302",), "", 0),
        (("330102", "330103"), "330103", 1),
        (("330102",), "", 0),
        (("33010301", "33010302"), "", 1),
        (("3302", "330102", "33010301", "33010302", "33010309"), "", 1),
        (("33010308", "33010309"), "", 0),
        ((), "", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("many", [True, False])
def test_an_area_in_short_is_as_the_board_counts_it(world, monkeypatch, areas, area, seen, many):
    monkeypatch.setattr(board, "_are_many", lambda *_: many)
    world.at("sent", "housing")
    assert world.home.area_id == "33010301"
    office = factories.organization("OFFICE", areas=areas, kind="province")
    viewer = member_of(office, "province_officer", areas)
    factories.household("40010101", owner=world.authority)  # so that no area holds every household
    found, whole = board.standing(viewer, area), board.board(viewer, area)
    assert (found.open, found.late, found.at_risk) == (whole.open, whole.late, whole.at_risk)
    assert found.open == seen


def test_what_one_viewer_asked_answers_no_other(world, governor):
    """The SQL of a question is kept, what it asks for is not."""
    world.at("sent", "housing")
    neighbours = factories.organization("NEIGHBOUR", areas=("40",), kind="province")
    other = member_of(neighbours, "province_officer", ("40",))
    assert [board.standing(one).open for one in (governor, other, governor)] == [1, 0, 1]
