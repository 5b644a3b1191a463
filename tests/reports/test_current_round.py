"""Figures of an area stand in the newest round that has begun in earnest there."""

from __future__ import annotations

import pytest

from tests import factories
from tests.assessment.conftest import assessed, installation, plain, scored
from wattana.assessment.figures import Wave
from wattana.reports import changes, queries

__all__ = ["installation", "plain"]
pytestmark = pytest.mark.usefixtures("installation", "plain")
BEFORE, CURRENT, AHEAD = Wave(2023, 1), Wave(2024, 1), Wave(2025, 1)


@pytest.fixture
def one_ahead(installation, plain):
    """A tambon of 21 households in two rounds, of which one was visited in a third."""
    homes = [scored("33010301", 1.2, year=BEFORE.year) for _ in range(21)]
    for home in homes:
        scored("33010301", 2.8, year=CURRENT.year, home=home)
    scored("33010301", 3.6, year=AHEAD.year, home=homes[0])
    assessed()


def seeing(area: str = "33"):
    return factories.viewer("province_officer", areas=(area,))


def test_one_visit_ahead_leaves_the_progress_of_areas_in_its_round(one_ahead):
    found = queries.progress(seeing(), "3301")
    [surveyed] = [row.surveyed for row in found.rows if row.area.code == "330103"]
    assert (found.wave, surveyed) == (CURRENT, 21)


def test_change_compares_the_rounds_that_most_households_have(one_ahead):
    found = changes.change_page(seeing(), "330103", {})
    assert (found.asked.before, found.asked.after) == (BEFORE, CURRENT)
    assert found.households == 21 and found.moves["left"].count == 21
    assert found.waves[-1] == AHEAD, "it can still be asked for"


def test_the_rounds_of_an_area_page_end_with_its_current_one(one_ahead):
    viewer = seeing()
    page = queries.area_page(viewer, queries.seen_area(viewer, "330103"))
    assert [one.wave for one in page.rounds] == [BEFORE, CURRENT]
    assert page.figures.overall.levels == (0, 0, 20, 1), "the latest visit of each counts"


def test_each_area_stands_in_the_round_that_has_begun_in_it(one_ahead):
    home = scored("33020101", 1.2, year=CURRENT.year)
    scored("33020101", 2.8, year=AHEAD.year, home=home)
    assessed()
    assert queries.progress(seeing(), "3302").wave == AHEAD
    found = changes.change_page(seeing(), "3302", {})
    assert (found.asked.before, found.asked.after) == (CURRENT, AHEAD)
    assert queries.progress(seeing(), "3301").wave == CURRENT


def test_more_visits_bring_the_next_round(one_ahead, settings):
    settings.ROUND_BEGUN = 4
    assert queries.progress(seeing(), "3301").wave == AHEAD
