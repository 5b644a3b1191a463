"""Clocks of referrals in working days: when a step is due, at risk, breached.

Days are counted as Thai administrative practice counts them (Civil and Commercial Code s. 193/3):
the day on which the clock starts does not count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum

Closed = Callable[[dt.date], bool]
"""Whether nobody works on a day."""
_DAY = dt.timedelta(days=1)
_RISK = 5  # the last fifth of the time is at risk, at least one working day
_LONGEST = 366


class Clock(StrEnum):
    """How a referral stands with its time."""

    NONE = "none"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BREACHED = "breached"


def weekend(day: dt.date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def after(start: dt.date, days: int, closed: Closed) -> dt.date:
    """The working day that comes `days` working days after `start`; `days` is at least 1.

    A calendar on which nobody works for a year is not believed: the days are then counted plainly.
    """
    day, left = start, days
    for _ in range(_LONGEST + 2 * days):
        day += _DAY
        left -= not closed(day)
        if left == 0:
            return day
    return start + days * _DAY


def risk(start: dt.date, days: int, closed: Closed) -> dt.date:
    """The first day on which a step of so many days is at risk: its last fifth, not before `start`.

    With one day it is at risk at once.
    """
    calm = days - max(1, -(-days // _RISK))
    return after(start, calm, closed) if calm else start


def working_days(start: dt.date, end: dt.date, closed: Closed) -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not later."""
    span = (end - start).days
    return sum(not closed(start + n * _DAY) for n in range(1, span + 1))


def status(today: dt.date, due_on: dt.date | None, risk_on: dt.date | None) -> Clock:
    """Breached only on the day after the one on which the step is due."""
    if due_on is None:
        return Clock.NONE
    if today > due_on:
        return Clock.BREACHED
    return Clock.AT_RISK if risk_on is not None and today >= risk_on else Clock.ON_TRACK
