from __future__ import annotations

import pytest

from tests import factories
from wattana.accounts.viewer import System
from wattana.kernel.problems import Forbidden
from wattana.registry.actions.standings import Standing, set_standings
from wattana.registry.models import Household

pytestmark = pytest.mark.django_db


def standings():
    return list(
        Household.objects.order_by("id").values_list(
            "standing_score", "standing_level", "standing_completeness", "standing_rank"
        )
    )


def test_standings_are_set_in_bulk_and_those_left_out_are_cleared():
    homes = [factories.household(house_no=str(n)) for n in range(3)]
    changed = set_standings(
        standings=[Standing(homes[0].pk, 1749, 1, 92), Standing(homes[1].pk, 2600, 3, 100)],
        by=System(),
    )
    assert changed == 2
    assert standings() == [
        (1749, 1, 92, 11_749),
        (2600, 3, 100, 32_600),
        (None, None, None, 99_999),
    ]
    changed = set_standings(standings=iter([Standing(homes[1].pk, 2600, 3, 100)]), by=System())
    assert changed == 1
    assert standings()[0] == (None, None, None, 99_999)


def test_the_same_standings_again_write_nothing():
    home = factories.household()
    rows = [Standing(home.pk, 2600, 3, 100)]
    assert set_standings(standings=rows, by=System()) == 1
    assert set_standings(standings=rows, by=System()) == 0
    assert set_standings(standings=[Standing(home.pk, 2600, 3, 99)], by=System()) == 1


def test_no_standings_clear_all():
    home = factories.household(standing_score=2600, standing_level=3)
    assert set_standings(standings=[], by=System()) == 1
    home.refresh_from_db()
    assert home.standing_score is None


def test_an_officer_of_a_tambon_does_not_publish_standings(officer):
    with pytest.raises(Forbidden):
        set_standings(standings=[], by=officer)
