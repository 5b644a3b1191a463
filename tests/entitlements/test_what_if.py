"""Trials of other rules: command and pages."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import translation

from tests import factories
from tests.entitlements.conftest import DUE, elder, surveyed
from tests.once import once
from tests.registry.conftest import office
from tests.registry.pages import text_of
from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import System
from wattana.assessment import actions as assessment
from wattana.assessment import storage
from wattana.assessment.models import Run, Status
from wattana.entitlements.running import what_if as command
from wattana.entitlements.whatif import actions
from wattana.kernel.problems import Conflict, Invalid
from wattana.kit import vault
from wattana.kit.commands import spoken
from wattana.rules.files import Table
from wattana.rules.programmes.changing import read_change

pytestmark = pytest.mark.django_db
PROGRAMME = "old_age_allowance"
NEW = f"{reverse('entitlements:what_if_new')}?programme={PROGRAMME}"
FLAT = {"title": {"th": "ราบ", "en": "Flat"}, "amounts": {PROGRAMME: {"allowance": 1000}}}


@once
def snapshot():
    """Six old people of one village and one of another."""
    vault.create_if_missing()
    for number in range(7):
        village = "33010302" if number == 6 else "33010301"
        home = factories.household(village, owner=office(), house_no=str(number + 1))
        surveyed(home, {elder(home, age=65): {**DUE, "welfare": ["none"]}})
    return assessment.take_snapshot(by=System())


@pytest.fixture
def province(sign_in):
    return sign_in("province_officer", office("P33", ("33",)))


@pytest.fixture
def at_once(monkeypatch):
    """What a page begins is done before it answers."""
    monkeypatch.setattr(
        "wattana.assessment.work.Work.finish_in_background", lambda work: work.finish()
    )


def trial(given: dict = FLAT) -> Run:
    return actions.begin(read_change(Table(given, "trial")), by=System()).finish()


def test_a_trial_never_becomes_what_is_in_force(snapshot):
    made = trial()
    assert (made.status, made.current) == (Status.READY, False)
    assert made.summary["whole"]["after"] - made.summary["whole"]["before"] == 7 * 400 * 1200


def test_a_trial_stands_among_the_runs(province, snapshot):
    made = trial()
    page = province.get(reverse("assessment:runs"))
    assert page.status_code == 200
    there = reverse("assessment:run", args=[made.pk])
    assert there in page.content.decode()
    assert province.get(there, follow=True).status_code == 200


def test_the_page_shows_cost_and_headcount_and_withholds_the_small_village(province, snapshot):
    page = province.get(
        reverse("entitlements:what_if_trial", args=[trial().pk]), {"area": "330103"}
    )
    said = text_of(page)
    assert "Allowance: 1,000 baht a month" in said
    assert "50,400 → 84,000" in said
    assert "+33,600" in said
    assert "Nothing here changes a rule in force" in said
    rows = said.split("By area")[1]
    assert "withheld" in rows
    assert "Poverty gap, baht a year" in rows
    assert "+4,800" not in rows, "what one household would get is told"


def test_a_trial_is_begun_from_a_programme_with_what_is_in_force_filled_in(
    province, snapshot, at_once
):
    form = province.get(NEW)
    assert "age &gt;= 60" in form.content.decode()
    sent = {"title": "Flat", "amount:allowance": "1,000"}
    answer = province.post(NEW, sent)
    assert answer.status_code == 302
    made = Run.objects.get(measure=actions.MEASURE)
    assert made.definitions["amounts"] == {PROGRAMME: {"allowance": 1000}}
    assert made.definitions["conditions"] == {}
    assert "Flat" in text_of(province.get(reverse("entitlements:what_if")))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Nothing is different"),
        ({"amount:allowance": "a lot"}, "is not a number"),
        ({"amount:allowance": "-5"}, "has to be from 0"),
        (
            {"condition:sixty_or_over": "agee > 1"},
            "“Is 60 or older”, character 1: the codebook has no “agee”. Near to it: age.",
        ),
        ({"condition:sixty_or_over": "อายุ > 1"}, "Near to it: age (อายุ)"),
        ({"condition:sixty_or_over": "บำนาญ"}, "state_pension (ได้รับเงินเดือน บำนาญ หรือเบี้ยหวัดจากรัฐ)"),
    ],
)
def test_a_fault_is_told_and_what_was_typed_stays(province, snapshot, sent, told):
    answer = province.post(NEW, {"title": "My trial", **sent})
    assert answer.status_code == 422
    assert told in text_of(answer)
    for typed in sent.values():
        assert typed in answer.content.decode().replace("&gt;", ">")
    assert "My trial" in answer.content.decode()
    assert not Run.objects.filter(measure=actions.MEASURE).exists()


def test_the_form_shows_labels_units_present_values_and_conditions_in_words(province, snapshot):
    said = text_of(province.get(NEW))
    for words in (
        "Amounts Allowance baht a month Now 600 / 700 / 800 / 1,000 by group.",
        "Is 60 or older In words: Age 60 or more",
        "age Age",
    ):
        assert words in said, words
    page = province.get(NEW.replace(PROGRAMME, "child_support_grant"))
    assert "Figures of law Income line of the child support grant baht a person and year" in (
        text_of(page)
    )
    assert "In force: 100,000 baht a person and year." in text_of(page)
    assert 'value="100000"' in page.content.decode()


def test_before_the_first_snapshot_it_says_what_to_do(province):
    with pytest.raises(Conflict, match="Take a snapshot first"):
        trial()
    assert "Nothing has been tried yet" in text_of(province.get(reverse("entitlements:what_if")))


def test_an_unknown_programme_is_not_found(province):
    address = reverse("entitlements:what_if_new")
    assert province.get(address, {"programme": "riches"}).status_code == 404


def test_an_area_without_figures_is_not_found(province, snapshot):
    page = reverse("entitlements:what_if_trial", args=[trial().pk])
    assert province.get(page, {"area": "3302"}).status_code == 404
    assert province.get(page, {"area": "x"}).status_code == 404


def test_the_file_is_empty_where_the_page_withholds(province, snapshot):
    made = trial()
    answer = province.get(reverse("entitlements:what_if_csv", args=[made.pk]), {"area": "330103"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert all(line.endswith("," * 13) for line in lines[1:])
    assert AuditEvent.objects.filter(action="what_if.export", object_id=made.pk).exists()


def test_a_removed_trial_takes_its_files_along(province, snapshot):
    made = trial()
    assert storage.folder(made).exists()
    assert province.post(reverse("entitlements:what_if_remove", args=[made.pk])).status_code == 302
    assert not Run.objects.filter(pk=made.pk).exists()
    assert not storage.folder(made).exists()


def test_a_trial_whose_files_are_gone_says_so(province, snapshot):
    made = trial()
    storage.remove(made)
    answer = province.get(reverse("entitlements:what_if_trial", args=[made.pk]))
    assert answer.status_code == 404
    assert "Try it again" in text_of(answer)


@pytest.mark.parametrize("role", ["tambon_officer", "enumerator", "agency_caseworker"])
def test_who_may_not_assess_tries_nothing(sign_in, snapshot, role):
    made = trial()
    client = sign_in(role)
    for address in (NEW, reverse("entitlements:what_if"),
                    reverse("entitlements:what_if_trial", args=[made.pk])):  # fmt: skip
        assert client.get(address).status_code == 403
    assert client.post(reverse("entitlements:what_if_remove", args=[made.pk])).status_code == 403
    assert Run.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(("role", "linked"), [("administrator", False), ("province_officer", True)])
def test_the_way_up_to_the_programmes_stands_there_for_who_may_go_it(
    sign_in, snapshot, role, linked
):
    client = sign_in(role)
    up = f'href="{reverse("entitlements:programmes")}"'
    for page in (NEW, reverse("entitlements:what_if")):
        assert (up in client.get(page).content.decode()) is linked


def test_the_command_tells_the_effect_as_json(snapshot, tmp_path):
    file = tmp_path / "change.yaml"
    file.write_text("title: {th: ราบ, en: Flat}\namounts: {old_age_allowance: {allowance: 1000}}")
    told = CliRunner().invoke(command, ["--change", str(file), "--json"])
    assert told.exit_code == 0
    assert json.loads(told.output)["effect"]["more"] == 7


def test_the_command_tells_a_person_the_effect_in_words(snapshot, tmp_path):
    file = tmp_path / "change.yaml"
    file.write_text("title: {th: ราบ, en: Flat}\namounts: {old_age_allowance: {allowance: 1000}}")
    with translation.override("th"):
        told = CliRunner().invoke(command, ["--change", str(file)]).stdout.splitlines()
    assert "ได้มากขึ้น: 7" in told
    assert [line for line in told if re.search("[a-z]", line)] == []


@pytest.mark.parametrize("text", ["", "title: {th: ราบ, en: Flat}\n", "title: ["])
def test_a_file_that_changes_nothing_cannot_be_used(tmp_path, text):
    file = tmp_path / "change.yaml"
    file.write_text(text)
    told = CliRunner().invoke(spoken(command), ["--change", str(file)])
    assert told.exit_code == 2
    assert "change.yaml" in told.stderr


def test_a_day_that_is_none_names_its_option(tmp_path):
    file = tmp_path / "change.yaml"
    file.write_text("title: {th: ราบ, en: Flat}\namounts: {old_age_allowance: {allowance: 1000}}")
    told = CliRunner().invoke(spoken(command), ["--change", str(file), "--on", "yesterday"])
    assert (told.exit_code, told.stderr[:6]) == (2, "--on: ")


def test_a_change_with_a_fault_is_refused_before_any_work(snapshot):
    with pytest.raises(Invalid):
        trial(FLAT | {"conditions": {PROGRAMME: {"sixty_or_over": "age +"}}})
    assert not Run.objects.filter(measure=actions.MEASURE).exists()
