"""An authority, an agency, a household with consent, and members of both sides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from wattana.accounts.models import Member, Organization
from wattana.accounts.permissions import ROLE_PERMISSIONS
from wattana.accounts.viewer import Viewer
from wattana.kit import moments, vault
from wattana.methods.referral.machine import PASSING
from wattana.referrals.actions import cases, drafts, needs, steps
from wattana.referrals.actions.assistance import Given
from wattana.referrals.actions.needs import Found
from wattana.referrals.actions.steps import Told
from wattana.referrals.models import Referral
from wattana.registry.actions import consents
from wattana.registry.models import Household


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    settings.KEYS_FILE = tmp_path / "keys.json"
    vault.create_if_missing()
    return settings.DATA


@dataclass(frozen=True)
class World:
    """Who takes part: a local authority, two agencies, and a household of the authority."""

    authority: Organization
    agency: Organization
    other: Organization
    home: Household
    sender: Viewer
    receiver: Viewer

    def draft(self, service: str = "housing", *, person: int | None = None) -> Referral:
        """A draft to the agency, on the ground of consent."""
        need = needs.report(
            household=self.home.pk, found=Found(service, "visit", person=person), by=self.sender
        )
        made = cases.open_case(need=need.pk, receiver=self.agency.pk, by=self.sender)
        return self.saved(made, basis="consent")

    def saved(self, case: Referral, by: Viewer | None = None, **typed) -> Referral:
        """The draft as it stands, but for what is given."""
        kept = {
            "version": case.version, "receiver": case.receiver_id, "urgency": case.urgency,
            "summary": case.summary,
        }  # fmt: skip
        return drafts.save(referral=case.pk, by=by or self.sender, **kept | typed)

    def at(self, state: str, service: str = "housing") -> Referral:
        """A referral that was led to a state by its shortest way."""
        case = self.draft(service)
        for action in PATHS[state]:
            case = self.step(case, action)
        return case

    def step(self, case: Referral, action: str, by: Viewer | None = None, **told) -> Referral:
        """One step with all that it needs, by whoever's side it is."""
        return steps.take(
            referral=case.pk, action=action, version=case.version,
            told=self.told(action, **told), by=by or self.side_of(action),
        )  # fmt: skip

    def told(self, action: str, **more) -> Told:
        reason = REASONS.get(action, "")
        given = Given(on=moments.today(), satang=300_000) if action == "help" else None
        passing = action in PASSING
        usual = {
            "reason": reason, "note": "words", "given": given,
            "receiver": self.other.pk if passing else None,
        }  # fmt: skip
        return Told(**usual | more)

    def side_of(self, action: str) -> Viewer:
        return self.receiver if action in RECEIVERS else self.sender


RECEIVERS = {
    "receive", "return", "find_facts", "ask_documents", "approve", "refuse", "pass_on", "help",
}  # fmt: skip
REASONS = {
    "return": "incomplete", "refuse": "not_eligible", "pass_on": "other_agency",
    "redirect": "refused_there", "redirect_ended": "agency_ended", "cancel": "not_wanted",
    "close_refused": "accepted", "close_unreached": "not_reached",
}  # fmt: skip
PATHS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "sent": ("send",),
    "received": ("send", "receive"),
    "fact_finding": ("send", "receive", "find_facts"),
    "documents_asked": ("send", "receive", "ask_documents"),
    "approved": ("send", "receive", "approve"),
    "helped": ("send", "receive", "approve", "help"),
    "confirmed": ("send", "receive", "approve", "help", "confirm"),
    "returned": ("send", "return"),
    "refused": ("send", "receive", "refuse"),
    "appealed": ("send", "receive", "refuse", "appeal"),
    "closed": ("send", "receive", "approve", "help", "confirm", "close"),
    "passed_on": ("send", "receive", "pass_on"),
    "cancelled": ("cancel",),
}


def member_of(organization: Organization, role: str, areas: tuple[str, ...] = ()) -> Viewer:
    """A viewer who has an account, so that she can be named and told."""
    name = f"{role}-{organization.code}-{Member.objects.count()}"
    made = factories.member(role, of=organization, username=name)
    return Viewer(
        user_id=made.user_id, member_id=made.pk, organization_id=organization.pk, role=role,
        permissions=ROLE_PERMISSIONS[role], areas=areas,
    )  # fmt: skip


def consented(home: Household, by: Viewer) -> None:
    consents.record(
        household=home.pk, purpose="referral", method="signature",
        given_on=timezone.localdate() - dt.timedelta(days=3), by=by,
    )  # fmt: skip


@pytest.fixture
def world(db) -> World:
    authority = factories.organization("6330113", areas=("330103",), agency="local_authority")
    agency = factories.organization(
        "CODI", areas=("33",), kind="agency", agency="community_organisations_institute"
    )
    other = factories.organization(
        "PMJ", areas=("33",), kind="agency", agency="social_development_office"
    )
    factories.agreement(
        authority, agency, other, areas=("33",), starts=dt.date(2024, 1, 1),
        ends=dt.date(2035, 1, 1),
    )  # fmt: skip
    home = factories.household("33010301", owner=authority)
    factories.person(home, relation="head", first_name="สมหญิง", last_name="ตัวอย่าง")
    sender = member_of(authority, "tambon_officer", areas=("330103",))
    receiver = member_of(agency, "agency_caseworker", areas=("33",))
    consented(home, sender)
    return World(authority, agency, other, home, sender, receiver)


@pytest.fixture
def sit(world):
    """A client for a viewer of the world."""

    def seated(viewer) -> Client:
        client = Client()
        client.force_login(Member.objects.get(pk=viewer.member_id).user)
        client.cookies["django_language"] = "en"
        return client

    return seated
