"""The clocks and closed days of one's own organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel.problems import Forbidden, Problem
from wattana.kit.middleware import told
from wattana.referrals import words
from wattana.referrals.actions import clocks as actions
from wattana.referrals.queries import clocks as reads
from wattana.referrals.views.lists import tabs


@policy(Permission.REFERRAL_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def clocks(request: HttpRequest) -> HttpResponse:
    """Days for each state, days on which the organisation is closed or works all the same."""
    problem = ""
    if request.method == "POST":
        try:
            done = _save(request)
        except Forbidden:
            raise
        except Problem as refused:
            problem = told(refused)
        else:
            messages.success(request, done)
            return redirect("referrals:clocks")
    context = {
        "rows": [(one, words.STATES[one.state]) for one in reads.clocks(request.viewer)],
        "closed": reads.closed_days(request.viewer),
        "holidays": reads.holidays_ahead(),
        "problem": problem,
        "typed": request.POST,
    }
    context |= tabs(request)
    return render(request, "referrals/clocks.html", context, status=422 if problem else 200)


def _save(request: HttpRequest) -> str:
    sent = request.POST
    if "remove" in sent:
        actions.open_day(day=sent["remove"], by=request.viewer)
        return gettext("The day is removed.")
    if "day" in sent:
        actions.close_day(
            day=sent["day"], name=sent.get("name", ""), works=sent.get("works") == "yes",
            by=request.viewer,
        )  # fmt: skip
        return gettext("The day is recorded.")
    actions.set_clock(
        state=sent.get("state", ""), days=sent.get("days", ""), urgent=sent.get("urgent", ""),
        by=request.viewer,
    )  # fmt: skip
    return gettext("The clock is set; it holds for cases that come into this state from now on.")
