"""The daily look at every open referral: reminders, escalation, and what has no next date.

Each deed is written once for each version of a case (a constraint holds it), so that a job which is
killed and begun again repeats nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Left

from wattana.kit import bulk, moments, once
from wattana.methods.referral import clocks
from wattana.referrals import calendars, telling
from wattana.referrals.models import Event, Referral
from wattana.rules import referrals as rulebook

REMIND, ESCALATE = "remind", "escalate"
_CHUNK = 5_000


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
        **rows.aggregate(
            open=Count("pk"),
            at_risk=Count("pk", filter=Q(risk_on__lte=today, due_on__gte=today)),
            breached=Count("pk", filter=Q(due_on__lt=today)),
        ),
        without_next_date=list(
            rows.filter(due_on__isnull=True).order_by("number").values_list("number", flat=True)
        ),
    )
    report.reminded = _each_chunk(_to_remind(rows, today), _remind)
    progress(0.5)
    next_days = _next_days(today)
    report.escalated = _each_chunk(_to_escalate(rows, today), lambda lot: _escalate(lot, next_days))
    with once.job():
        _tell(rows, today)
    progress(1.0)
    return report


def _to_remind(rows: QuerySet[Referral], today: dt.date) -> QuerySet[Referral]:
    return rows.filter(risk_on__lte=today, reminded__isnull=True)


def _to_escalate(rows: QuerySet[Referral], today: dt.date) -> QuerySet[Referral]:
    return rows.filter(escalate_on__lte=today, tier__lt=Referral.Tier.PROVINCE)


def _each_chunk(rows: QuerySet[Referral], act: Callable[[QuerySet[Referral]], int]) -> int:
    """Act on the rows some at a time in the order of their keys, each lot in a transaction."""
    last = done = 0
    if not rows.exists():  # told by the index of what waits, without a look at the others
        return done
    while True:
        keys = rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        end = keys[_CHUNK - 1 : _CHUNK].first()
        lot = rows.filter(pk__gt=last) if end is None else rows.filter(pk__range=(last + 1, end))
        with transaction.atomic():
            done += act(lot)
        if end is None:
            return done
        last = end


def _remind(lot: QuerySet[Referral]) -> int:
    """What is written is marked: a case that moves on meanwhile has another version."""
    written = _written(REMIND)
    _write(lot.exclude(written), REMIND, Value(""))
    return lot.filter(written).update(reminded=F("version"))


def _escalate(lot: QuerySet[Referral], next_days: Case) -> int:
    """To the next tier; the tier after that follows when nothing happens for some days more."""
    confidential = list(lot.filter(sensitive=True).select_for_update())
    led_up = lot.alias(next_tier=_NEXT_TIER)
    written = _written(ESCALATE, reason=OuterRef("next_tier"))
    _write(led_up.exclude(written), ESCALATE, _NEXT_TIER)
    count = led_up.filter(written).update(tier=F("tier") + 1, escalate_on=next_days)
    for one in confidential:
        one.tier += 1
        telling.confidential(one)
    return count


_NEXT_TIER = Case(
    *(When(tier=one - 1, then=Value(one.name.lower())) for one in Referral.Tier if one),
    output_field=CharField(),
)
"""The reason of an escalation: the tier that is told."""


def _next_days(today: dt.date) -> Case:
    """When the tier after the next is told, by the calendar of whoever has to act."""
    calendar, days = calendars.load(), rulebook.load().clocks.escalate_after
    together: dict[dt.date, list[int]] = defaultdict(list)
    for one in calendar.own:
        together[clocks.after(today, days, calendar.closed(one))].append(one)
    return Case(
        *(When(waits_for__in=some, then=Value(day)) for day, some in together.items()),
        default=Value(clocks.after(today, days, calendar.closed(None))),
        output_field=DateField(),
    )


def _write(lot: QuerySet[Referral], action: str, reason: Expression) -> None:
    """An event for each case of the lot, which stays locked."""
    bulk.insert_from(
        Event,
        lot.select_for_update().order_by("pk"),
        referral=F("pk"),
        at=Value(moments.now()),
        side=Value("clock"),
        action=Value(action),
        old_state=F("state"),
        new_state=F("state"),
        version=F("version"),
        reason=reason,
        note=Value(""),
        on_behalf=Value(False),
    )


def _tell(rows: QuerySet[Referral], today: dt.date) -> None:
    """Tell what today's events say, so that a job which was killed midway leaves nobody out."""
    telling.at_risk(dict(_counted(_today(REMIND, today), "referral__waits_for")))
    late = _today(ESCALATE, today).filter(referral__sensitive=False)
    areas = late.annotate(district=Left("referral__area_code", 4))
    telling.escalated(
        {(tier, area): count for tier, area, count in _counted(areas, "referral__tier", "district")}
    )
    without = rows.filter(due_on__isnull=True).order_by().values_list("sender")
    telling.without_date(dict(without.annotate(Count("pk"))))


def _written(action: str, **more: Any) -> Exists:
    """Whether the deed is in the history of the version that stands."""
    same = Event.objects.filter(referral=OuterRef("pk"), version=OuterRef("version"), action=action)
    return Exists(same.filter(**more))


def _today(action: str, today: dt.date) -> QuerySet[Event]:
    """What was written today of the version in which an open case stands."""
    return Event.objects.filter(
        action=action,
        at__gte=moments.begins(today),
        referral__version=F("version"),
        referral__closed_at__isnull=True,
    )


def _counted(events: QuerySet[Event], *names: str) -> list[tuple[Any, ...]]:
    return list(events.order_by().values_list(*names).annotate(Count("pk")))
