"""The clock of a complaint, in working days of the office that handles it."""

from __future__ import annotations

import datetime as dt

from wattana.grievances.models import Grievance
from wattana.methods.grievance import FINAL, State
from wattana.methods.referral import clocks
from wattana.referrals import calendars
from wattana.rules import grievances as rulebook


def wind(row: Grievance, today: dt.date) -> None:
    """Set the clock of a complaint that came into its state today; a final state has none.

    Looking into it goes on with the clock that the acknowledgement began.
    """
    if row.state in FINAL:
        row.due_on = row.risk_on = None
        return
    if row.state != State.LOOKED_INTO:
        row.counted_on = today
    closed = calendars.load().closed(row.organization_id)
    days = rulebook.load().days[row.state]
    row.due_on = clocks.after(row.counted_on, days, closed)
    row.risk_on = clocks.risk(row.counted_on, days, closed)
