"""The clocks and closed days of the viewer's organisation, and public holidays ahead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kit import moments
from wattana.methods.referral.machine import TURN, State
from wattana.referrals import calendars
from wattana.referrals.models import ClockSetting, ClosedDay
from wattana.rules import referrals as rulebook

_AHEAD = dt.timedelta(days=180)


@dataclass(frozen=True)
class Row:
    """A state with its usual days, and the organisation's own where it set some."""

    state: State
    usual: int
    usual_urgent: int
    own: ClockSetting | None


def clocks(viewer: Viewer) -> list[Row]:
    """One row a state that somebody's clock runs in. Raises `Forbidden`."""
    viewer.require(Permission.REFERRAL_SETTINGS)
    mine = ClockSetting.objects.filter(organization=viewer.organization_id)
    own = {one.state: one for one in mine}
    usual = rulebook.load().clocks
    kinds = Organization.objects.filter(pk=viewer.organization_id).values_list("kind", flat=True)
    return [
        Row(state, calendars.usual_days(state, kinds.first(), usual), usual.urgent, own.get(state))
        for state in TURN
    ]


def closed_days(viewer: Viewer) -> list[ClosedDay]:
    """Days from today on that the organisation, or all, recorded."""
    viewer.require(Permission.REFERRAL_SETTINGS)
    rows = ClosedDay.objects.filter(day__gte=moments.today())
    both = rows.filter(organization=viewer.organization_id) | rows.filter(organization=None)
    return list(both.order_by("day"))


def holidays_ahead() -> list[tuple[dt.date, str]]:
    """Thai public holidays of the next half year."""
    today = moments.today()
    return calendars.public_holidays(today, today + _AHEAD)
