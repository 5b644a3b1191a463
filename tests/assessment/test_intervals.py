from __future__ import annotations

import pytest

from tests import factories
from tests.reports import rows
from wattana.accounts.viewer import NOBODY
from wattana.assessment.intervals import area_intervals
from wattana.kernel.problems import Forbidden

pytestmark = pytest.mark.django_db
OFFICER = ("33",)


@pytest.fixture
def run():
    """Two tambons: one of three villages of 10 scored households, one of a single village."""
    made = rows.run()
    for code, level1, mean in (("33010301", 2, 2.0), ("33010302", 4, 1.6), ("33010303", 6, 1.8)):
        rows.figures(made, code, mean, levels=(level1, 10 - level1, 0, 0))
    rows.figures(made, "330103", 1.8, levels=(12, 18, 0, 0))
    rows.figures(made, "33010501", 3.0, levels=(5, 5, 0, 0))
    rows.figures(made, "330105", 3.0, levels=(5, 5, 0, 0))
    return made


def seen(run, top: str, digits: int, areas=OFFICER):
    return area_intervals(factories.viewer("province_officer", areas=areas), run, top, digits)


def test_the_interval_of_a_tambon_comes_from_how_its_villages_differ(run):
    found = seen(run, "330103", 8)["330103"]
    # u = (t − Rz)/Σz of 2, 4, 6 of 10 each: −2/30, 0, 2/30; V = 3/2 · 2·(2/30)²; t(2) = 4.302653
    se = (1.5 * 2 * (2 / 30) ** 2) ** 0.5
    assert found.mean.low == pytest.approx(1.8 - 4.302653 * (0.2 / 3**0.5), abs=1e-5)
    assert found.level1.low < 0.4 < found.level1.high
    assert found.level1.low == pytest.approx(
        1 / (1 + 1.5 * 2.718281828 ** (4.302653 * se / 0.24)), abs=1e-5
    )


def test_within_one_village_the_households_take_the_place_of_the_villages(run):
    found = seen(run, "330103", 8)["33010301"]
    assert (found.level1.low, found.level1.high) == pytest.approx((0.0567, 0.5098), abs=1e-4)
    assert found.mean is None


def test_a_tambon_of_one_village_is_treated_as_that_village(run):
    found = seen(run, "3301", 6)
    assert found["330105"] == seen(run, "330105", 8)["33010501"]


def test_the_level_of_the_parts_is_the_callers_choice(run):
    assert set(seen(run, "33", 4)) == {"33", "3301"}
    assert set(seen(run, "33", 6)) == {"33", "330103", "330105"}


def test_households_of_no_village_are_a_cluster_of_their_own(run):
    rows.figures(run, "330122", 2.0, levels=(10, 10, 0, 0))
    rows.figures(run, "33012201", 2.0, levels=(8, 2, 0, 0))
    found = seen(run, "330122", 8)
    assert found["330122"].level1.high > 0.9  # two clusters: 8 of 10 and 2 of 10


def test_where_all_villages_are_alike_nothing_is_said_about_a_share_of_none(run):
    for village in ("33020101", "33020102"):
        rows.figures(run, village, 2.0, levels=(0, 10, 0, 0))
    rows.figures(run, "330201", 2.0, levels=(0, 20, 0, 0))
    assert seen(run, "330201", 8)["330201"].level1 is None


def test_the_interval_covers_what_the_viewer_sees(run):
    assert set(seen(run, "3301", 6, areas=("330103",))) == {"3301", "330103"}
    assert seen(run, "3301", 6, areas=("330105",)).keys() == {"3301", "330105"}
    assert seen(run, "3301", 6, areas=("330201",)) == {}


def test_who_may_not_see_figures_sees_no_intervals(run):
    with pytest.raises(Forbidden):
        area_intervals(NOBODY, run, "33", 4)
