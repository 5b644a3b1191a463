from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import timezone, translation

from tests import factories
from tests.entitlements.conftest import DUE, elder, surveyed, years_ago
from tests.once import once
from tests.registry.conftest import office
from tests.registry.imports.tables import bring, table
from wattana.accounts.viewer import System
from wattana.assessment import actions
from wattana.assessment.models import Run, Status
from wattana.assessment.pruning import prune
from wattana.entitlements import reasons, runs
from wattana.entitlements.models import Missing, TakeUp
from wattana.entitlements.running import run as command
from wattana.kernel.problems import Conflict, Forbidden, NotFound
from wattana.kit import vault
from wattana.kit.dates import format_date
from wattana.registry.imports import actions as imports
from wattana.registry.models import Person
from wattana.rules import programmes as rulebook

pytestmark = pytest.mark.django_db
ALLOWANCE = "old_age_allowance"


def three() -> dict[str, Person]:
    """Three of a village who are due the old-age allowance: one gets it, two do not."""
    home = factories.household(owner=office())
    other = factories.household("33010302", owner=office(), house_no="2")
    found = {
        "gets": elder(home, first_name="ก", age=65),
        "misses": elder(home, first_name="ข", age=75, relation="spouse"),
        "alone": elder(other, first_name="ค", age=91),
    }
    surveyed(home, {found["gets"]: {**DUE, "welfare": ["old_age"]},
                    found["misses"]: {**DUE, "welfare": ["none"]}})  # fmt: skip
    surveyed(other, {found["alone"]: {**DUE, "welfare": ["none"]}})
    return found


@once
def frozen():
    vault.create_if_missing()
    return three(), actions.take_snapshot(by=System())


@pytest.fixture
def people(frozen):
    return frozen[0]


@pytest.fixture
def snapshot(frozen):
    return frozen[1]


def figures(run: Run, code: str, programme: str = ALLOWANCE) -> TakeUp:
    return TakeUp.objects.get(run=run, code=code, programme=programme)


def test_a_run_counts_who_is_due_gets_and_misses_in_every_area(snapshot):
    run = runs.run(snapshot=snapshot, by=System())
    for code in ("33", "3301", "330103"):
        found = figures(run, code)
        assert (found.due, found.received, found.missing) == (3, 1, 2)
        assert found.missing_year == (700 + 1000) * 12 * 100
    assert figures(run, "33010302").due == 1
    assert figures(run, "33010302").parent == "330103"
    assert not TakeUp.objects.filter(code="").exists(), "the sum of everything is nobody's area"


def test_a_run_lists_who_misses_what_with_the_amount(snapshot, people):
    run = runs.run(snapshot=snapshot, by=System())
    found = Missing.objects.filter(run=run, programme=ALLOWANCE).order_by("-satang_year")
    assert [(one.person_id, one.satang_year) for one in found] == [
        (people["alone"].pk, 12 * 100_000),
        (people["misses"].pk, 12 * 70_000),
    ]


def test_only_what_is_owed_can_be_missing(snapshot):
    runs.run(snapshot=snapshot, by=System())
    named = set(Missing.objects.values_list("programme", flat=True))
    owed = {one.id for one in runs.applied() if one.may_be_due}
    assert named and named <= owed


def test_a_run_is_as_of_any_day(snapshot):
    run = runs.run(snapshot=snapshot, by=System(), on=dt.date(years_ago(16), 6, 1))
    assert figures(run, "330103").due == 1, "only one was sixty then"


def test_the_later_run_takes_the_place_of_the_earlier_which_stays(snapshot):
    first = runs.run(snapshot=snapshot, by=System())
    second = runs.run(snapshot=snapshot, by=System())
    first.refresh_from_db()
    assert not first.current and second.current
    assert TakeUp.objects.filter(run=first).count() == TakeUp.objects.filter(run=second).count()


def test_who_moved_away_or_was_merged_since_is_not_listed(snapshot, people):
    people["misses"].left_on = people["misses"].created_at.date()
    people["misses"].left_reason = "moved"
    people["misses"].save()
    runs.run(snapshot=snapshot, by=System())
    assert not Missing.objects.filter(person=people["misses"]).exists()


def test_a_changed_file_stops_the_run_and_nothing_of_it_stays(snapshot, installation):
    file = installation / snapshot.path / "persons.parquet"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(Conflict):
        runs.run(snapshot=snapshot, by=System())
    assert Run.objects.get().status == Status.FAILED
    assert not TakeUp.objects.exists() and not Missing.objects.exists()


