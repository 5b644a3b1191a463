"""The page behind the household's link: three large buttons, no personal data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wattana.accounts.policies import PUBLIC, policy
from wattana.kernel.problems import Problem
from wattana.kit.middleware import told
from wattana.referrals.actions import confirmations


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Did the help come? Who has the code (59 bits, never listed) is the household."""
    context: dict[str, object] = {"problem": "", "done": None}
    try:
        found = confirmations.of_code(code)
        context["body"] = found.referral.sender
        if found.answered_at is not None:
            context["done"] = found.came
        elif request.method == "POST":
            came = request.POST.get("came")
            if came in ("yes", "no"):
                confirmations.answer(code=code, came=came == "yes", satisfaction=_mark(request))
                context["done"] = came == "yes"
    except Problem as problem:
        context["problem"] = told(problem)
    status = 404 if context["problem"] else 200
    return render(request, "referrals/answer.html", context, status=status)


def _mark(request: HttpRequest) -> int | None:
    text = request.POST.get("satisfaction", "")
    return int(text) if text in ("1", "2", "3", "4", "5") else None
