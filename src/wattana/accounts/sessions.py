"""How long a session lasts: half an hour without a request, a working day at most, and never
beyond a suspension of its account."""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext_lazy as _

_TOUCH_EVERY = 60  # seconds between writes of the time last seen

IDLE, LONG, SUSPENDED = "idle", "long", "suspended"
REASONS = {
    IDLE: _("You were signed out after 30 minutes without activity."),
    LONG: _("You were signed out after 8 hours; please sign in again."),
    SUSPENDED: _("You were signed out because your account was suspended meanwhile."),
}


def reason_to_end(session: SessionBase, suspended_at: dt.datetime | None) -> str:
    """IDLE, LONG or SUSPENDED when the session is over, else an empty text.

    `suspended_at` is when its account was suspended last, also where it has been reinstated.
    """
    now = time.time()
    if suspended_at is not None and session.get("began", now) < suspended_at.timestamp():
        return SUSPENDED
    if now - session.get("seen", now) > settings.SESSION_IDLE_SECONDS:
        return IDLE
    if now - session.get("began", now) > settings.SESSION_COOKIE_AGE:
        return LONG
    return ""


def touch(session: SessionBase) -> None:
    """Note that the session is in use, at most once a minute."""
    now = time.time()
    session.setdefault("began", now)
    if now - session.get("seen", 0) > _TOUCH_EVERY:
        session["seen"] = int(now)
