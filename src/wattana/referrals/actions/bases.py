"""On what ground facts of a household go to an agency: recorded before anything is sent."""

from __future__ import annotations

from wattana.kernel.problems import N_, Invalid
from wattana.referrals.actions.needs import CHOOSE
from wattana.referrals.models import Referral
from wattana.registry.models import Consent


def put(found: Referral, basis: str, note: str) -> None:
    """Set the ground: the consent that the register holds, danger, or a duty by law (PDPA).

    Raises `Invalid` without a consent on record, or without words for the other grounds; a duty by
    law is none for a confidential case (PDPA s. 26).
    """
    if basis not in Referral.Basis.values:
        raise Invalid(CHOOSE)
    found.basis, found.basis_note, found.consent = basis, note.strip(), None
    if basis == Referral.Basis.CONSENT:
        found.consent = consent_of(found)
    _check(found)


def consent_of(referral: Referral) -> Consent | None:
    """The latest consent to referral that stands, of the household or the person."""
    rows = Consent.objects.filter(
        household=referral.household_id,
        purpose=Consent.Purpose.REFERRAL,
        withdrawn_at__isnull=True,
    ).order_by("-given_at")
    return next((one for one in rows if one.person_id in (None, referral.person_id)), None)


def require(referral: Referral) -> None:
    """Raise `Invalid` unless facts of the case may go to an agency now."""
    if not referral.basis:
        raise Invalid(
            N_("Record first on what ground facts go to the agency: consent, danger, or duty."),
            field="basis",
        )
    _check(referral)


def _check(referral: Referral) -> None:
    if referral.basis == Referral.Basis.CONSENT:
        if referral.consent is None or referral.consent.withdrawn_at is not None:
            raise Invalid(
                N_(
                    "No consent to referral is on record for this household, or it was withdrawn. "
                    "Record it on the household's page first."
                ),
                field="basis",
            )
        return
    if not referral.basis_note:
        raise Invalid(N_("Write why the case may be sent without consent."), field="note")
    if referral.sensitive and referral.basis == Referral.Basis.PUBLIC_TASK:
        raise Invalid(
            N_("A confidential case needs consent, or danger to life or health (PDPA s. 26)."),
            field="basis",
        )