def test_only_who_may_assess_runs_it(snapshot):
    with pytest.raises(Forbidden):
        runs.run(snapshot=snapshot, by=factories.viewer("tambon_officer"))


def test_the_page_of_assessments_offers_it_and_shows_its_run(snapshot, sign_in):
    client = sign_in("province_officer", office("P33", ("33",)))
    page = client.get(reverse("assessment:runs")).content.decode()
    assert '<option value="rights">Rights and welfare</option>' in page
    run = runs.run(snapshot=snapshot, by=System())
    page = client.get(reverse("assessment:run", args=[run.pk])).content.decode()
    assert "Rights and welfare" in page and run.definitions_hash in page
    assert reverse("entitlements:programmes") in page


def test_old_runs_go_with_their_rows(snapshot):
    for _ in range(2):
        runs.run(snapshot=snapshot, by=System())
    prune(keep=1, by=System())
    assert Run.objects.count() == 1
    assert set(Missing.objects.values_list("run", flat=True)) == {Run.objects.get().pk}


def test_the_command_prints_what_was_found(snapshot):
    told = CliRunner().invoke(command, ["--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    assert found["measure"] == "rights"
    assert found["missing"] >= 2
    assert found["on"]


def test_the_command_tells_sums_as_text_and_why_not_as_json(snapshot):
    with translation.override("en"):
        text = CliRunner().invoke(command, [])
        day = format_date(timezone.localdate())
    assert text.exit_code == 0
    assert "\nProgrammes: " in text.output and "sixty_or_over" not in text.output
    assert re.search(r"\nDue, baht a year: [\d,]+(\.\d\d)?\n", text.output)
    assert f"\nAs of: {day}\n" in text.output
    found = json.loads(CliRunner().invoke(command, ["--json"]).output)
    assert found["reasons"][ALLOWANCE]["sixty_or_over"] == [0, 0]


def test_the_command_refuses_a_snapshot_that_there_is_not(db):
    told = CliRunner().invoke(command, ["--snapshot", "nonsense"])
    assert isinstance(told.exception, NotFound) and "“nonsense”" in str(told.exception)


def test_a_run_counts_why_not_from_its_condition_columns(snapshot, people):
    run = runs.run(snapshot=snapshot, by=System(), on=dt.date(years_ago(16), 6, 1))
    why = reasons.of_programme(run, rulebook.load()[ALLOWANCE])
    assert run.summary["reasons"][ALLOWANCE]["sixty_or_over"] == [2, 0], "49 and 59 years old then"
    assert why["sixty_or_over"].not_fulfilled is None, "withheld: so few"
    assert why["thai_national"] == reasons.Reason(0, 0)


def test_what_nobody_answered_is_counted_apart(settings):
    three()
    settings.SMALL_GROUP = 1
    third = factories.household("33010303", owner=office(), house_no="3")
    surveyed(third, {elder(third, first_name="ง"): {"thai_national": True}})
    run = runs.run(snapshot=actions.take_snapshot(by=System()), by=System())
    why = reasons.of_programme(run, rulebook.load()[ALLOWANCE])
    assert why["no_state_pension"] == reasons.Reason(0, 1)


def test_the_command_tells_a_person_in_words(snapshot):
    with translation.override("th"):
        lines = CliRunner().invoke(command, []).stdout.splitlines()
    told = dict(line.split(": ", 1) for line in lines)
    assert int(told["พึงได้แต่ยังไม่ได้รับ"]) >= 2
    assert told["เงินที่พึงได้แต่ยังไม่ได้รับ บาทต่อปี"].replace(",", "").isdigit()
    assert [name for name in told if re.search("[a-z]", name)] == []


def test_what_a_run_found_missing_goes_with_an_import_that_is_taken_back():
    office()
    born = str(timezone.localdate().year + 543 - 75)
    said = {"HC": "HC1", "รหัสพื้นที่": "33010301", "ชื่อ": "ก", "วันเกิด": born, "registered": "here_lives",
            "thai_national": "ใช่", "state_pension": "ไม่ใช่", "welfare": "none"}  # fmt: skip
    batch, _ = bring(table(list(said), list(said.values())), "five_capitals")
    runs.run(snapshot=actions.take_snapshot(by=System()), by=System())
    assert Missing.objects.filter(programme=ALLOWANCE).count() == 1
    imports.undo(batch=batch, by=System())
    assert not Missing.objects.exists() and not Person.objects.exists()
