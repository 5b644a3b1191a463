"""How long a session lasts: half an hour without a request, a working day at most."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext_lazy as _

_TOUCH_EVERY = 60  # seconds between writes of the time last seen

IDLE, LONG = "idle", "long"
REASONS = {
    IDLE: _("You were signed out after 30 minutes without activity."),
    LONG: _("You were signed out after 8 hours; please sign in again."),
}


def reason_to_end(session: SessionBase) -> str:
    """IDLE or LONG when the session is over, else an empty text."""
    now = int(time.time())
    if now - session.get("seen", now) > settings.SESSION_IDLE_SECONDS:
        return IDLE
    if now - session.get("began", now) > settings.SESSION_COOKIE_AGE:
        return LONG
    return ""


def touch(session: SessionBase) -> None:
    """Note that the session is in use, at most once a minute."""
    now = int(time.time())
    session.setdefault("began", now)
    if now - session.get("seen", 0) > _TOUCH_EVERY:
        session["seen"] = now
