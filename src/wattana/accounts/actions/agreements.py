"""Agreements are made, renewed, ended early; none is changed or deleted, so the history stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.actions.organizations import check_areas
from wattana.accounts.agreements import State, first_day_of_a_renewal, last_day, state_of, today
from wattana.accounts.models import Agreement, Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.purposes import Purpose
from wattana.accounts.viewer import Actor, widest
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound


@dataclass(frozen=True)
class Terms:
    """What the parties agree on. `starts` and `ends` are days in Bangkok, both included."""

    title_th: str
    title_en: str
    purposes: Collection[str]
    starts: dt.date
    ends: dt.date
    parties: Collection[int]
    areas: Collection[str]


@transaction.atomic
def create(*, terms: Terms, is_demo: bool = False, by: Actor) -> Agreement:
    """Record an agreement; past ones may be recorded as history. Raises `Invalid`."""
    by.require(Permission.AGREEMENTS_MANAGE)
    made = _save(terms, is_demo=is_demo, renews=None)
    _record(by, "agreement.create", made, terms)
    return made


@transaction.atomic
def renew(agreement_id: int, *, terms: Terms, is_demo: bool = False, by: Actor) -> Agreement:
    """Record the agreement that follows `agreement_id`, from a day after its last day on.

    One that was ended early may be followed on the same day.

    Raises `Invalid` for terms that cannot be, `Conflict` when it has been renewed already.
    """
    by.require(Permission.AGREEMENTS_MANAGE)
    old = _locked(agreement_id)
    if old.renewals.filter(ended_early_at=None).exists():
        raise Conflict(N_("This agreement has been renewed already. Renew its renewal instead."))
    if terms.starts < first_day_of_a_renewal(old.ends, old.ended_early_at):
        raise Invalid(
            N_(
                "A renewal begins after the last day of the agreement (%(day)s). "
                "End the agreement early if the renewal is to begin sooner."
            ),
            day=last_day(old.ends, old.ended_early_at).isoformat(),
        )
    made = _save(terms, is_demo=is_demo, renews=old)
    _record(by, "agreement.renew", made, terms, renews=old.pk)
    return made


@transaction.atomic
def end_early(agreement_id: int, *, by: Actor) -> Agreement:
    """End an agreement now: what only it opened is closed from the next request on."""
    by.require(Permission.AGREEMENTS_MANAGE)
    found = _locked(agreement_id)
    state = state_of(found.starts, found.ends, found.ended_early_at, today())
    if state in (State.ENDED, State.ENDED_EARLY):
        raise Conflict(N_("This agreement has ended already."))
    found.ended_early_at = timezone.now()
    found.ended_early_by = by.user_id
    found.save(update_fields=["ended_early_at", "ended_early_by"])
    audit.record(by, "agreement.end_early", kind="agreement", object_id=found.pk)
    return found


def _locked(agreement_id: int) -> Agreement:
    found = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if found is None:
        raise NotFound(N_("There is no such agreement among those of your organisation."))
    return found


def _save(terms: Terms, *, is_demo: bool, renews: Agreement | None) -> Agreement:
    _check(terms)
    made = Agreement.objects.create(
        title_th=terms.title_th,
        title_en=terms.title_en,
        purposes=[purpose for purpose in Purpose.values if purpose in terms.purposes],
        starts=terms.starts,
        ends=terms.ends,
        is_demo=is_demo,
        renews=renews,
    )
    made.parties.set(terms.parties)
    made.areas.set(widest(terms.areas))
    return made


def _check(terms: Terms) -> None:
    if terms.ends < terms.starts:
        raise Invalid(N_("An agreement ends on or after the day on which it begins."))
    if not terms.purposes or not set(terms.purposes) <= set(Purpose.values):
        raise Invalid(N_("Name at least one purpose of the agreement."))
    found = Organization.objects.filter(pk__in=list(terms.parties)).count()
    if found < 2 or found != len(set(terms.parties)):
        raise Invalid(N_("An agreement has at least two parties."))
    if not terms.areas:
        raise Invalid(N_("Name at least one area that the agreement opens."))
    check_areas(tuple(terms.areas))


def _record(by: Actor, action: str, made: Agreement, terms: Terms, **more: int) -> None:
    audit.record(
        by, action, kind="agreement", object_id=made.pk, starts=made.starts.isoformat(),
        ends=made.ends.isoformat(), parties=len(set(terms.parties)), areas=widest(terms.areas),
        **more,
    )  # fmt: skip
