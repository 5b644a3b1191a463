"""Old runs and snapshots go; the current run and what others name stay."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.assessment.conftest import assessed, scored
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.assessment import actions, cli, pruning, storage
from wattana.assessment.models import AreaFigure, HouseholdResult, Prediction, Run, Snapshot
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Invalid
from wattana.kit.commands import spoken

pytestmark = pytest.mark.usefixtures("installation", "plain")


@pytest.fixture
def runs() -> list[Run]:
    """Four runs, the newest current, each on a snapshot of its own."""
    scored("33010301", 2.0)
    return [assessed() for _ in range(4)]


def test_rows_and_files_of_old_runs_go_and_the_newest_stay(runs):
    folders = [storage.folder(run.snapshot) for run in runs]
    gone = pruning.prune(keep=2, by=System())
    assert [run.pk for run in gone.runs] == [run.pk for run in runs[:2]]
    kept = {run.pk for run in runs[2:]}
    assert set(Run.objects.values_list("pk", flat=True)) == kept
    assert set(HouseholdResult.objects.values_list("run", flat=True)) == kept
    assert set(AreaFigure.objects.values_list("run", flat=True)) == kept
    assert [storage.folder(run).exists() for run in runs] == [False, False, True, True]
    assert [folder.exists() for folder in folders] == [False, False, True, True]
    told = AuditEvent.objects.filter(action__endswith=".remove").order_by("pk")
    assert [event.action for event in told] == ["run.remove"] * 2 + ["snapshot.remove"] * 2
    assert told[0].detail["definitions"] == runs[0].definitions_hash
    assert pruning.prune(keep=2, by=System()).runs == [], "a second time there is nothing to do"


def test_the_current_run_stays_though_newer_ones_came_to_their_end(runs):
    Run.objects.filter(current=True).update(current=False)
    Run.objects.filter(pk=runs[0].pk).update(current=True)
    gone = pruning.prune(keep=1, by=System())
    assert [run.pk for run in gone.runs] == [run.pk for run in runs[1:3]]
    assert storage.folder(runs[0].snapshot).exists(), "its snapshot is named by a run that stays"


def test_a_run_of_which_a_prediction_was_learnt_stays(runs):
    Prediction.objects.create(
        kind="never", run=runs[1], parameters={}, card={}, seed=1, households=1, villages=1,
        data_hash="0",
    )  # fmt: skip
    gone = pruning.prune(keep=1, by=System())
    assert [run.pk for run in gone.runs] == [runs[0].pk, runs[2].pk]


def test_a_snapshot_that_several_runs_name_goes_with_the_last_of_them():
    scored("33010301", 2.0)
    shared = actions.take_snapshot(by=System())
    for _ in range(3):
        actions.run(snapshot=shared, measure="five_capitals", by=System())
    assert pruning.prune(keep=1, by=System()).snapshots == []
    assert Snapshot.objects.count() == 1


def test_nothing_goes_while_something_is_being_worked_on(runs):
    with storage.lock(), pytest.raises(Conflict):
        pruning.prune(keep=1, by=System())
    assert Run.objects.count() == 4


def test_one_run_stays_at_least():
    with pytest.raises(Invalid):
        pruning.plan(0)


def test_the_command_asks_before_and_tells_what_went(runs):
    refused = CliRunner().invoke(cli.prune, ["--keep", "2"], input="n\n")
    assert keys.to_text(runs[0].pk) in refused.stdout
    assert (refused.exit_code, Run.objects.count()) == (1, 4)
    done = CliRunner().invoke(cli.prune, ["--keep", "2", "--yes", "--json"])
    assert len(json.loads(done.stdout)["runs"]) == 2
    assert Run.objects.count() == 2


def test_a_snapshot_that_never_came_to_be_is_called_so():
    with pytest.raises(Conflict):
        actions.take_snapshot(by=System())
    failed = Snapshot.objects.get()
    asked = ["--language", "en"]
    shown = CliRunner().invoke(spoken(cli.prune), asked, input="n\n").stdout
    assert f"{keys.to_text(failed.pk)} (failed: only its record is left)" in shown
