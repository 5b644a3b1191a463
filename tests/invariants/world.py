"""A small world with one of everything, twice: in the area of a member and in another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from tests import factories
from wattana.accounts.models import Organization
from wattana.kernel import keys
from wattana.kit import attached, vault
from wattana.referrals.models import (
    Assistance,
    Attachment,
    Batch,
    BatchItem,
    FollowUp,
    Need,
    Photo,
    Plan,
    Referral,
)
from wattana.registry.models import Consent, Household, ImportBatch, ListEntry, Merge, PrivacyNotice
from wattana.surveys.models import Visit, VisitPerson

OWN, OTHER, CLOSED = "330103", "330105", "330122"


@dataclass(frozen=True)
class Place:
    """One area with an authority and a record of every sort."""

    organization: Organization
    household: Household
    arguments: dict[str, Any]  # values for the parts of addresses


def place(code: str, number: str) -> Place:
    """Fill the tambon `code` for the authority `number`."""
    owner = factories.organization(number, areas=(code,))
    home = factories.household(f"{code}01", owner=owner)
    person = factories.person(home, relation="head")
    visit = _visit(home, owner)
    VisitPerson.objects.create(visit=visit, person=person)
    identifier = home.identifiers.create(kind="other", value="1")
    found = {
        "code": code,
        "household": home.pk,
        "person": person.pk,
        "visit": visit.pk,
        "consent": _consent(home).pk,
        "entry": ListEntry.objects.create(household=home, source="tpmap", source_year=2023).pk,
        "merge": _merge(home, owner, code).pk,
        "identifier": identifier.pk,
        "batch": _batch(owner).pk,
    } | _referral(home, owner)
    return Place(owner, home, found)


def _visit(home: Household, owner: Organization) -> Visit:
    return Visit.objects.create(
        household=home,
        organization=owner,
        year=2026,
        round=1,
        surveyed_on=dt.date(2026, 5, 1),
        codebook_version="test",
        created_at=timezone.now(),
        changed_at=timezone.now(),
    )


def _consent(home: Household) -> Consent:
    notice, _ = PrivacyNotice.objects.get_or_create(
        version="test", defaults={"text_th": "ก", "text_en": "a", "published_at": timezone.now()}
    )
    return Consent.objects.create(
        household=home, notice=notice, purpose="survey", method="spoken", given_at=timezone.now()
    )


def _merge(home: Household, owner: Organization, code: str) -> Merge:
    absorbed = factories.household(
        f"{code}01", owner=owner, status="merged", merged_into=home, house_no="9"
    )
    return Merge.objects.create(
        kept=home,
        absorbed=absorbed,
        reason="twice",
        moved={
            name: []
            for name in ("persons", "memberships", "list_entries", "consents", "identifiers")
        }
        | {"absorbed_status": "active", "kept_list_status": home.list_status},
        at=timezone.now(),
        by=1,
    )


def _batch(owner: Organization) -> ImportBatch:
    return ImportBatch.objects.create(
        organization=owner, kind="households", year=2025, file_name="a.csv", file_sha256="0" * 64
    )


def _referral(home: Household, owner: Organization) -> dict[str, int]:
    """A case that the authority sent to itself, with help, in a batch."""
    now = timezone.now()
    need = Need.objects.create(
        household=home, owner=owner, service="other", dimension="other", source="visit",
        state="confirmed", found_on=now.date(), created_at=now,
    )  # fmt: skip
    case = Referral.objects.create(
        number=f"{owner.code}-1", need=need, household=home, area_code=home.area_id, sender=owner,
        receiver=owner, service="other", dimension="other", state="helped", basis="vital",
        created_at=now, sent_at=now, entered_at=now, entered_on=now.date(),
        due_on=now.date(), risk_on=now.date(),
    )  # fmt: skip
    help_ = Assistance.objects.create(
        referral=case, need=need, household=home, provider=owner, area_code=home.area_id,
        dimension="other", on=now.date(), satang=100, recorded_at=now,
    )  # fmt: skip
    batch = Batch.objects.create(
        number=f"{owner.code}-B1", sender=owner, receiver=owner, state="sent", created_at=now,
        sent_at=now,
    )  # fmt: skip
    BatchItem.objects.create(batch=batch, referral=case, position=1)
    plan = Plan.objects.create(
        household=home, organization=owner, owner=1, opened_on=now.date(), review_on=now.date(),
        created_at=now,
    )  # fmt: skip
    goal = plan.goals.create(capital="human", text="school", doer="we", next_on=now.date())
    leaving = home.exits.create(
        organization=owner, reason="moved", evidence="seen", proposed_at=now
    )
    paper = Attachment.objects.create(
        referral=case, kind="other", content_type="image/png", size=8, digest="0" * 64, at=now
    )
    photo = _photo(home, owner)
    vault.create_if_missing()
    for table, row in (("referrals_attachment", paper.pk), ("referrals_photo", photo.pk)):
        attached.write(table, row, b"a picture")
    return {
        "attachment": paper.pk, "photo": photo.pk,
        "referral": case.pk, "need": need.pk, "assistance_row": help_.pk, "bundle": batch.pk,
        "plan": plan.pk, "goal": goal.pk, "leaving": leaving.pk,
    }  # fmt: skip


def _photo(home: Household, owner: Organization) -> Photo:
    visit = FollowUp.objects.create(
        household=home, organization=owner, on=timezone.localdate(), findings="seen",
        recorded_at=timezone.now(),
    )  # fmt: skip
    return Photo.objects.create(follow_up=visit, content_type="image/png", size=8)


def address_arguments(names: tuple[str, ...], where: Place) -> dict[str, Any] | None:
    """Values for the parts of an address, or None where it does not lead to records of an area."""
    section = "members" if "person" in names else "physical"
    fixed = {"variable": "home_tenure", "section": section, "action": "close_unreached",
             "panel": "visits"}  # fmt: skip
    if not set(names) & set(where.arguments):
        return None
    values = {name: where.arguments.get(name, fixed.get(name)) for name in names}
    return None if None in values.values() else values


KEYS = {name: keys.new_key() for name in ("member", "agreement", "organization", "run")}
PARTS = {"variable", "section", "action", "step", "table", "indicator", "panel"}
"""Parts of addresses that name no record."""
