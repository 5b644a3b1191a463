"""From answers to figures with the measure that is shipped, nothing replaced."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from django.test import RequestFactory
from django.utils import translation

from tests import factories
from tests.assessment.conftest import assessed, visit
from tests.registry.imports.tables import bring, table
from wattana.accounts.viewer import System
from wattana.assessment import actions, panels, queries
from wattana.assessment.models import HouseholdResult
from wattana.kernel.problems import Forbidden, NotFound
from wattana.registry.imports import actions as imports
from wattana.registry.models import Household
from wattana.registry.panels import panels as registered
from wattana.rules.measures import load_measure

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture
def home(installation):
    """One person in normal health in a fair house without assets, with one answer to the rest."""
    home = factories.household("33010301")
    head = factories.person(home, birth_year=1980, relation="head", sex="female")
    visit(
        home,
        people={head: {"health": "chronic"}},
        home_condition="moderate",
        assets=["none"],
        land_problems=["none"],
        mutual_help="fair",
    )
    return home


def test_scores_figures_and_reasons_are_of_the_same_answers(home, installation):
    run = assessed()
    viewer = factories.viewer(areas=("330103",))
    [found] = queries.household_results(viewer, home.pk)
    reasons = {one.code: one for one in queries.household_indicators(viewer, home.pk)}
    [row] = pq.read_table(
        next((installation / "runs").iterdir()) / "scores.parquet"
    ).to_pylist()  # fmt: skip
    assert len(reasons) == 37
    assert {code: row[code] for code in reasons} == {
        code: one.score for code, one in reasons.items()
    }
    for capital, result in found.capitals.items():
        scores = [one.score for one in reasons.values() if one.capital == capital and one.score]
        assert result.score == pytest.approx(sum(scores) / len(scores), abs=0.0005)
    five = [row[capital] for capital in found.capitals]
    assert found.overall.score == pytest.approx(sum(five) / 5, abs=0.0005)
    overall = queries.area_figures(viewer, "330103").area.overall
    assert overall.mean == pytest.approx(row["score"], abs=1e-6)
    assert overall.levels[row["level"] - 1] == overall.scored == 1
    assert (overall.used, overall.asked) == (
        sum(row[f"{capital}_n_used"] for capital in found.capitals),
        sum(row[f"{capital}_n_all"] for capital in found.capitals),
    )
    assert run.definitions_hash == load_measure("five_capitals").definitions_hash


def test_what_was_not_answered_lowers_completeness_and_never_the_score(home):
    assessed()
    viewer = factories.viewer(areas=("330103",))
    [found] = queries.household_results(viewer, home.pk)
    reasons = {one.code: one for one in queries.household_indicators(viewer, home.pk)}
    assert reasons["H5"].score == 3 and found.capitals["human"].score == 3
    assert reasons["P2"].score == 2.5 and found.capitals["physical"].score == 2.5
    assert reasons["P1"].score is None and reasons["P1"].reason_en
    assert 0 < found.overall.completeness < 0.5


def test_a_household_without_answers_has_no_score():
    home = factories.household("33010301")
    visit(home)
    assessed()
    result = HouseholdResult.objects.get()
    assert (result.score, result.level, result.human_score) == (None, None, None)


def test_two_runs_on_one_snapshot_give_the_same_file(home, installation):
    snapshot = actions.take_snapshot(by=System())
    for _ in range(2):
        actions.run(snapshot=snapshot, measure="five_capitals", by=System())
    first, second = (
        (folder / "scores.parquet").read_bytes() for folder in (installation / "runs").iterdir()
    )
    assert first == second


def test_health_is_hidden_from_roles_that_may_not_see_it(home):
    viewer = factories.viewer("district_officer", areas=("3301",))
    reasons = {one.code: one for one in queries.household_indicators(viewer, home.pk)}
    assert reasons["H5"].hidden and reasons["H5"].score is None and not reasons["H5"].reason_th
    assert not reasons["P2"].hidden and reasons["P2"].score == 2.5


def test_indicators_of_a_household_elsewhere_are_not_found(home):
    with pytest.raises(NotFound):
        queries.household_indicators(factories.viewer(areas=("330105",)), home.pk)
    with pytest.raises(Forbidden):
        queries.household_indicators(factories.viewer("researcher", areas=("33",)), home.pk)


def panel_of(home, role: str = "tambon_officer", area: str = "3301") -> str | None:
    panels.install()
    request = RequestFactory().get("/")
    request.viewer = factories.viewer(role, areas=(area,))
    [panel] = [one for one in registered() if one.key == "capitals"]
    with translation.override("th"):
        return panel.render(request, home)


def test_the_panel_shows_radar_levels_and_reasons(home):
    assessed()
    shown = panel_of(home)
    assert "<svg" in shown and 'class="level level-' in shown
    for indicator in load_measure("five_capitals").indicators:
        assert indicator.title.th in shown


def test_the_panel_shows_reasons_before_the_first_run(home):
    shown = panel_of(home)
    assert "<svg" not in shown and "P2" in shown


def test_the_panel_hides_health_where_the_role_does(home):
    open_text = queries.household_indicators(factories.viewer(areas=("3301",)), home.pk)
    [reason] = [one.reason_th for one in open_text if one.code == "H5"]
    assert reason in panel_of(home)
    assert reason not in panel_of(home, "district_officer")


def test_a_household_that_was_never_surveyed_has_no_panel(home):
    assert panel_of(factories.household("33010302")) is None


def test_the_panel_asks_the_database_little(home, django_assert_max_num_queries):
    assessed()
    panel_of(home)
    with django_assert_max_num_queries(10):
        panel_of(home)


def test_a_file_that_was_assessed_since_can_still_be_taken_back(installation):
    factories.organization()
    rows = table(
        ["HC", "รหัสพื้นที่", "วันที่สำรวจ", "electricity"], ["HC1", "33010301", "1/5/2568", "none"]
    )
    batch, _ = bring(rows, "five_capitals")
    assessed()
    assert HouseholdResult.objects.get().household.household_code == "HC1"
    imports.undo(batch=batch, by=System())
    assert not Household.objects.exists() and not HouseholdResult.objects.exists()
