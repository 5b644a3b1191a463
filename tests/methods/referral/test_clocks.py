"""Working days: weekends, holidays, what is at risk and what is late."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattana.methods.referral import clocks
from wattana.methods.referral.clocks import Clock

FRIDAY = dt.date(2026, 4, 10)
SONGKRAN = {dt.date(2026, 4, day) for day in (13, 14, 15)}


def thai(day: dt.date) -> bool:
    return clocks.weekend(day) or day in SONGKRAN


def test_the_day_on_which_a_clock_starts_does_not_count():
    assert clocks.after(dt.date(2026, 6, 1), 1, clocks.weekend) == dt.date(2026, 6, 2)


def test_weekend_and_songkran_are_passed_over():
    assert clocks.after(FRIDAY, 1, thai) == dt.date(2026, 4, 16)
    assert clocks.after(FRIDAY, 3, thai) == dt.date(2026, 4, 20)


def test_working_days_between_count_what_the_clock_counts():
    assert clocks.working_days(FRIDAY, dt.date(2026, 4, 20), thai) == 3
    assert clocks.working_days(FRIDAY, FRIDAY, thai) == 0
    assert clocks.working_days(FRIDAY, FRIDAY - dt.timedelta(days=9), thai) == 0


@pytest.mark.parametrize(("days", "calm"), [(15, 12), (3, 2), (2, 1)])
def test_the_last_fifth_is_at_risk_at_least_one_day(days, calm):
    start = dt.date(2026, 6, 1)
    assert clocks.risk(start, days, clocks.weekend) == clocks.after(start, calm, clocks.weekend)


def test_a_step_of_one_day_is_at_risk_at_once():
    assert clocks.risk(FRIDAY, 1, thai) == FRIDAY


def test_a_calendar_that_never_opens_is_not_believed():
    assert clocks.after(FRIDAY, 5, lambda day: True) == FRIDAY + dt.timedelta(days=5)


def test_a_step_is_late_on_the_day_after_the_one_it_was_due():
    due, risk = dt.date(2026, 6, 10), dt.date(2026, 6, 8)
    assert clocks.status(dt.date(2026, 6, 7), due, risk) == Clock.ON_TRACK
    assert clocks.status(dt.date(2026, 6, 8), due, risk) == Clock.AT_RISK
    assert clocks.status(due, due, risk) == Clock.AT_RISK
    assert clocks.status(dt.date(2026, 6, 11), due, risk) == Clock.BREACHED
    assert clocks.status(due, None, None) == Clock.NONE


@given(st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)), st.integers(1, 60))
def test_due_is_a_working_day_after_the_risk_begins_and_never_before_the_start(start, days):
    due = clocks.after(start, days, thai)
    assert not thai(due)
    assert start <= clocks.risk(start, days, thai) < due
    assert clocks.working_days(start, due, thai) == days
