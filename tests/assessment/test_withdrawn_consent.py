"""Once consent to survey and analysis is withdrawn, pages work out nothing new from the answers."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.assessment.conftest import assessed, scored, visit
from tests.registry.conftest import office
from tests.registry.pages import text_of
from wattana.accounts.viewer import System
from wattana.assessment import actions, explaining, queries
from wattana.kit.dates import format_date
from wattana.registry.actions import consents, merges
from wattana.registry.models import Consent, Household
from wattana.registry.queries.filters import Filters
from wattana.registry.queries.lists import household_list
from wattana.rules.measures import load_measure
from wattana.surveys.actions.households import refresh_surveyed_on

pytestmark = pytest.mark.usefixtures("installation", "plain")
WITHDRAWN = "Consent to survey and analysis was withdrawn on"


@pytest.fixture
def officer(db):
    return factories.viewer(organization_id=office().pk)


@pytest.fixture
def home(officer):
    made = scored("33010301", 2.5)
    factories.person(made, relation="head")
    return made


def agree(home, by, person=None, purpose="survey"):
    return consents.record(
        household=home.pk, person=person and person.pk, purpose=purpose, method="spoken",
        given_on="1/1/2568", by=by,
    )  # fmt: skip


def withdraw(home, by, person=None):
    consents.withdraw(consent=agree(home, by, person).pk, by=by)


@pytest.fixture
def page(client, home):
    """What the household's page says with every section open."""
    client.force_login(factories.member("tambon_officer", of=office()).user)
    client.cookies["django_language"] = "en"

    def read() -> str:
        found = client.get(reverse("registry:household", args=[home.pk]) + "?open=all")
        assert found.status_code == 200
        return text_of(found)

    return read


def test_from_then_on_the_page_shows_no_score_and_says_why(page, home, officer):
    assessed()
    before = page()
    assert WITHDRAWN not in before and "Indicators and reasons" in before and "2.50" in before
    withdraw(home, officer)
    _says_why(page())
    scored("33010302", 3.0)
    assessed()
    _says_why(page())


def _says_why(said: str) -> None:
    assert f"{WITHDRAWN} {_today()}, so the household is not classified." in said
    assert said.count(f"{WITHDRAWN} {_today()}, so") == 2, "on top and at the five capitals"
    assert "2.50" not in said and "Indicators and reasons" not in said
    assert "not classified yet" not in said and "has not been assessed yet" not in said


def test_list_page_file_and_run_say_the_same_of_a_household_that_withdrew(
    client, page, home, officer
):
    scored("33010302", 3.0)
    assessed()
    page()
    assert "consent withdrawn" not in text_of(client.get(reverse("registry:list")))
    withdraw(home, officer)
    _say_withdrawn(client, page)
    run = assessed()
    assert run.snapshot.left_out == {"consent_withdrawn": 1}
    _say_withdrawn(client, page)
    agree(home, officer)
    assert "consent withdrawn" not in text_of(client.get(reverse("registry:list")))


def _say_withdrawn(client, page) -> None:
    said = text_of(client.get(reverse("registry:list")))
    assert said.count("consent withdrawn") == 1 and "3.00" in said and "2.50" not in said
    assert page().count("consent withdrawn") == 2  # at the top and in the line of time
    file = b"".join(client.get(reverse("registry:export")).streaming_content).decode()
    assert file.count("consent withdrawn") == 1 and "2.5," not in file


def test_the_list_orders_and_filters_who_withdrew_as_not_classified(officer, home):
    other = scored("33010301", 3.5)
    assessed()
    assert _listed(officer) == [home.pk, other.pk]
    level = str(Household.objects.get(pk=home.pk).standing_level)
    assert _listed(officer, level=level) == [home.pk]
    withdraw(home, officer)
    assert _listed(officer) == [other.pk, home.pk]
    assert _listed(officer, level="none") == [home.pk]
    assert _listed(officer, level=level) == []


