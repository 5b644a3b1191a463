"""The family's page as PDF."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.entitlements.conftest import DUE, elder, surveyed, withdraw
from tests.kit.paper.test_rendering import text_of
from tests.registry.conftest import office
from wattana.accounts.models import AuditEvent
from wattana.registry import national_ids

pytestmark = pytest.mark.django_db
NUMBER = "9330100001018"


@pytest.fixture
def home(db):
    return factories.household(owner=office())


def address(home, sensitive: bool = False) -> str:
    page = reverse("entitlements:family_page", args=[home.pk])
    return f"{page}?sensitive=1" if sensitive else page


def words(client, home, **more) -> str:
    page = client.get(address(home, **more))
    assert page.status_code == 200
    assert page["Content-Type"] == "application/pdf"
    return " ".join(text_of(page.content).split())


def test_it_says_what_is_missing_how_much_where_and_what_to_bring(sign_in, home):
    surveyed(home, {elder(home, age=75): {**DUE, "welfare": ["none"]}})
    said = words(sign_in(), home)
    missing = said.split("Due, but not received yet")[1]
    assert "Old-age allowance" in missing
    assert "700 baht a month" in missing
    assert "Where to apply: SAO or municipality" in missing
    assert "Bring:" in missing
    assert "Please note: No back pay." in missing


def test_what_is_received_stands_in_one_line(sign_in, home):
    surveyed(home, {elder(home, age=75): {**DUE, "welfare": ["old_age"]}})
    said = words(sign_in(), home)
    assert "Due, but not received yet: Old-age" not in said
    assert "Old-age allowance (700 baht a month)" in said.split("You receive")[1]


def test_what_tells_of_disability_is_left_out_unless_asked_for(sign_in, home):
    person = elder(home, age=75)
    surveyed(home, {person: {**DUE, "welfare": ["none"], "disability_card": True}})
    client = sign_in()
    assert "Disability allowance" not in words(client, home)
    assert "Disability allowance" in words(client, home, sensitive=True)


def test_who_may_not_see_it_never_gets_it_on_paper(sign_in, home):
    surveyed(home, {elder(home, age=75): {**DUE, "welfare": ["none"], "disability_card": True}})
    client = sign_in("district_officer", office("D3301", ("3301",)))
    assert "Disability allowance" not in words(client, home, sensitive=True)


def test_no_national_id_stands_on_it_or_in_its_name(sign_in, home):
    one = elder(home, age=75)
    one.national_id_sealed, one.national_id_hash = national_ids.seal(NUMBER, one.pk)
    one.no_id_reason = ""
    one.save()
    page = sign_in().get(address(home))
    said = text_of(page.content)
    assert one.first_name in said
    assert NUMBER not in said
    assert NUMBER[-4:] not in said
    assert page["Content-Disposition"].startswith('inline; filename="rights-')


def test_a_household_that_nobody_visited_is_told_to_ask_for_a_visit(sign_in, home):
    assert "Ask for a visit" in words(sign_in(), home)


def test_a_large_family_flows_on_with_its_number_on_every_page(sign_in, home):
    people = {
        elder(home, age=61 + n, relation="parent"): {**DUE, "welfare": ["none"]} for n in range(14)
    }
    surveyed(home, people)
    said = words(sign_in(), home)
    assert "page 2 of" in said
    assert said.count("Ask for number") >= 2
    assert said.count("Due, but not received yet") == 14


def test_printing_is_audited_with_what_was_asked_for(sign_in, home):
    sign_in().get(address(home, sensitive=True))
    event = AuditEvent.objects.get(action="rights.print")
    assert (event.object_id, event.detail) == (home.pk, {"sensitive": True})


@pytest.mark.parametrize(
    ("role", "areas", "status"),
    [
        ("tambon_officer", ("330201",), 404),
        ("researcher", ("33",), 403),
        ("agency_caseworker", ("33",), 403),
    ],
)
def test_outsiders_get_no_page(sign_in, home, role, areas, status):
    client = sign_in(role, office(f"X{areas[0]}", areas))
    assert client.get(address(home)).status_code == status
    assert not AuditEvent.objects.filter(action="rights.print").exists()


def test_nobody_gets_it_without_signing_in(client, home):
    assert client.get(address(home)).status_code == 302


def test_it_says_that_answers_are_left_out_once_consent_is_withdrawn(sign_in, home):
    surveyed(home, {elder(home): {**DUE, "welfare": ["none"]}})
    withdraw(home)
    said = words(sign_in(), home)
    assert "so the answers of the survey are left out" in said
    assert "Due, but not received yet" not in said
