"""How a household leaves the programme and may come back: two members, never one alone."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.referrals.models import Exit, Referral
from wattana.referrals.plans import graduation
from wattana.registry import access

_MAY = Permission.REFERRAL_SEND


@transaction.atomic
def propose(*, household: int, reason: str, evidence: str, by: Viewer) -> Exit:
    """Propose that a household leaves.

    Raises `Conflict` while referrals are open or an exit stands, `Invalid` when it is to leave as
    out of poverty and the latest rounds do not bear that out.
    """
    home = access.open_household(by, household, _MAY)
    if reason not in Exit.Reason.values:
        raise Invalid(N_("Choose one of the answers of the list."))
    if not evidence:
        raise Invalid(N_("Write what shows it: visit, survey, forum, register."))
    if home.exits.filter(graduation.STANDS).exists():
        raise Conflict(N_("It is proposed or approved already that this household leaves."))
    if Referral.objects.filter(household=home, closed_at__isnull=True).exists():
        raise Conflict(N_("Referrals of this household are open. Close or cancel them first."))
    if reason == Exit.Reason.GRADUATED and not graduation.holds(home.pk):
        raise Invalid(
            N_(
                "The latest %(rounds)s rounds do not show it: the level has to be %(level)s or "
                "better and income at the poverty line or above, each time."
            ),
            rounds=graduation.rule().rounds,
            level=graduation.rule().level,
        )
    made = Exit.objects.create(
        household=home, organization_id=by.organization_id, reason=reason, evidence=evidence,
        proposed_at=timezone.now(), proposed_by=by.user_id,
    )  # fmt: skip
    _record(by, "exit.propose", made)
    return made


@transaction.atomic
def decide(*, exit_: int, approve: bool, answer: str = "", by: Viewer) -> Exit:
    """Approve or reject a proposal. Raises `Forbidden` for whoever proposed it."""
    found = _exit(by, exit_, Exit.State.PROPOSED)
    if found.proposed_by == by.user_id:
        raise Forbidden(N_("Whoever proposed it cannot decide it. Ask another member."))
    if not approve and not answer:
        raise Invalid(N_("Write why it is rejected."))
    found.state = Exit.State.APPROVED if approve else Exit.State.REJECTED
    found.answer, found.decided_at, found.decided_by = answer, timezone.now(), by.user_id
    found.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    _record(by, "exit.approve" if approve else "exit.reject", found)
    return found


@transaction.atomic
def reenter(*, exit_: int, reason: str, by: Viewer) -> Exit:
    """The household comes back; everything recorded before is still there."""
    found = _exit(by, exit_, Exit.State.APPROVED)
    if found.reentered_on is not None:
        raise Conflict(N_("This household is back already."))
    if not reason:
        raise Invalid(N_("Write why the household comes back."))
    found.reentered_on, found.reentry_reason = timezone.localdate(), reason
    found.save(update_fields=["reentered_on", "reentry_reason"])
    _record(by, "exit.reenter", found)
    return found


def _exit(by: Viewer, key: int, state: str) -> Exit:
    found = Exit.objects.select_for_update().filter(pk=key).first()
    if found is None:
        raise NotFound(N_("There is no such proposal in your area."))
    access.household(by, found.household_id, _MAY)
    if found.state != state:
        raise Conflict(N_("Somebody has decided this meanwhile. Look at it again."))
    return found


def _record(by: Viewer, action: str, row: Exit) -> None:
    audit.record(
        by, action, kind="household", object_id=row.household_id, area=row.household.area_id
    )
