"""Who is looking (ViewerMiddleware) and whether she may (PolicyMiddleware)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from wattana.accounts import queries, sessions
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import PUBLIC, SIGNED_IN
from wattana.accounts.viewer import NOBODY
from wattana.kernel.problems import N_, Forbidden
from wattana.kit.middleware import problem_page

GetResponse = Callable[[HttpRequest], HttpResponse]


class ViewerMiddleware:
    """Set `request.viewer`, and `request.session_ended` to the reason when a session has run out.

    Pages of a signed-in viewer are kept in no cache: many computers are shared.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_ended = ""
        request.viewer = NOBODY
        if request.user.is_authenticated:
            request.session_ended = sessions.reason_to_end(
                request.session, request.user.suspended_at
            )
            if request.session_ended:
                logout(request)
            else:
                sessions.touch(request.session)
                request.viewer = queries.viewer_of(request.user, request.session.get("member"))
        response = self.get_response(request)
        if request.viewer is not NOBODY:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


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
            return to_sign_in(request)
        if rule == SIGNED_IN:
            return None
        try:
            request.viewer.require(Permission(rule))
        except Forbidden as problem:
            return problem_page(request, problem)
        request.viewer = request.viewer.toward(Permission(rule))
        return None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; htmx is told to load it as a whole page."""
    query = {"next": _page_to_return_to(request)}
    if request.session_ended:
        query["why"] = request.session_ended
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query)}"
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def _page_to_return_to(request: HttpRequest) -> str:
    """The page itself; for what cannot be opened by its address, the page that it was sent from."""
    if request.method in ("GET", "HEAD") and not request.htmx:
        return request.get_full_path()
    sent_from = request.htmx.current_url or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
