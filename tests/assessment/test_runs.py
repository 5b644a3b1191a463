from __future__ import annotations

import errno

import pyarrow.parquet as pq
import pytest

from tests import factories
from tests.assessment.conftest import assessed, scored, visit
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.assessment import actions, results, storage
from wattana.assessment.models import AreaFigure, HouseholdResult, Run
from wattana.kernel.problems import Conflict, Forbidden
from wattana.registry.models import Household

pytestmark = pytest.mark.usefixtures("installation", "plain")


def rows_of(run: Run) -> list[tuple]:
    """All rows of a run without its key, in order."""
    found = []
    for model in (HouseholdResult, AreaFigure):
        names = [field.attname for field in model._meta.concrete_fields if field.name != "run"]
        found += sorted(model.objects.filter(run=run).values_list(*names), key=repr)
    return found


def test_the_published_means_come_out_of_the_whole_path():
    """Sisaket 2569 and the twenty provinces (domain reference 4.3): plain mean of five capitals."""
    scored("33010301", 2.56, 2.29, 1.96, 1.88, 1.13)
    scored("33010302", 2.56, 2.29, 1.96, 1.88, 1.13)
    run = assessed()
    assert run.summary["mean"] == {
        "overall": 1.964, "human": 2.56, "physical": 2.29, "financial": 1.96, "natural": 1.88,
        "social": 1.13,
    }  # fmt: skip
    assert run.summary["levels"] == {"1": 0, "2": 2, "3": 0, "4": 0}
    scored("33010301", 2.45, 2.22, 1.92, 1.80, 1.66, home=Household.objects.first(), year=2026)
    scored("33010302", 2.45, 2.22, 1.92, 1.80, 1.66, home=Household.objects.last(), year=2026)
    assert assessed().summary["mean"]["overall"] == 2.01


def test_a_household_gets_its_scores_in_thousandths():
    home = scored("33010301", 1.0, 2.0, 3.0, 4.0, None)
    run = assessed()
    result = HouseholdResult.objects.get(run=run, household=home)
    assert (result.year, result.round, result.latest) == (2025, 1, True)
    assert (result.score, result.level, result.completeness) == (2500, 3, 800)
    assert (result.human_score, result.human_level) == (1000, 1)
    assert (result.natural_score, result.natural_level) == (4000, 4)
    assert (result.social_score, result.social_level, result.social_completeness) == (None, None, 0)
    assert result.change is None, "there is no earlier round"


def test_figures_of_all_levels_are_sums_of_households():
    scored("33010301", 1.5)
    scored("33010301", 2.5)
    scored("33010302", 3.5)
    scored("33020101", 2.0)
    run = assessed()
    figures = {
        row.code: (row.parent, row.households, row.total / row.scored / 1_000_000)
        for row in AreaFigure.objects.filter(run=run, aspect="overall", year=0)
    }
    assert figures == {
        "33": ("", 4, 2.375), "3301": ("33", 3, 2.5), "330103": ("3301", 3, 2.5),
        "33010301": ("330103", 2, 2.0), "33010302": ("330103", 1, 3.5), "3302": ("33", 1, 2.0),
        "330201": ("3302", 1, 2.0), "33020101": ("330201", 1, 2.0),
    }  # fmt: skip


def test_a_household_whose_village_is_not_known_counts_in_its_tambon():
    scored("330103", 2.0)
    run = assessed()
    codes = set(AreaFigure.objects.filter(run=run).values_list("code", flat=True))
    assert codes == {"33", "3301", "330103"}


def test_a_household_without_any_answer_has_no_score_and_no_standing():
    home = factories.household("33010301")
    visit(home)
    run = assessed()
    result = HouseholdResult.objects.get(run=run)
    assert (result.score, result.level, result.completeness) == (None, None, 0)
    home.refresh_from_db()
    assert (home.standing_score, home.standing_level) == (None, None)
    assert run.summary["mean"]["overall"] is None and run.summary["scored"] == 0


def test_rounds_compare_by_capital_and_by_area():
    better = scored("33010301", 2.0, 2.0, 2.0, 2.0, 2.0, year=2024)
    scored("33010301", 3.0, 2.0, 1.0, 2.0, None, home=better, year=2025)
    alike = scored("33010301", 2.0, year=2024)
    scored("33010301", 2.0, home=alike, year=2025)
    run = assessed()
    later = HouseholdResult.objects.get(run=run, household=better, year=2025)
    earlier = HouseholdResult.objects.get(run=run, household=better, year=2024)
    assert (later.human_change, later.physical_change, later.financial_change) == (1, 0, -1)
    assert later.social_change is None and later.latest and not earlier.latest
    assert earlier.human_change is None
    figures = {
        (row.year, row.aspect): (row.households, row.improved, row.unchanged, row.declined)
        for row in AreaFigure.objects.filter(run=run, code="33010301")
    }
    assert figures[2024, "human"] == (2, 0, 0, 0)
    assert figures[2025, "human"] == figures[0, "human"] == (2, 1, 1, 0)
    assert figures[2025, "financial"] == (2, 0, 1, 1)
    assert run.summary["waves"] == [[2024, 1], [2025, 1]]


