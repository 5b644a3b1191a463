from __future__ import annotations

import pytest

from tests import factories
from tests.assessment.conftest import assessed, visit
from wattana.accounts.viewer import System
from wattana.assessment import actions, queries
from wattana.assessment.models import Run, Snapshot
from wattana.kernel import keys
from wattana.kernel.problems import Invalid, NotFound
from wattana.registry.models import Household

pytestmark = pytest.mark.usefixtures("installation")
MEASURE = "livelihood_mpi"


@pytest.fixture
def home(installation):
    """One person in normal health in a fair house, with an answer for each of the capitals."""
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


def counted(snapshot: Snapshot) -> Run:
    return actions.run(snapshot=snapshot, measure=MEASURE, by=System())


def test_a_measure_of_poverty_counts_the_scores_of_the_snapshots_run(home):
    scored = assessed()
    run = counted(scored.snapshot)
    assert (run.status, run.current, run.measure) == ("ready", True, MEASURE)
    assert run.summary["households"] == run.summary["persons"] == 1
    assert run.summary["scores_of_run"] == keys.to_text(scored.pk)
    assert queries.current_run(MEASURE) == run
    assert queries.current_run() == scored


def test_without_a_run_of_the_capitals_the_scores_are_worked_out(home):
    run = counted(actions.take_snapshot(by=System()))
    assert run.summary["scores_of_run"] == ""
    assert run.summary["households"] == 1


def test_a_newer_run_takes_the_place_of_the_one_before(home):
    snapshot = assessed().snapshot
    before, after = counted(snapshot), counted(snapshot)
    before.refresh_from_db()
    assert (before.current, after.current) == (False, True)
    assert before.definitions_hash == after.definitions_hash


def test_the_standings_of_the_registry_stay_as_the_capitals_left_them(home):
    snapshot = assessed().snapshot
    before = Household.objects.values_list("standing_level", "standing_score").get()
    counted(snapshot)
    assert Household.objects.values_list("standing_level", "standing_score").get() == before


def test_where_nobody_has_a_score_of_all_capitals_the_run_fails_and_says_why(installation):
    visit(factories.household("33010301"), mutual_help="fair")
    snapshot = assessed().snapshot
    with pytest.raises(Invalid):
        counted(snapshot)
    assert Run.objects.get(measure=MEASURE).status == "failed"
    assert queries.current_run(MEASURE) is None


def test_a_measure_that_there_is_not_is_refused(home):
    snapshot = actions.take_snapshot(by=System())
    with pytest.raises(NotFound):
        actions.run(snapshot=snapshot, measure="global_mpi", by=System())
