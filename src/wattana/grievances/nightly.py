"""The daily look at every open complaint: nothing is forgotten, nothing is done twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from wattana.grievances import handling, telling
from wattana.grievances.actions import steps
from wattana.grievances.models import Grievance, Knock
from wattana.grievances.winding import wind
from wattana.kit import moments
from wattana.methods.grievance import OPEN, State

_DAY = dt.timedelta(days=1)


@dataclass
class Report:
    """What the job found and did. `unplaced`: no office may handle it yet."""

    day: dt.date
    open: int = 0
    at_risk: int = 0
    late: int = 0
    escalated: int = 0
    closed: int = 0
    unplaced: int = 0


def run() -> Report:
    """Give out what waits, lead up what is late, close what nobody replied to, remind."""
    today = moments.today()
    Knock.objects.filter(at__lt=moments.now() - _DAY).delete()
    report = Report(day=today, unplaced=place_waiting())
    rows = Grievance.objects.filter(closed_at__isnull=True)
    late = rows.filter(due_on__lt=today).order_by("pk")
    for key in late.filter(state__in=sorted(OPEN)).values_list("pk", flat=True):
        report.escalated += steps.take_by_clock(grievance=key, action="escalate") is not None
    for key in late.filter(state=State.ANSWERED).values_list("pk", flat=True):
        report.closed += steps.take_by_clock(grievance=key, action="close") is not None
    report.open, report.late = rows.count(), late.count()
    waiting = rows.filter(state__in=sorted(OPEN), risk_on__lte=today, organization__isnull=False)
    report.at_risk = waiting.count()
    telling.at_risk(Counter(waiting.values_list("organization_id", flat=True)))
    telling.unplaced(report.unplaced)
    return report


@transaction.atomic
def place_waiting() -> int:
    """Give complaints that no office might handle to one that may now; returns how many wait on.

    An office whose last handler left gives its complaints to the next.
    """
    left = 0
    for row in Grievance.objects.filter(closed_at__isnull=True).select_for_update():
        if row.organization_id is not None and handling.free(row.organization_id, row):
            continue
        if handling.place(row, row.tier - 1):
            wind(row, moments.today())
            telling.new(row)
        else:
            row.organization, left = None, left + 1
        row.save()
    return left
