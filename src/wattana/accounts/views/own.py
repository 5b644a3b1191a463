"""The door and one's own account: sign in and out, invitation, language, password, roles."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from wattana.accounts import queries, sessions
from wattana.accounts.actions import own
from wattana.accounts.forms import ChangePassword, SignIn, TakeUp
from wattana.accounts.models import Member, User
from wattana.accounts.policies import PUBLIC, SIGNED_IN, policy
from wattana.accounts.viewer import NOBODY
from wattana.areas.models import Area
from wattana.kernel import keys
from wattana.kernel.problems import N_, NotFound

_AREAS_SHOWN = 40


@policy(PUBLIC)
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.viewer is not NOBODY:
        return HttpResponseRedirect(_next(request))
    if request.method == "POST":
        form = SignIn(request, request.POST)
        if form.is_valid():
            return _let_in(request, form.user)
    else:
        form = SignIn(request, initial=_demo_fill(request))
    context = {
        "form": form,
        "next": _asked_next(request),
        "why": sessions.REASONS.get(request.session_ended or request.GET.get("why", "")),
        "demo_accounts": _demo_accounts() if settings.DEMO else [],
    }
    return render(request, "accounts/sign_in.html", context)


@policy(SIGNED_IN)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    own.signed_out(by=request.viewer)
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@policy(PUBLIC)
@sensitive_post_parameters("password", "again")
@sensitive_variables("secret")
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    member = own.invited(secret)
    form = TakeUp(
        member.user,
        request.POST if request.method == "POST" else None,
        initial={"display_name": member.user.display_name},
    )
    if form.is_valid():
        own.accept_invitation(
            secret,
            display_name=form.cleaned_data["display_name"],
            password=form.cleaned_data["password"],
        )
        logout(request)
        messages.success(
            request,
            _("Thank you. You can sign in as soon as an administrator has approved your account."),
        )
        return redirect("accounts:sign_in")
    return render(request, "accounts/invitation.html", {"form": form, "member": member})


@policy(SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    areas = request.viewer.areas[:_AREAS_SHOWN]
    context = {
        "memberships": queries.memberships(request.viewer.user_id),
        "areas": Area.objects.filter(pk__in=areas).select_related("parent"),
        "more_areas": len(request.viewer.areas) - len(areas),
        "languages": settings.LANGUAGES,
    }
    return render(request, "accounts/account.html", context)


@policy(SIGNED_IN)
@sensitive_post_parameters("present", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    form = ChangePassword(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        own.change_password(request.user, form.cleaned_data["password"], by=request.viewer)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. Your other sessions have ended."))
        return redirect("accounts:account")
    return render(request, "accounts/password.html", {"form": form})


@policy(SIGNED_IN)
def switch(request: HttpRequest) -> HttpResponse:
    memberships = queries.memberships(request.viewer.user_id)
    if request.method != "POST":
        return render(request, "accounts/switch.html", {"memberships": memberships})
    chosen = keys.from_text(request.POST.get("member", ""))
    if chosen not in {one.pk for one in memberships}:
        raise NotFound(N_("You do not have this role, or no longer."))
    request.session["member"] = chosen
    return redirect(settings.LOGIN_REDIRECT_URL)


@policy(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_next(request))
    if chosen in dict(settings.LANGUAGES):
        if request.viewer is not NOBODY:
            own.set_language(request.viewer.user_id, chosen)
        _remember_language(response, chosen)
    return response


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user)
    sessions.touch(request.session)
    viewer = queries.viewer_of(user, None)
    request.session["member"] = viewer.member_id
    own.signed_in(by=viewer)
    translation.activate(user.language)
    response = HttpResponseRedirect(_next(request))
    _remember_language(response, user.language)
    return response


def _remember_language(response: HttpResponse, chosen: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _asked_next(request: HttpRequest) -> str:
    """The page of this site that was asked for, or an empty text."""
    asked: str = request.POST.get("next", "") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if allowed else ""


def _next(request: HttpRequest) -> str:
    return _asked_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL)


def _demo_accounts() -> list[Member]:
    rows = Member.objects.filter(user__is_demo=True, user__status=User.Status.ACTIVE, ended_at=None)
    return list(rows.select_related("user", "organization").order_by("id")[:20])


def _demo_fill(request: HttpRequest) -> dict[str, str]:
    """In a demo province a link fills in one of its accounts; outside there is none."""
    chosen = request.GET.get("account", "")
    if not settings.DEMO or chosen not in {one.user.username for one in _demo_accounts()}:
        return {}
    return {"username": chosen, "password": settings.DEMO_PASSWORD}
