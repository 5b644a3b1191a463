"""The daily look at every open referral: reminders, escalation, and what has no next date.

Each deed is written once for each version of a case (a constraint holds it), so that a job which is
killed and begun again repeats nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q, QuerySet

from wattana.kit import moments
from wattana.methods.referral import clocks
from wattana.referrals import calendars, telling
from wattana.referrals.models import Event, Referral
from wattana.rules import referrals as rulebook

REMIND, ESCALATE = "remind", "escalate"
_CHUNK = 2_000


@dataclass
class Report:
    """What the job found and did; `without_next_date` are numbers of open cases without a clock."""

    day: dt.date
    open: int = 0
    at_risk: int = 0
    breached: int = 0
    reminded: int = 0
    escalated: int = 0
    without_next_date: list[str] = field(default_factory=list)


def run(progress: Callable[[float], None] = lambda share: None) -> Report:
    """Look at every open referral as of today. May be run again on the same day."""
    today = moments.today()
    rows = Referral.objects.filter(closed_at__isnull=True)
    report = Report(
        day=today,
        open=rows.count(),
        at_risk=rows.filter(risk_on__lte=today, due_on__gte=today).count(),
        breached=rows.filter(due_on__lt=today).count(),
        without_next_date=list(
            rows.filter(due_on__isnull=True).order_by("number").values_list("number", flat=True)
        ),
    )
    waiting: Counter[int] = Counter()
    for some in _chunks(_to_remind(rows, today)):
        report.reminded += _remind(some)
        waiting += telling.turns(some)
    telling.at_risk(waiting)
    progress(0.5)
    calendar = calendars.load()
    late: list[Referral] = []
    for some in _chunks(_to_escalate(rows, today)):
        report.escalated += _escalate(some, today, calendar)
        late += some
    telling.escalated(late)
    progress(1.0)
    return report


def _to_remind(rows: QuerySet[Referral], today: dt.date) -> QuerySet[Referral]:
    told = Q(reminded__isnull=False) & Q(reminded=F("version"))
    return rows.filter(risk_on__lte=today).exclude(told)


def _to_escalate(rows: QuerySet[Referral], today: dt.date) -> QuerySet[Referral]:
    return rows.filter(escalate_on__lte=today, tier__lt=Referral.Tier.PROVINCE)


def _chunks(rows: QuerySet[Referral]) -> Iterator[list[Referral]]:
    last = 0
    while True:
        found = list(rows.filter(pk__gt=last).order_by("pk")[:_CHUNK])
        if not found:
            return
        last = found[-1].pk
        yield found


@transaction.atomic
def _remind(found: list[Referral]) -> int:
    _write(found, REMIND, lambda one: "")
    keys = [one.pk for one in found]
    return Referral.objects.filter(pk__in=keys).update(reminded=F("version"))


@transaction.atomic
def _escalate(found: list[Referral], today: dt.date, calendar: calendars.Calendars) -> int:
    """To the next tier; the tier after that follows when nothing happens for some days more."""
    for one in found:
        one.tier += 1
    _write(found, ESCALATE, lambda one: Referral.Tier(one.tier).name.lower())
    days = rulebook.load().clocks.escalate_after
    together: dict[dt.date, list[int]] = defaultdict(list)
    next_day: dict[int | None, dt.date] = {}
    for one in found:
        acting = calendars.whose_turn(one)
        if acting not in next_day:
            next_day[acting] = clocks.after(today, days, calendar.closed(acting))
        together[next_day[acting]].append(one.pk)
    for day, keys in together.items():
        rows = Referral.objects.filter(pk__in=keys)
        rows.update(tier=F("tier") + 1, escalate_on=day)
    return len(found)


def _write(found: Iterable[Referral], action: str, reason: Callable[[Referral], str]) -> None:
    now = moments.now()
    Event.objects.bulk_create(
        (
            Event(
                referral=one, at=now, side="clock", action=action, old_state=one.state,
                new_state=one.state, version=one.version, reason=reason(one),
            )
            for one in found
        ),
        ignore_conflicts=True,
    )  # fmt: skip
