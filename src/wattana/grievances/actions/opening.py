"""A complaint comes in: by the page, or told to an officer who writes it down."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.models import Organization, OrganizationArea
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import System, Viewer
from wattana.grievances import handling, telling
from wattana.grievances.actions import steps
from wattana.grievances.models import Grievance
from wattana.grievances.winding import wind
from wattana.kernel import keys
from wattana.kernel.problems import N_, Invalid
from wattana.kit import codes, moments
from wattana.kit.vault import vault
from wattana.methods.grievance import Side
from wattana.referrals.models import Referral
from wattana.rules import grievances as rulebook

LONGEST = 5_000
_CHOOSE = N_("Choose one of the answers of the list.")
_LETTERS = 8  # of the number by which handlers call it


@dataclass(frozen=True)
class Complaint:
    """What somebody says; `about` is the office concerned, `case` the number of a referral."""

    kind: str
    text: str
    about: int | None = None
    case: str = ""
    name: str = ""
    contact: str = ""
    channel: str = Grievance.Channel.PAGE


@transaction.atomic
def open_(*, said: Complaint, by: Viewer | None = None) -> tuple[Grievance, str]:
    """Record a complaint: the row, and the code that the complainant keeps, told only this once.

    `by` is an officer who writes it down for somebody; None is the public page. Raises `Invalid`
    without words, `Forbidden` for an officer without `NEED_REPORT`.
    """
    if by is not None:
        by.require(Permission.NEED_REPORT)
    _check(said, by)
    case = Referral.objects.filter(number=said.case.strip()).first() if said.case.strip() else None
    about = _about(said, case)
    code, now, key = codes.new(), moments.now(), keys.new_key()
    row = Grievance(
        pk=key, number=keys.to_text(key)[-_LETTERS:], code_digest=codes.digest(code),
        kind=said.kind, channel=said.channel, about=about, area_code=_area(about, case),
        referral=case, text=_sealed(key, "text", _text(said, case)), created_at=now,
        recorded_by=by.user_id if by else None,
        name=_sealed(key, "name", said.name) if said.name.strip() else None,
        contact=_sealed(key, "contact", said.contact) if said.contact.strip() else None,
    )  # fmt: skip
    handling.place(row)
    wind(row, moments.today())
    row.save(force_insert=True)
    steps.write(row, "open", Side.COMPLAINANT, old="", by=by)
    actor = by or System(role="public")
    audit.record(actor, "grievance.open", kind="grievance", object_id=row.pk)
    telling.new(row)
    return row, code


def _check(said: Complaint, by: Viewer | None) -> None:
    if not said.text.strip():
        raise Invalid(N_("Write what happened."))
    if len(said.text) > LONGEST:
        raise Invalid(N_("Write at most %(most)s letters."), most=LONGEST)
    spoken = said.channel != Grievance.Channel.PAGE
    if said.kind not in rulebook.load().kinds or said.channel not in Grievance.Channel.values:
        raise Invalid(_CHOOSE)
    if spoken != (by is not None):
        raise Invalid(_CHOOSE)


def _about(said: Complaint, case: Referral | None) -> Organization | None:
    """The office that was chosen; of a decision without one, the agency that decided."""
    if said.about is not None:
        found = Organization.objects.filter(pk=said.about).first()
        if found is None:
            raise Invalid(_CHOOSE)
        return found
    return case.receiver if case is not None and said.kind == "decision" else None


def _area(about: Organization | None, case: Referral | None) -> str:
    if case is not None:
        return case.area_code
    rows = OrganizationArea.objects.filter(organization=about).order_by("area_id")
    return rows.values_list("area_id", flat=True).first() or ""


def _text(said: Complaint, case: Referral | None) -> str:
    """The words; the number of a case that is not known stays with them, for the handler."""
    number = said.case.strip()[:30]
    return said.text.strip() if case or not number else f"{said.text.strip()}\n\n[{number}]"


def _sealed(row: int, column: str, text: str) -> bytes:
    return vault().seal(text.strip(), table="grievances_grievance", column=column, row=row)
