"""Who may sign in: the back end that checks a password, where a try comes from, and the answer to
too many."""

from __future__ import annotations

import ipaddress
import math
from typing import Any

from axes.helpers import get_client_ip_address, get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.db.models import BigIntegerField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wattana.accounts.models import User
from wattana.kit.prepared import Given, prepared

_LINE = 64  # bits of an IPv6 address


class AccountBackend(BaseBackend):
    """User name (in any case) and password.

    It returns accounts that wait or are suspended, too: the sign-in form tells their owner so, and
    nobody else. Sessions of such accounts end, because `get_user` knows active ones only.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **more: Any
    ) -> User | None:
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            User().set_password(password)  # takes as long as a check, so that time tells nothing
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return next(iter(_active(user=user_id)), None)


@prepared(user=BigIntegerField())
def _active(user: Given) -> QuerySet[User, User]:
    return User.objects.filter(pk=user, status=User.Status.ACTIVE)


def address(request: HttpRequest) -> str | None:
    """Where a request comes from (AXES_CLIENT_IP_CALLABLE).

    Behind the proxy that speaks HTTPS every connection is the proxy's own: it writes from where it
    got the request at the end of X-Forwarded-For; what stands before, anybody may have written.
    One line has an IPv6 network of its own (/64) and counts as one address.
    """
    told = request.headers.get("X-Forwarded-For", "") if settings.SECURE else ""
    return _network(told.rpartition(",")[2]) or _network(request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> str | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, _LINE), strict=False).network_address)


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page (429) that says how long the door stays closed (AXES_LOCKOUT_CALLABLE)."""
    minutes = _minutes_left(request, credentials)
    page = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    page["Retry-After"] = str(minutes * 60)
    return page


def _minutes_left(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    last = (
        AccessAttempt.objects.filter(
            username=get_client_username(request, credentials),
            ip_address=get_client_ip_address(request),
        )
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    wait = get_cool_off(request)
    if last is None or wait is None:
        return 1
    return max(1, math.ceil((last + wait - timezone.now()).total_seconds() / 60))
