"""Sessions in the database (SESSION_ENGINE), read by one prepared question."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from wattana.kit.prepared import Given, prepared


class SessionStore(db.SessionStore):
    """Django's own, but for how a page reads it, and what is told when it cannot be written."""

    def load(self) -> dict[str, Any]:
        found = _lasting(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])

    def save(self, must_create: bool = False) -> None:
        """A database that is busy or full is told as such, not as a session that somebody ended."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise


@prepared(key=CharField(), now=DateTimeField())
def _lasting(key: Given, now: Given) -> QuerySet[Session, Any]:
    rows = Session.objects.filter(session_key=key, expire_date__gt=now)
    return rows.values_list("session_data")