def test_the_registry_shows_the_latest_standing():
    home = scored("33010301", 1.5, year=2024)
    scored("33010301", 2.6, home=home, year=2025)
    assessed()
    home.refresh_from_db()
    assert (home.standing_score, home.standing_level) == (2600, 3)
    assert home.standing_completeness == 100


def test_the_newer_run_is_current_and_the_older_stays_as_it_was():
    home = scored("33010301", 1.5)
    first = assessed()
    before = rows_of(first)
    scored("33010301", 3.5, home=home, year=2026)
    second = assessed()
    first.refresh_from_db()
    assert (first.current, second.current) == (False, True)
    assert rows_of(first) == before and rows_of(second) != before


def test_the_same_snapshot_and_definitions_give_the_same_rows():
    for number in range(30):
        home = scored(f"330103{number % 7 + 1:02}", *(1 + (number * k) % 30 / 10 for k in range(5)))
        scored("33010301", 2.2, home=home, year=2024)
    snapshot = actions.take_snapshot(by=System())
    runs = [actions.run(snapshot=snapshot, measure="five_capitals", by=System()) for _ in range(2)]
    assert rows_of(runs[0]) == rows_of(runs[1])
    assert runs[0].summary == runs[1].summary


def test_indicator_scores_stay_in_the_folder_of_the_run(installation):
    scored("33010301", 2.0)
    run = assessed()
    [folder] = (installation / "runs").iterdir()
    table = pq.read_table(folder / "scores.parquet")
    assert table.num_rows == 1 and run.status == "ready"
    assert str(Household.objects.get().pk) not in str(table.to_pylist())


@pytest.mark.parametrize("step", ["write_area_figures", "write_household_results", "standings"])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Conflict),
        (ZeroDivisionError("a fault of the program"), ZeroDivisionError),
    ],
)
def test_a_run_that_fails_midway_leaves_the_one_before_in_place(
    step, error, told, installation, monkeypatch
):
    home = scored("33010301", 1.5)
    first = assessed()
    before = rows_of(first)
    scored("33010301", 3.5, home=home, year=2026)
    with monkeypatch.context() as patch:
        patch.setattr(results, step, _failing(getattr(results, step), error))
        with pytest.raises(told):
            assessed()
    failed = Run.objects.first()
    first.refresh_from_db()
    home.refresh_from_db()
    assert (failed.status, failed.current, first.current) == ("failed", False, True)
    assert rows_of(failed) == [] and rows_of(first) == before
    assert home.standing_score == 1500
    assert len(list((installation / "runs").iterdir())) == 1, "the folder of the failed run is gone"
    assert not storage.busy()
    assert assessed().current


def _failing(step, error):
    """The step is done, then the error comes."""

    def fail(*args, **named):
        step(*args, **named)
        raise error

    return fail


def test_a_household_deleted_since_the_snapshot_is_skipped():
    stays = scored("33010301", 2.0)
    goes = scored("33010302", 2.0)
    snapshot = actions.take_snapshot(by=System())
    goes.visits.all().delete()
    goes.delete()
    run = actions.run(snapshot=snapshot, measure="five_capitals", by=System())
    assert [row.household_id for row in HouseholdResult.objects.filter(run=run)] == [stays.pk]


def test_a_run_on_changed_files_is_refused(installation):
    scored("33010301", 2.0)
    snapshot = actions.take_snapshot(by=System())
    (installation / snapshot.path / "households.parquet").write_bytes(b"not Parquet")
    with pytest.raises(Conflict):
        actions.run(snapshot=snapshot, measure="five_capitals", by=System())
    assert Run.objects.get().status == "failed"


def test_a_run_needs_a_snapshot_that_is_ready():
    scored("33010301", 2.0)
    snapshot = actions.take_snapshot(by=System())
    snapshot.status = "failed"
    with pytest.raises(Conflict):
        actions.run(snapshot=snapshot, measure="five_capitals", by=System())


def test_who_may_not_assess_runs_nothing():
    scored("33010301", 2.0)
    snapshot = actions.take_snapshot(by=System())
    with pytest.raises(Forbidden):
        actions.run(
            snapshot=snapshot, measure="five_capitals", by=factories.viewer("district_officer")
        )
    assert not Run.objects.exists()


def test_deeds_are_in_the_audit_trail():
    scored("33010301", 2.0)
    viewer = factories.viewer("province_officer", areas=("33",))
    snapshot = actions.take_snapshot(by=viewer)
    run = actions.run(snapshot=snapshot, measure="five_capitals", by=viewer)
    events = AuditEvent.objects.filter(user_id=viewer.user_id).values_list("action", "object_id")
    assert {("snapshot.take", snapshot.pk), ("run.publish", run.pk)} <= set(events)
    assert (snapshot.created_by, run.started_by) == (viewer.user_id, viewer.user_id)
