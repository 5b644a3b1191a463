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


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Did the help come? Who has the code (59 bits, never listed) is the household."""
    context: dict[str, object] = {"problem": "", "done": None}
    try:
        found = confirmations.of_code(code)
        context |= {
            "body": found.referral.sender,
            "what": "" if found.referral.sensitive else said(words.service(found.referral.service)),
            "month": _month(found.referral.helped_on),
        }
        if found.answered_at is not None:
            context["done"] = found.came
        elif request.method == "POST":
            _take(request, code, context)
    except Problem as problem:
        context["problem"] = told(problem)
    status = 404 if context["problem"] else 200
    return render(request, "referrals/answer.html", context, status=status)


def _take(request: HttpRequest, code: str, context: dict[str, object]) -> None:
    """The first press asks once more, the second holds."""
    came = request.POST.get("came")
    if came not in ("yes", "no"):
        return
    if "sure" in request.POST:
        confirmations.answer(code=code, came=came == "yes", satisfaction=_mark(request))
        context["done"] = came == "yes"
    else:
        context |= {"came": came, "mark": _mark(request)}


def _month(day: dt.date | None) -> str:
    return format_month(day) if day else ""


def _mark(request: HttpRequest) -> int | None:
    text = request.POST.get("satisfaction", "")
    return int(text) if text in ("1", "2", "3", "4", "5") else None
