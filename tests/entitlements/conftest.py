"""Households in which somebody is due something, and clients who look at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.registry.conftest import office
from wattana.accounts.models import Organization
from wattana.assessment.models import Run, Snapshot
from wattana.entitlements.models import Missing
from wattana.kit import vault
from wattana.registry.actions import consents
from wattana.registry.models import Consent, Household, Person
from wattana.surveys.models import Visit, VisitPerson


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    """An empty data folder with keys."""
    settings.DATA = tmp_path / "data"
    settings.KEYS_FILE = tmp_path / "keys.json"
    vault.create_if_missing()
    return settings.DATA


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """A client signed in with a role of an office (330103 unless told otherwise), in English."""

    def signed_in(role: str = "tambon_officer", of: Organization | None = None) -> Client:
        of = of or office()
        member = of.members.filter(role=role).first() or factories.member(role, of=of)
        client.force_login(member.user)
        client.cookies["django_language"] = "en"
        return client

    return signed_in


def years_ago(years: int) -> int:
    return timezone.localdate().year - years


def elder(home: Household, age: int = 75, **more: Any) -> Person:
    """A woman who fulfils what the old-age allowance asks of the register."""
    fields = {"birth_year": years_ago(age), "birth_month": 1, "birth_day": 1, "sex": "female",
              "relation": "head", "registered": "here_lives"}  # fmt: skip
    return factories.person(home, **fields | more)


def surveyed(home: Household, people: dict[Person, dict[str, Any]], **answers: Any) -> Visit:
    """An approved visit of this year with answers of the household and its people."""
    made = factories.visit(
        home,
        year=years_ago(0),
        status="approved",
        answers=answers,
        surveyed_on=timezone.localdate(),
    )
    for person, said in people.items():
        VisitPerson.objects.create(visit=made, person=person, answers=said)
    return made


DUE = {"thai_national": True, "state_pension": False}
"""Answers with which somebody of sixty or more is due the old-age allowance."""

ALLOWANCE = "old_age_allowance"


@pytest.fixture
def run() -> Run:
    """A run of the rights without files."""
    snapshot = Snapshot.objects.create(
        status="ready", path="snapshots/x", manifest_hash="0" * 64, codebook_version="test"
    )
    return Run.objects.create(
        snapshot=snapshot, measure="rights", measure_version="1", definitions_hash="0" * 64,
        engine="duckdb", engine_version="1", status="ready", current=True,
        summary={"on": "2026-06-01"}, finished_at=timezone.now(),
    )  # fmt: skip


def misses(
    run: Run, baht: int, *, village="33010301", programme=ALLOWANCE, sensitive=False, **who
) -> Missing:
    """Somebody of a village who is due a right of so many baht a year and does not get it."""
    home = factories.household(village, owner=who.pop("owner", None) or office())
    person = elder(home, **who)
    return Missing.objects.create(
        run=run, household=home, person=person, programme=programme, satang_year=baht * 100,
        sensitive=sensitive,
    )  # fmt: skip


def consent(home: Household, person: Person | None = None) -> Consent:
    """Consent to survey and analysis, given on the first day of 2568."""
    return consents.record(
        household=home.pk, person=person.pk if person else None, purpose="survey", method="spoken",
        given_on="1/1/2568", by=factories.viewer(organization_id=office().pk),
    )  # fmt: skip


def withdraw(home: Household, person: Person | None = None) -> None:
    """The same, given and withdrawn."""
    by = factories.viewer(organization_id=office().pk)
    consents.withdraw(consent=consent(home, person).pk, by=by)
