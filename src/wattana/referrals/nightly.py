"""The daily look at every open referral: reminders, escalation, and what has no next date.

Each deed is written once for each version of a case (a constraint holds it), so that a job which is
killed and begun again repeats nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from wattana.kit import moments
from wattana.methods.referral import clocks
from wattana.methods.referral.machine import TURN, Side, State
from wattana.referrals import calendars, telling
from wattana.referrals.models import Event, Referral
from wattana.rules import referrals as rulebook

REMIND, ESCALATE = "remind", "escalate"
_CHUNK = 2_000
_COLUMNS = (
    "id", "number", "state", "version", "sender", "receiver", "tier", "area_code", "sensitive",
    "sent_at",
)  # fmt: skip


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
    calendar = calendars.load()
    report.reminded = _each_chunk(_to_remind(rows, today), _remind)
    progress(0.5)
    report.escalated = _each_chunk(
        _to_escalate(rows, today), lambda found: _escalate(found, today, calendar)
    )
    _tell(rows, today)
    progress(1.0)
    return report


def _to_remind(rows: QuerySet[Referral], today: dt.date) -> QuerySet[Referral]:
    told = Q(reminded__isnull=False) & Q(reminded=F("version"))
    return rows.filter(risk_on__lte=today).exclude(told)


def _to_escalate(rows: QuerySet[Referral], today: dt.date) -> QuerySet[Referral]:
    return rows.filter(escalate_on__lte=today, tier__lt=Referral.Tier.PROVINCE)


def _each_chunk(rows: QuerySet[Referral], act: Callable[[list[Referral]], None]) -> int:
    """Act on the rows some at a time, each lot locked in a transaction of its own."""
    last = done = 0
    locked = rows.select_for_update().only(*_COLUMNS).order_by("pk")
    while True:
        with transaction.atomic():
            found = list(locked.filter(pk__gt=last)[:_CHUNK])
            if not found:
                return done
            act(found)
        last = found[-1].pk
        done += len(found)


def _remind(found: list[Referral]) -> None:
    _write(found, REMIND)
    keys = [one.pk for one in found]
    Referral.objects.filter(pk__in=keys).update(reminded=F("version"))


def _escalate(found: list[Referral], today: dt.date, calendar: calendars.Calendars) -> None:
    """To the next tier; the tier after that follows when nothing happens for some days more."""
    for one in found:
        one.tier += 1
    _write(found, ESCALATE)
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
    for one in found:
        if one.sensitive:
            telling.confidential(one)


def _write(found: Iterable[Referral], action: str) -> None:
    now = moments.now()
    Event.objects.bulk_create(
        (
            Event(
                referral=one, at=now, side="clock", action=action, old_state=one.state,
                new_state=one.state, version=one.version,
                reason=Referral.Tier(one.tier).name.lower() if action == ESCALATE else "",
            )
            for one in found
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _tell(rows: QuerySet[Referral], today: dt.date) -> None:
    """Tell what today's events say, so that a job which was killed midway leaves nobody out."""
    waiting: Counter[int] = Counter()
    reminded = rows.filter(_written_today(REMIND, today), risk_on__lte=today)
    for state, sender, receiver, count in _counted(reminded, "state", "sender", "receiver"):
        waiting[receiver if TURN[State(state)] == Side.RECEIVER else sender] += count
    telling.at_risk(waiting)
    late = rows.filter(_written_today(ESCALATE, today), sensitive=False)
    by_district = late.annotate(district=Left("area_code", 4))
    telling.escalated(
        {(tier, area): count for tier, area, count in _counted(by_district, "tier", "district")}
    )
    without = _counted(rows.filter(due_on__isnull=True), "sender")
    telling.without_date(dict(without))


def _written_today(action: str, today: dt.date) -> Exists:
    return Exists(
        Event.objects.filter(
            referral=OuterRef("pk"),
            version=OuterRef("version"),
            action=action,
            at__gte=moments.begins(today),
        )
    )


def _counted(rows: QuerySet[Referral], *names: str) -> list[tuple[Any, ...]]:
    return list(rows.order_by().values_list(*names).annotate(Count("pk")))
