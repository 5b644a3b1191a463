"""Consent and privacy notices (PDPA s. 19, 23): recorded with the version told, never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, System, Viewer
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.registry import access, history, notice, values
from wattana.registry.actions import standings
from wattana.registry.models import Consent, PrivacyNotice

EDIT = Permission.HOUSEHOLD_EDIT


@transaction.atomic
def publish_notice(*, version: str, text_th: str, text_en: str, by: System) -> PrivacyNotice:
    """Publish a version of the privacy notice; what was published is never changed."""
    if PrivacyNotice.objects.filter(version=version).exists():
        raise Conflict(
            N_("Version %(version)s of the privacy notice exists already. Choose another number."),
            version=version,
        )
    published = PrivacyNotice.objects.create(
        version=version, text_th=text_th, text_en=text_en, published_at=timezone.now()
    )
    audit.record(by, "notice.publish", kind="notice", object_id=published.pk)
    return published


def current_notice() -> PrivacyNotice:
    """The notice that is told now; the proposed text where the operator published none."""
    newest = PrivacyNotice.objects.order_by("-published_at", "-id").first()
    if newest is not None:
        return newest
    return PrivacyNotice.objects.get_or_create(
        version=notice.VERSION,
        defaults={
            "text_th": notice.TEXT_TH,
            "text_en": notice.TEXT_EN,
            "published_at": timezone.now(),
        },
    )[0]


@transaction.atomic
def record_all(*, purposes: Collection[str], **given: Any) -> list[Consent]:
    """Record for several purposes what was told and agreed to at once: all of it or nothing."""
    return [record(purpose=purpose, **given) for purpose in purposes]


@transaction.atomic
def record(
    *, household: int, purpose: str, method: str, given_on: dt.date | str, by: Actor,
    person: int | None = None, notice_version: str | None = None,
) -> Consent:  # fmt: skip
    """Record what a household, or one person of it, was told and agreed to.

    Without `notice_version` the current notice. Raises `Conflict` when the same stands already.
    """
    home = access.open_household(by, household, EDIT)
    given = values.parsed(
        values.CONSENT, {"purpose": purpose, "method": method, "given_on": given_on}
    )
    day = given.pop("given_on")
    if day is None:
        raise Invalid(N_("Give the day of the consent."))
    if person is not None and not home.persons.filter(pk=person).exists():
        raise NotFound(access.NO_PERSON)
    told, made_for = _notice(notice_version), Consent.Purpose(given["purpose"])
    same = Consent.objects.filter(
        household=home, person_id=person, notice=told, purpose=given["purpose"], withdrawn_at=None
    )
    if same.exists():
        raise Conflict(
            N_(
                "The consent to %(purpose)s is recorded already. Withdraw it first to record it "
                "anew; nothing was recorded now."
            ),
            purpose=made_for.label,
        )
    made = Consent.objects.create(
        household=home,
        person_id=person,
        notice=told,
        given_at=timezone.make_aware(dt.datetime.combine(day, dt.time(12))),
        recorded_by=by.user_id,
        **given,
    )
    audit.record(
        by, "consent.record", kind="consent", object_id=made.pk, area=home.area_id,
        purpose=made.purpose, notice=told.version,
    )  # fmt: skip
    return made


@transaction.atomic
def withdraw(*, consent: int, by: Viewer, reason: str = "") -> Consent:
    """Record that a consent was withdrawn (PDPA s. 19); the row stays.

    With the last one to survey and analysis the household loses its level.
    """
    record = access.consent(by, consent, EDIT)
    if record.withdrawn_at is not None:
        raise Conflict(N_("This consent was withdrawn already."))
    changes = history.assign(record, {"withdrawn_at": timezone.now(), "withdrawn_by": by.user_id})
    record.save(update_fields=list(changes))
    del changes["withdrawn_by"]  # stands in the history row itself
    history.record_changes(record, changes, by=by, reason=values.text(300)(reason))
    standings.clear_if_withdrawn(record.household_id)
    audit.record(
        by, "consent.withdraw", kind="consent", object_id=record.pk,
        area=record.household.area_id, purpose=record.purpose,
    )  # fmt: skip
    return record


def _notice(version: str | None) -> PrivacyNotice:
    if version is None:
        return current_notice()
    found = PrivacyNotice.objects.filter(version=version).first()
    if found is None:
        raise NotFound(N_("There is no privacy notice of version %(version)s."), version=version)
    return found
