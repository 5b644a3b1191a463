"""What time it is: the clock, or the moment that a simulation has come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_at: ContextVar[dt.datetime | None] = ContextVar("moment", default=None)


def now() -> dt.datetime:
    """The moment, aware, in UTC."""
    return _at.get() or timezone.now()


def today() -> dt.date:
    """The day in the time zone of the installation."""
    return timezone.localdate(now())


def begins(day: dt.date) -> dt.datetime:
    """Midnight with which a day of the installation begins."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Within the block it is `moment` for whoever asks here."""
    token = _at.set(moment)
    try:
        yield
    finally:
        _at.reset(token)
