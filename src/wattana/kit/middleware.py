"""Problems become pages that say what is wrong and what to do, in the viewer's language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from wattana.kernel import problems
from wattana.kernel.problems import N_, Conflict, Forbidden, NotFound, Problem

_BY_FORM = N_(
    "This address only takes what a form sends. Go back to the page with the form and send it "
    "again. Nothing was changed."
)


class _ByForm(Problem):
    """Somebody opened by its address what a form sends to."""


_STATUS: list[tuple[type[Problem], int]] = [
    (Forbidden, 403), (NotFound, 404), (_ByForm, 405), (Conflict, 409),
]  # fmt: skip


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
    """Answer a `Problem` with its own status and words instead of a 500, and 405 with words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return _told_by_form(request, response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return problem_page(request, error) if isinstance(error, Problem) else None


def _told_by_form(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    page = problem_page(request, _ByForm(_BY_FORM))
    page["Allow"] = refused["Allow"]
    return page
