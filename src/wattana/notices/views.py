"""Pages of notices: one's own, how one hears of them, and the work in the background."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import SIGNED_IN, policy
from wattana.kernel.problems import Problem
from wattana.kit.middleware import told
from wattana.notices import actions, queries
from wattana.notices.channels import channel
from wattana.notices.forms import PreferenceForm
from wattana.notices.models import Preference


@policy(SIGNED_IN)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """One's own notices, the latest first."""
    page, rows = queries.notices(request.viewer, request.GET.get("page"))
    return render(request, "notices/list.html", {"page": page, "rows": rows})


@policy(SIGNED_IN)
@require_safe
def notice(request: HttpRequest, notice: int) -> HttpResponse:
    """Go to what a notice is about; it counts as read then."""
    link = queries.link_of(request.viewer, notice)
    actions.read(notice=notice, by=request.viewer)
    return redirect(link or "notices:list")


@policy(SIGNED_IN)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of one's own as read."""
    actions.read(by=request.viewer)
    return redirect("notices:list")


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Where else, how often, and when not."""
    kept = queries.preference(request.viewer)
    names = ("channel", "address", "rhythm", "quiet_from", "quiet_until")
    initial = {name: getattr(kept, name) for name in names}
    form = PreferenceForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.prefer(**form.cleaned_data, by=request.viewer)
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, gettext("It is noted how you want to hear of it."))
            return redirect("notices:list")
    sent = [one for one in Preference.Channel if one != Preference.Channel.NONE]
    missing = [one.label for one in sent if channel(one) is None]
    context = {"form": form, "missing": missing}
    status = 422 if form.errors else 200
    return render(request, "notices/preferences.html", context, status=status)


@policy(Permission.AUDIT_VIEW)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What ran in the background, and what did not go through."""
    return render(request, "notices/jobs.html", {"work": queries.jobs(request.viewer)})
