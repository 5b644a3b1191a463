"""Problems become pages that say what is wrong and what to do, in the viewer's language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from wattana.kernel import problems
from wattana.kernel.problems import Conflict, Forbidden, NotFound, Problem

_STATUS: list[tuple[type[Problem], int]] = [(Forbidden, 403), (NotFound, 404), (Conflict, 409)]


def told(problem: Problem) -> str:
    """The problem's message in the language in force."""
    return problems.told(problem, gettext)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page that tells a problem, with the status of its kind."""
    status = next((code for kind, code in _STATUS if isinstance(problem, kind)), 400)
    context = {
        "message": told(problem),
        "without_query": _without_query(request, status),
        "lead": problem.lead,
        "lead_label": problem.lead and gettext(problem.lead.label),
    }
    return render(request, "problem.html", context, status=status)


def _without_query(request: HttpRequest, status: int) -> str:
    """The page that was asked for without its filters and place, where these may be at fault."""
    asked = request.method == "GET" and status == 400 and request.GET
    return request.path if asked else ""


class ProblemMiddleware:
    """Answer a `Problem` with its own status and words instead of a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return problem_page(request, error) if isinstance(error, Problem) else None
