"""What is not sent yet: receiver, urgency, words and ground are kept together or not at all."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from wattana.accounts.viewer import Viewer
from wattana.referrals.actions import bases, cases
from wattana.referrals.models import Referral


@transaction.atomic
def save(
    *, referral: int, version: int, receiver: int, urgency: str, summary: str, basis: str,
    note: str, by: Viewer,
) -> Referral:  # fmt: skip
    """Keep what was typed; without `basis` the ground stays open. Raises as both actions do."""
    done = cases.change_draft(
        referral=referral, version=version, receiver=receiver, urgency=urgency, summary=summary,
        by=by,
    )  # fmt: skip
    return bases.set_basis(referral=referral, basis=basis, note=note, by=by) if basis else done


def seal(referral: Referral) -> str:
    """A mark of all that is looked at before sending; another one when any of it has changed."""
    seen = [
        referral.receiver_id, referral.urgency, referral.summary, referral.basis,
        referral.basis_note,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()
