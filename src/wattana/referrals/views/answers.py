"""The page behind the household's link: large buttons, the kind of help, no personal data."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wattana.accounts.policies import PUBLIC, policy
from wattana.kernel.problems import Problem
from wattana.kit.dates import format_month
from wattana.kit.middleware import told
from wattana.kit.words import said
from wattana.referrals import words
from wattana.referrals.actions import confirmations
from wattana.referrals.actions.assistance import DID_NOT_COME
from wattana.referrals.models import Confirmation


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Did the help come? Who has the code (59 bits, never listed) is the household.

    What was answered may be changed here for some days, until the case is closed.
    """
    context: dict[str, object] = {"problem": ""}
    try:
        found = confirmations.of_code(code)
        context |= _about(found)
        if request.method == "POST" and (found.answered_at is None or context["until"]):
            _take(request, code, context)
        elif "change" in request.GET and context["until"]:
            context["done"] = None
    except Problem as problem:
        context["problem"] = told(problem)
    status = 404 if context["problem"] else 200
    return render(request, "referrals/answer.html", context, status=status)


def _about(found: Confirmation) -> dict[str, object]:
    """`done`: what the household said; `until` when it may be changed, None where not any more."""
    case = found.referral
    changes = found.answered_at is not None and confirmations.may_change(found)
    return {
        "body": case.sender,
        "what": "" if case.sensitive else said(words.service(case.service)),
        "month": _month(case.helped_on or _said_of(found)),
        "done": found.came,
        "until": found.expires_at if changes else None,
        "corrected": found.corrected_at,
    }


def _said_of(found: Confirmation) -> dt.date | None:
    """The month of help that did not come is no more that of the case."""
    days = found.referral.assistance.filter(void_reason=DID_NOT_COME).order_by("-on")
    return days.values_list("on", flat=True).first()


def _take(request: HttpRequest, code: str, context: dict[str, object]) -> None:
    """The first press asks once more, the second holds."""
    came = request.POST.get("came")
    context["done"] = None
    if came not in ("yes", "no"):
        return
    if "sure" in request.POST:
        made = confirmations.answer(code=code, came=came == "yes", satisfaction=_mark(request))
        context |= _about(made)
    else:
        context |= {"came": came, "mark": _mark(request)}


def _month(day: dt.date | None) -> str:
    return format_month(day) if day else ""


def _mark(request: HttpRequest) -> int | None:
    text = request.POST.get("satisfaction", "")
    return int(text) if text in ("1", "2", "3", "4", "5") else None
