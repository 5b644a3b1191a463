"""Plans with goals, follow-up visits, and how a household leaves and comes back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.referrals.conftest import member_of
from wattana.assessment.figures import CAPITALS
from wattana.assessment.models import HouseholdResult, Run, Snapshot
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.referrals.plans import actions, exits, graduation, queries
from wattana.registry.actions import consents
from wattana.registry.models import Household
from wattana.rules.measures import load_measure
from wattana.surveys.models import VisitPerson

SOON = timezone.localdate() + dt.timedelta(days=7)
_SOURCES = next(one for one in load_measure("five_capitals").indicators if one.code == "E1").inputs


@pytest.fixture
def plan(world):
    return actions.open_plan(household=world.home.pk, review_on=SOON, by=world.sender)


def test_a_plan_has_goals_that_are_settled_before_it_is_closed(world, plan):
    goal = actions.add_goal(
        plan=plan.pk, capital="human", text="back to school", doer="the mother", next_on=SOON,
        by=world.sender,
    )  # fmt: skip
    with pytest.raises(Conflict, match="under way"):
        actions.review(plan=plan.pk, review_on=None, by=world.sender)
    with pytest.raises(Invalid, match="given up"):
        actions.settle_goal(goal=goal.pk, state="dropped", by=world.sender)
    actions.settle_goal(goal=goal.pk, state="reached", by=world.sender)
    actions.review(plan=plan.pk, review_on=None, by=world.sender)
    with pytest.raises(Conflict, match="closed"):
        actions.review(plan=plan.pk, review_on=SOON, by=world.sender)


def test_one_plan_a_household(world, plan):
    with pytest.raises(Conflict, match="a plan already"):
        actions.open_plan(household=world.home.pk, review_on=SOON, by=world.sender)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_next_date_lies_within_a_year(world, days):
    day = timezone.localdate() + dt.timedelta(days=days)
    with pytest.raises(Invalid, match="a year ahead"):
        actions.open_plan(household=world.home.pk, review_on=day, by=world.sender)


def test_an_enumerator_records_a_visit_but_opens_no_plan(world):
    enumerator = member_of(world.authority, "enumerator", ("330103",))
    made = actions.record_follow_up(
        household=world.home.pk, on=timezone.localdate(), channel="visit", findings="roof mended",
        next_on=None, by=enumerator,
    )  # fmt: skip
    assert queries.story(enumerator, world.home.pk).follow_ups == [made]
    with pytest.raises(Forbidden):
        actions.open_plan(household=world.home.pk, review_on=SOON, by=enumerator)


def test_a_stranger_finds_neither_plan_nor_exit(world, plan):
    stranger = member_of(world.other, "tambon_officer", ("330105",))
    left = exits.propose(household=world.home.pk, reason="moved", evidence="e", by=world.sender)
    for look, key in ((queries.plan, plan.pk), (queries.exit_, left.pk)):
        with pytest.raises(NotFound):
            look(stranger, key)
    with pytest.raises(NotFound):
        actions.review(plan=plan.pk, review_on=SOON, by=stranger)


def test_two_members_let_a_household_go_and_it_may_come_back(world):
    colleague = member_of(world.authority, "tambon_officer", ("330103",))
    left = exits.propose(
        household=world.home.pk, reason="moved", evidence="register", by=world.sender
    )
    assert queries.to_decide(colleague) == [left]
    with pytest.raises(Forbidden, match="another member"):
        exits.decide(exit_=left.pk, approve=True, by=world.sender)
    with pytest.raises(Conflict, match="already"):
        exits.propose(household=world.home.pk, reason="moved", evidence="e", by=colleague)
    exits.decide(exit_=left.pk, approve=True, by=colleague)
    exits.reenter(exit_=left.pk, reason="came home", by=world.sender)
    assert queries.story(world.sender, world.home.pk).leaving is None
    exits.propose(household=world.home.pk, reason="own_wish", evidence="e", by=world.sender)


def test_nobody_leaves_while_a_case_is_open(world):
    world.at("sent")
    with pytest.raises(Conflict, match="open"):
        exits.propose(household=world.home.pk, reason="moved", evidence="e", by=world.sender)


def test_a_rejection_says_why(world):
    colleague = member_of(world.authority, "tambon_officer", ("330103",))
    left = exits.propose(household=world.home.pk, reason="not_poor", evidence="e", by=world.sender)
    with pytest.raises(Invalid, match="why it is rejected"):
        exits.decide(exit_=left.pk, approve=False, by=colleague)
    exits.decide(exit_=left.pk, approve=False, answer="income is low", by=colleague)
    assert queries.story(colleague, world.home.pk).leaving is None


def named(viewer, cursor: str | None = None) -> list[int]:
    return [row["id"] for row in graduation.candidates(viewer, cursor).rows]


def test_out_of_poverty_has_to_show_in_two_rounds(world):
    with pytest.raises(Invalid, match="do not show it"):
        exits.propose(household=world.home.pk, reason="graduated", evidence="e", by=world.sender)
    levels(world.home, run(), 3, 3)
    incomes(world.home, 900_000, 900_000)
    assert named(world.sender) == [world.home.pk]
    exits.propose(household=world.home.pk, reason="graduated", evidence="e", by=world.sender)
    assert named(world.sender) == []


def test_nobody_is_named_by_answers_to_which_consent_is_withdrawn(world):
    levels(world.home, run(), 3, 3)
    incomes(world.home, 900_000, 900_000)
    given = consents.record(
        household=world.home.pk, purpose="survey", method="spoken", given_on="1/1/2568",
        by=world.sender,
    )  # fmt: skip
    consents.withdraw(consent=given.pk, by=world.sender)
    assert named(world.sender) == []


@pytest.mark.parametrize("each", [(2, 3), (3, 2), (3,), (3, None, 3)])
def test_one_low_round_or_a_single_one_is_enough_to_stay(world, each):
    levels(world.home, run(), *each)
    incomes(world.home, 900_000, 900_000)
    assert named(world.sender) == []
    assert not graduation.holds(world.home.pk)


@pytest.mark.parametrize("each", [(None, None), (900_000, None), (900_000, 12), (900_000,)])
def test_income_that_is_low_or_that_nobody_knows_does_not_hold(world, each):
    levels(world.home, run(), 3, 3)
    incomes(world.home, *each)
    assert named(world.sender) == []
    assert not graduation.holds(world.home.pk)


def test_every_household_that_may_leave_is_on_one_of_the_pages_the_best_first(world, monkeypatch):
    monkeypatch.setattr(graduation, "_PAGE", 2)
    homes, this = [world.home], run()
    homes += [factories.household(owner=world.authority, house_no=f"9/{n}") for n in range(4)]
    for number, home in enumerate(homes):
        levels(home, this, 3, 3, score=3000 + number)
        incomes(home, 900_000, 12 if number == 2 else 900_000)
    keys = [home.pk for home in homes]
    first = graduation.candidates(world.sender)
    second = graduation.candidates(world.sender, first.page.next)
    third = graduation.candidates(world.sender, second.page.next)
    pages = [[keys.index(row["id"]) for row in one.rows] for one in (first, second, third)]
    assert pages == [[4, 3], [1], [0]]
    assert third.page.next is None
    assert named(world.sender, second.page.previous) == [row["id"] for row in first.rows]


def test_households_of_others_are_not_named(world):
    levels(world.home, run(), 3, 3)
    incomes(world.home, 900_000, 900_000)
    assert named(member_of(world.other, "tambon_officer", ("330105",))) == []


def run() -> Run:
    snapshot = Snapshot.objects.create(status="ready", path="x", manifest_hash="0" * 64)
    return Run.objects.create(
        snapshot=snapshot, measure="five_capitals", measure_version="1", definitions_hash="0" * 64,
        engine="duckdb", engine_version="1", status="ready", finished_at=timezone.now(),
        current=True,
    )  # fmt: skip


def levels(home: Household, run: Run, *each: int | None, score: int = 3000) -> None:
    """Results of yearly rounds at these levels, the last one now."""
    complete = {f"{capital}_completeness": 1000 for capital in CAPITALS}
    for number, level in enumerate(each):
        HouseholdResult.objects.create(
            run=run, household=home, year=2024 + number, round=1, level=level,
            latest=number == len(each) - 1, completeness=1000, **complete,
        )  # fmt: skip
    Household.objects.filter(pk=home.pk).update(standing_level=each[-1], standing_score=score)


def incomes(home: Household, *each: int | None) -> None:
    """Approved visits of yearly rounds: so much earned by the only member; None: nobody said."""
    member = factories.person(home)
    for number, baht in enumerate(each):
        visit = factories.visit(
            home, year=2024 + number, status="approved",
            answers=dict.fromkeys(_SOURCES, 0) | {"nonfarm_income": baht} if baht else {},
        )  # fmt: skip
        VisitPerson.objects.create(visit=visit, person=member)
