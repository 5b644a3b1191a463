"""Who is looking (ViewerMiddleware) and whether she may (PolicyMiddleware)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from wattana.accounts import queries
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import PUBLIC, SIGNED_IN
from wattana.accounts.viewer import NOBODY, NOT_ALLOWED
from wattana.kernel.problems import N_, Forbidden
from wattana.kit.middleware import problem_page

GetResponse = Callable[[HttpRequest], HttpResponse]
_TOUCH_EVERY = 60  # seconds between writes of the time last seen


class ViewerMiddleware:
    """Set `request.viewer`; sign out after a time without requests."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._sign_out_when_idle(request)
        request.viewer = (
            queries.viewer_of(request.user, request.session.get("member"))
            if request.user.is_authenticated
            else NOBODY
        )
        return self.get_response(request)

    def _sign_out_when_idle(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            return
        now = int(time.time())
        seen = request.session.get("seen", now)
        if now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
            return
        if "seen" not in request.session or now - seen > _TOUCH_EVERY:
            request.session["seen"] = now


class PolicyMiddleware:
    """Refuse a view that states no policy, and a viewer who does not meet the one it states."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        rule = getattr(view, "policy", None)
        if rule == PUBLIC:
            return None
        if rule is None:
            return problem_page(request, Forbidden(N_("This page has no rule of access.")))
        if request.viewer is NOBODY:
            return redirect_to_login(request.get_full_path())
        if rule != SIGNED_IN and not request.viewer.can(Permission(rule)):
            return problem_page(request, Forbidden(NOT_ALLOWED))
        return None
