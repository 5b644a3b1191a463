"""An organisation sets its own clocks and the days on which it is closed."""

from __future__ import annotations

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Invalid
from wattana.methods.referral.machine import TURN, State
from wattana.referrals.actions.needs import CHOOSE
from wattana.referrals.models import ClockSetting, ClosedDay
from wattana.thai.dates import parse_date
from wattana.thai.numerals import to_arabic

LONGEST = 120
"""Working days; longer than half a year is no clock."""


@transaction.atomic
def set_clock(*, state: str, days: str, urgent: str, by: Viewer) -> None:
    """Set the days of a state for the own organisation; both empty: the usual ones again."""
    by.require(Permission.REFERRAL_SETTINGS)
    if state not in {one.value for one in TURN}:
        raise Invalid(CHOOSE)
    kept = {"organization_id": by.organization_id, "state": State(state)}
    if days.strip() or urgent.strip():
        wanted = {"days": _days(days), "urgent_days": _days(urgent)}
        ClockSetting.objects.update_or_create(**kept, defaults=wanted)
    else:
        ClockSetting.objects.filter(**kept).delete()
    audit.record(by, "clock.set", kind="organization", object_id=by.organization_id, state=state)


@transaction.atomic
def close_day(*, day: str, name: str, works: bool, by: Viewer) -> ClosedDay:
    """Record a day on which the own organisation is closed, or works though others do not."""
    by.require(Permission.REFERRAL_SETTINGS)
    if not name.strip():
        raise Invalid(N_("Write what day it is."))
    made, _ = ClosedDay.objects.update_or_create(
        organization_id=by.organization_id,
        day=parse_date(day),
        defaults={"name": name.strip()[:120], "works": works},
    )
    audit.record(by, "clock.set", kind="organization", object_id=by.organization_id)
    return made


@transaction.atomic
def open_day(*, day: str, by: Viewer) -> None:
    """Take a recorded day back."""
    by.require(Permission.REFERRAL_SETTINGS)
    rows = ClosedDay.objects.filter(organization_id=by.organization_id, day=parse_date(day))
    rows.delete()
    audit.record(by, "clock.set", kind="organization", object_id=by.organization_id)


def _days(text: str) -> int:
    typed = to_arabic(text).strip()
    if not typed.isdecimal() or not 0 < int(typed) <= LONGEST:
        raise Invalid(N_("Give whole working days from 1 to %(most)s."), most=LONGEST)
    return int(typed)
