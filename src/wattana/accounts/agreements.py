"""Where an agreement (บันทึกข้อตกลง, MoU) stands on a day, and the areas it opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from wattana.accounts.viewer import widest

NOTICE_DAYS = 90  # members are told this long before the end, and this long after it


class State(models.TextChoices):
    """Where an agreement stands on a day."""

    NOT_BEGUN = "not_begun", pgettext_lazy("agreement", "not begun")
    IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
    ENDING = (
        "ending",
        pgettext_lazy("agreement", "ending soon"),
    )  # in force, but for at most NOTICE_DAYS more
    ENDED = "ended", pgettext_lazy("agreement", "ended")
    ENDED_EARLY = "ended_early", pgettext_lazy("agreement", "ended early")

    @property
    def is_in_force(self) -> bool:
        return self in (State.IN_FORCE, State.ENDING)


def today() -> dt.date:
    """The day in Bangkok (TIME_ZONE), by which agreements begin and end."""
    return timezone.localdate()


def state_of(
    starts: dt.date, ends: dt.date, ended_early_at: dt.datetime | None, day: dt.date
) -> State:
    """Where an agreement from `starts` to `ends` (both days included) stands on `day`."""
    if ended_early_at:
        return State.ENDED_EARLY
    if day < starts:
        return State.NOT_BEGUN
    if day > ends:
        return State.ENDED
    return State.ENDING if (ends - day).days <= NOTICE_DAYS else State.IN_FORCE


def last_day(ends: dt.date, ended_early_at: dt.datetime | None) -> dt.date:
    """The last day on which an agreement was, or will be, in force."""
    return min(ends, timezone.localdate(ended_early_at)) if ended_early_at else ends


def intersection(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """The area codes that lie inside both sets, as few as say it; a code covers all below it."""
    others = tuple(others)
    return widest(
        one if one.startswith(other) else other
        for one in some
        for other in others
        if one.startswith(other) or other.startswith(one)
    )


def first_day_of_a_renewal(ends: dt.date, ended_early_at: dt.datetime | None) -> dt.date:
    """The earliest day on which another agreement may follow: at once where it was ended early."""
    last = last_day(ends, ended_early_at)
    return last if ended_early_at else last + dt.timedelta(days=1)
