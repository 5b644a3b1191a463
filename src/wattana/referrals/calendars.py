"""Days on which an organisation works, and how long it has for a step."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import get_language

from wattana.accounts.models import Organization
from wattana.kernel.later import Later
from wattana.kit.once import once
from wattana.methods.referral import clocks
from wattana.methods.referral.machine import FINAL, TURN, Side, State
from wattana.referrals.models import ClockSetting, ClosedDay, Referral
from wattana.rules import referrals as rulebook

holidays = Later("holidays")


@cache
def _thai(language: str = "th") -> Mapping[dt.date, str]:
    """Thai public holidays; they grow by themselves, year by year."""
    return holidays.country_holidays("TH", language="th" if language == "th" else "en_US")


@dataclass
class Calendars:
    """What was read of calendars and settings once; for one request or one job."""

    everybody: dict[dt.date, bool] = field(default_factory=dict)
    own: dict[int, dict[dt.date, bool]] = field(default_factory=lambda: defaultdict(dict))
    days: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)

    def closed(self, organization: int | None) -> clocks.Closed:
        """Weekends, Thai public holidays, days closed for all, and those of the organisation."""
        own = self.own.get(organization or 0, {})

        def is_closed(day: dt.date) -> bool:
            if day in own:
                return own[day]
            if day in self.everybody:
                return self.everybody[day]
            return clocks.weekend(day) or day in _thai()

        return is_closed


@once
def load() -> Calendars:
    """The calendars of all organisations: two queries."""
    found = Calendars()
    for organization, day, works in ClosedDay.objects.values_list(
        "organization_id", "day", "works"
    ):
        target = found.everybody if organization is None else found.own[organization]
        target[day] = not works
    rows = ClockSetting.objects.values_list("organization_id", "state", "days", "urgent_days")
    found.days = {(one, state): (days, urgent) for one, state, days, urgent in rows}
    return found


def whose_turn(referral: Referral) -> int | None:
    """The organisation that has to act next; for the household the sender asks."""
    side = TURN.get(State(referral.state))
    if side is None:
        return None
    return referral.receiver_id if side == Side.RECEIVER else referral.sender_id


def days_for(referral: Referral, receiver: Organization | None, known: Calendars) -> int:
    """Working days that the state allows: the organisation's own setting, else the rulebook's."""
    urgent = referral.urgency == Referral.Urgency.URGENT
    turn = whose_turn(referral)
    if turn is not None and (turn, referral.state) in known.days:
        return known.days[turn, referral.state][urgent]
    default = rulebook.load().clocks
    if urgent:
        return default.urgent
    return usual_days(State(referral.state), receiver.kind if receiver else None, default)


def usual_days(state: State, receiver_kind: str | None, usual: rulebook.Clocks) -> int:
    """The rulebook's days of a state when nothing is urgent."""
    at_district = receiver_kind == Organization.Kind.DISTRICT and state == State.SENT
    return usual.to_district if at_district else usual.other


def wind(referral: Referral, today: dt.date, tier: int = Referral.Tier.TAMBON) -> None:
    """Set the clock of a referral that came into its state today; a final state has none.

    The step that was late is taken, so no tier is waited for any more but the one that is given.
    """
    referral.entered_on, referral.reminded, referral.tier = today, None, tier
    if referral.state in FINAL:
        referral.due_on = referral.risk_on = referral.escalate_on = None
        return
    referral.escalate_on = _run(referral)


def rewind(referral: Referral) -> None:
    """The clock of a referral that stands where it stood, after urgency or receiver changed.

    It runs from the same day; the next tier is told by it only if none was told yet.
    """
    escalate_on, referral.reminded = _run(referral), None
    if referral.tier == Referral.Tier.TAMBON:
        referral.escalate_on = escalate_on


def _run(referral: Referral) -> dt.date:
    """Set when the state is due and at risk; the day on which the next tier is told."""
    known, since = load(), referral.entered_on
    closed = known.closed(whose_turn(referral))
    days = days_for(referral, referral.receiver, known)
    referral.due_on = clocks.after(since, days, closed)
    referral.risk_on = clocks.risk(since, days, closed)
    return clocks.after(referral.due_on, 1, closed)


def public_holidays(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """Thai public holidays with their names in the language in force, from `first` to `last`."""
    named = _thai(get_language() or "th")
    days = ((first + dt.timedelta(days=n)) for n in range((last - first).days + 1))
    return [(day, named[day]) for day in days if day in named]
