from __future__ import annotations

import datetime as dt

import pytest

from tests import factories
from wattana.kernel.problems import Conflict, Invalid, NotFound
from wattana.registry.actions import households
from wattana.registry.models import FieldChange, Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes(db):
    return factories.household(house_no="1"), factories.household(house_no="2")


def move(person, home, officer, **more):
    return households.move_person(
        **{"person": person.pk, "to_household": home.pk, "on": "5/1/2568", "relation": "child",
           "by": officer} | more
    )  # fmt: skip


def test_a_move_closes_a_membership_and_begins_another(officer, homes):
    one = factories.person(homes[0], relation="grandchild", member_since=dt.date(2020, 5, 1))
    moved = move(one, homes[1], officer)
    assert (moved.household_id, moved.relation, moved.member_since) == (
        homes[1].pk, "child", dt.date(2025, 1, 5),
    )  # fmt: skip
    past = Membership.objects.get()
    assert (past.household_id, past.relation, past.since, past.until, past.reason) == (
        homes[0].pk, "grandchild", dt.date(2020, 5, 1), dt.date(2025, 1, 5), "moved",
    )  # fmt: skip
    assert set(FieldChange.objects.values_list("field", "old", "new")) == {
        ("household_id", str(homes[0].pk), str(homes[1].pk)),
        ("relation", "grandchild", "child"),
        ("member_since", "2020-05-01", "2025-01-05"),
    }


def test_somebody_who_had_left_lives_in_the_new_household(officer, homes):
    one = factories.person(homes[0], left_on=dt.date(2024, 1, 1))
    assert move(one, homes[1], officer).lives_here


@pytest.mark.parametrize(
    "more",
    [{"on": ""}, {"on": "1/1/2699"}, {"on": "1/1/2560"}, {"relation": "boss"}, {"reason": "why"}],
)
def test_a_move_needs_a_day_after_the_last_and_a_known_relation(officer, homes, more):
    one = factories.person(homes[0], member_since=dt.date(2020, 5, 1))
    with pytest.raises(Invalid):
        move(one, homes[1], officer, **more)


def test_nobody_moves_to_where_she_lives_or_after_death(officer, homes):
    one = factories.person(homes[0])
    with pytest.raises(Conflict):
        move(one, homes[0], officer)
    dead = factories.person(homes[0], died_on=dt.date(2024, 1, 1))
    with pytest.raises(Conflict):
        move(dead, homes[1], officer)


def test_a_head_does_not_move_in_beside_another(officer, homes):
    factories.person(homes[1], relation="head")
    with pytest.raises(Conflict):
        move(factories.person(homes[0]), homes[1], officer, relation="head")


def test_nobody_is_moved_out_of_the_scope_or_fetched_from_outside(officer, homes):
    away = factories.household("33010501")
    with pytest.raises(NotFound):
        move(factories.person(homes[0]), away, officer)
    with pytest.raises(NotFound):
        move(factories.person(away), homes[0], officer)
    assert not Membership.objects.exists()


def test_nobody_moves_into_a_merged_household(officer, homes):
    gone = factories.household(status="merged", merged_into=homes[1])
    with pytest.raises(Conflict):
        move(factories.person(homes[0]), gone, officer)
