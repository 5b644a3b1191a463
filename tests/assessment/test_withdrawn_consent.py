"""Once consent to survey and analysis is withdrawn, pages work out nothing new from the answers."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.assessment.conftest import assessed, scored, visit
from tests.registry.conftest import office
from tests.registry.pages import text_of
from wattana.assessment import explaining, queries
from wattana.kit.dates import format_date
from wattana.registry.actions import consents
from wattana.rules.measures import load_measure

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


def agree(home, by, person=None):
    return consents.record(
        household=home.pk, person=person and person.pk, purpose="survey", method="spoken",
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


def test_until_the_next_analysis_the_page_says_that_the_score_is_of_the_last_one(
    page, home, officer
):
    assessed()
    before = page()
    assert WITHDRAWN not in before and "Indicators and reasons" in before
    withdraw(home, officer)
    said = page()
    with_day = f"{WITHDRAWN} {_today()}"
    assert f"{with_day}; the level is that of the last analysis, and the next one" in said
    assert f"{with_day}. The scores below are those of the last analysis" in said
    assert "Indicators and reasons" not in said, "nothing new is worked out from the answers"


def test_after_the_next_analysis_the_page_says_why_there_is_no_level(page, home, officer):
    scored("33010302", 3.0)
    withdraw(home, officer)
    assessed()
    said = page()
    assert f"{WITHDRAWN} {_today()}, so the household is not classified." in said
    assert said.count(f"{WITHDRAWN} {_today()}, so") == 2, "on top and at the five capitals"
    assert "not classified yet" not in said and "has not been assessed yet" not in said


def test_list_page_file_and_run_say_the_same_of_a_household_that_withdrew(
    client, page, home, officer
):
    scored("33010302", 3.0)
    assessed()
    page()
    assert "consent withdrawn" not in text_of(client.get(reverse("registry:list")))
    withdraw(home, officer)
    said = text_of(client.get(reverse("registry:list")))
    assert "2.50 consent withdrawn" in said, "the level is that of the last analysis"
    run = assessed()
    assert run.snapshot.left_out == {"consent_withdrawn": 1}
    said = text_of(client.get(reverse("registry:list")))
    assert said.count("consent withdrawn") == 1 and "3.00" in said and "2.50" not in said
    assert page().count("consent withdrawn") == 1
    file = b"".join(client.get(reverse("registry:export")).streaming_content).decode()
    assert file.count("consent withdrawn") == 1
    agree(home, officer)
    assert "consent withdrawn" not in text_of(client.get(reverse("registry:list")))


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