def _listed(officer, **filters) -> list[int]:
    return [row.id for row in household_list(officer, Filters.read(filters)).rows]


def test_a_run_whose_snapshot_was_taken_before_gives_no_level_to_who_withdrew_since(officer, home):
    snapshot = actions.take_snapshot(by=System())
    withdraw(home, officer)
    actions.run(snapshot=snapshot, measure="five_capitals", by=System())
    assert Household.objects.get(pk=home.pk).standing_level is None


def test_a_household_that_takes_in_one_that_withdrew_loses_its_level_too(officer, home):
    kept = scored("33010301", 3.5)
    assessed()
    withdraw(home, officer)
    merges.merge(kept=kept.pk, absorbed=home.pk, reason="บ้านเดียวกัน", by=officer)
    assert Household.objects.get(pk=kept.pk).standing_level is None


@pytest.mark.parametrize("purpose", ["referral", "research"])
def test_the_withdrawal_of_another_consent_keeps_the_level(officer, home, purpose):
    assessed()
    given = agree(home, officer, purpose=purpose)
    consents.withdraw(consent=given.pk, by=officer)
    assert Household.objects.get(pk=home.pk).standing_level


def test_who_withdrew_for_herself_keeps_the_level_of_her_household(officer, home):
    assessed()
    withdraw(home, officer, home.persons.get())
    assert Household.objects.get(pk=home.pk).standing_level


def test_levels_of_who_withdrew_before_an_upgrade_go_with_it(officer, home):
    stays = scored("33010301", 3.5)
    assessed()
    Consent.objects.filter(pk=agree(home, officer).pk).update(
        withdrawn_at=timezone.now(), withdrawn_by=1
    )
    agree(stays, officer)
    migration = import_module("wattana.registry.migrations.0009_no_level_without_consent")
    migration.clear(apps, None)
    assert Household.objects.get(pk=home.pk).standing_level is None
    assert Household.objects.get(pk=stays.pk).standing_level


def test_consent_that_is_given_again_brings_the_indicators_back(page, home, officer):
    withdraw(home, officer)
    assert queries.household_indicators(officer, home.pk) == []
    agree(home, officer)
    assert queries.household_indicators(officer, home.pk)
    assert WITHDRAWN not in page()


def test_a_person_who_withdrew_is_left_out_of_the_indicators_as_of_a_snapshot(officer):
    home = factories.household("33010301")
    stays, leaves = factories.person(home), factories.person(home)
    found = visit(home, people={stays: {"income_month": 1}, leaves: {"income_month": 2}})
    withdraw(home, officer, leaves)
    assert [key for key, _, _ in explaining.people_of(found)] == [stays.pk]
    assert explaining.of_visit(found, load_measure("five_capitals"))


def _today() -> str:
    return format_date(timezone.localdate())


FOLLOWS = "Level and score follow with the next assessment."


def test_who_agrees_again_is_told_that_the_level_follows_with_the_next_assessment(
    client, page, home, officer
):
    refresh_surveyed_on([home.pk])
    assessed()
    withdraw(home, officer)
    page()
    assert FOLLOWS not in page()
    given = {"purposes": "survey", "method": "spoken", "given_on": "1/1/2568"}
    address = reverse("registry:consent_new", args=[home.pk])
    recorded = text_of(client.post(address, given, follow=True))
    assert recorded.count(FOLLOWS) == 2 and "not classified yet" in recorded, "also beside it"
    assert page().count(FOLLOWS) == 2, "on top and at the five capitals"
    assert "2.50" not in page() and "Indicators and reasons" in page()
    assessed()
    assert FOLLOWS not in page() and "2.50" in page()


def test_a_first_consent_and_a_household_without_survey_promise_no_level(client, page, officer):
    home = factories.household("33010301")
    withdraw(home, officer)
    agree(home, officer)
    page()
    said = text_of(client.get(reverse("registry:household", args=[home.pk])))
    assert "not classified yet" in said and FOLLOWS not in said
    assert FOLLOWS not in page()
