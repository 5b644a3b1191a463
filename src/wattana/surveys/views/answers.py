"""Saving one answer as it is given: the page sends these by htmx; without it, it is sent whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Forbidden, NotFound, Problem
from wattana.kit.middleware import told
from wattana.rules import codebook as codebooks
from wattana.surveys import doubts, layout, pages, progress, questions, relevance
from wattana.surveys.actions import visits as actions
from wattana.surveys.actions.answers import Saved

_STATUS = {Conflict: 409, NotFound: 404, Forbidden: 403}
CLEAR = "clear"  # the choice that takes an answer away again


@policy(Permission.SURVEY_RECORD)
@require_POST
def answer(request: HttpRequest, visit: int, variable: str) -> HttpResponse:
    """Save what was typed for one question; answers with the message to stand beside it."""
    sent = request.POST.getlist(variable)
    kept = codebooks.load().variables.get(variable)
    multi = kept is not None and kept.kind == "multi"
    value = (sent or None) if multi else (sent[-1] if sent else None)
    return _saved(
        request,
        variable,
        lambda: actions.answer(
            visit=visit, variable=variable, value=value, by=request.viewer, **_page(request)
        ),
    )


@policy(Permission.SURVEY_RECORD)
@require_POST
def skip(request: HttpRequest, visit: int, variable: str) -> HttpResponse:
    """Say why a question has no answer, or clear it; responds with the question as it stands."""
    reason = request.POST.get(f"skip:{variable}", "")

    def save() -> Saved:
        page = _page(request)
        if reason in ("", CLEAR):
            page.pop("seen")
            return actions.clear(visit=visit, variable=variable, by=request.viewer, **page)
        return actions.skip(
            visit=visit, variable=variable, reason=reason, by=request.viewer, **page
        )

    return _saved(request, variable, save, whole=True)


@policy(Permission.SURVEY_RECORD)
@require_POST
def skip_row(request: HttpRequest, visit: int, variable: str) -> HttpResponse:
    """Say why the open questions of a table's row have no answer, or take it back."""
    reason = request.POST.get(f"skip:{variable}", "").removeprefix(CLEAR)

    def save() -> Saved:
        return actions.skip_row(
            visit=visit, variable=variable, reason=reason, by=request.viewer, **_page(request)
        )

    return _saved(request, variable, save, rest=layout.row_of(variable))


@policy(Permission.SURVEY_RECORD)
@require_POST
def skip_section(request: HttpRequest, visit: int, section: str) -> HttpResponse:
    """Give one reason for all open questions of a page."""
    person = _page(request)["person"]
    actions.skip_open(
        visit=visit,
        section=pages.named(section).key,
        reason=request.POST.get("reason", ""),
        person=person,
        by=request.viewer,
    )
    if person is None:
        return redirect("surveys:section", visit, section)
    return redirect("surveys:person_section", visit, section, person)


def _saved(
    request: HttpRequest,
    variable: str,
    save: Callable[[], Saved],
    *,
    whole: bool = False,
    rest: Iterable[str] = (),
) -> HttpResponse:
    """Save and answer: with the whole question where it changes, with the messages of `rest`."""
    try:
        saved = save()
    except Problem as problem:
        return _refused(request, variable, problem)
    person = _page(request)["person"]
    asked = relevance.of_one(saved.document)
    context = {
        "now": timezone.localtime(),
        "visit": saved.visit,
        "elsewhere": saved.elsewhere,
        "progress": _progress(asked, variable, person),
    }
    part, hidden = saved.document.part(person), asked.hidden[person]
    listed = [
        questions.question_of(codebooks.load().variables[name], part, hidden)
        for name in ([variable] if whole else rest)
    ]
    raised = [] if whole else doubts.of_part(saved.document, person, hidden).get(variable, [])
    context |= {"question": listed[0]} if whole else {"rest": listed, "doubts": raised}
    response = render(request, "surveys/parts/saved.html", context)
    response["HX-Trigger"] = json.dumps({"surveys:asked": {"hidden": sorted(hidden)}})
    response["X-Question"] = variable
    return response


def _refused(request: HttpRequest, variable: str, problem: Problem) -> HttpResponse:
    response = render(
        request,
        "surveys/parts/refused.html",
        {"message": told(problem)},
        status=_STATUS.get(type(problem), 422),
    )
    response["X-Question"] = variable
    return response


def _progress(asked: progress.Asked, variable: str, person: int | None) -> progress.Progress:
    section = codebooks.load().variables[variable].section
    return asked.of_section(section, person)


def _page(request: HttpRequest) -> dict[str, int | None]:
    """Whom the page is about and which revision of the visit it showed."""
    person, seen = request.POST.get("person", ""), request.POST.get("revision", "")
    return {
        "person": keys.from_text(person) if person else None,
        "seen": int(seen) if seen.isascii() and seen.isdigit() else None,
    }
