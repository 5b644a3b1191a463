"""The public door is not to be hammered on: counts by a keyed pseudonym of the address."""

from __future__ import annotations

import datetime as dt

from axes.helpers import get_client_ip_address
from django.http import HttpRequest

from wattana.grievances.models import Knock
from wattana.kernel.problems import N_, Problem
from wattana.kit import moments
from wattana.kit.vault import vault

OPEN, CODE = "open", "code"
_MOST = {OPEN: (5, dt.timedelta(hours=1)), CODE: (10, dt.timedelta(minutes=15))}


class TooMany(Problem):
    """More than a person does."""


def require(request: HttpRequest, what: str) -> None:
    """Raise `TooMany` when this address did it too often lately."""
    most, span = _MOST[what]
    rows = Knock.objects.filter(who=_who(request), what=what, at__gt=moments.now() - span)
    if rows.count() >= most:
        raise TooMany(
            N_("Too many tries from this connection. Wait an hour, or complain by telephone or at "
               "the district office.")
        )  # fmt: skip


def count(request: HttpRequest, what: str) -> None:
    """Remember a complaint that came in, or a code that was wrong."""
    Knock.objects.create(who=_who(request), what=what, at=moments.now())


def _who(request: HttpRequest) -> str:
    day = moments.today().isoformat()
    return vault().pseudonym(f"{day} {get_client_ip_address(request)}", "knock")
