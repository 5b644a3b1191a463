"""One page of the questionnaire: to be filled in, or to be read once the visit was handed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import NotFound
from wattana.kit.templatetags.wattana import in_language
from wattana.rules import codebook as codebooks
from wattana.rules.codebook import Section, Variable
from wattana.surveys import documents, doubts, pages, queries, questions, relevance
from wattana.surveys.access import EDITABLE
from wattana.surveys.actions import visits as actions
from wattana.surveys.actions.answers import Saved
from wattana.surveys.models import Skip, Visit
from wattana.surveys.progress import Asked


@policy(Permission.HOUSEHOLD_VIEW)
def section(
    request: HttpRequest, visit: int, section: str, person: int | None = None
) -> HttpResponse:
    """Show a page; a sent one is saved as far as its answers are answers."""
    found = queries.visit(request.viewer, visit)
    page = pages.named(section)
    _check_page(page, person)
    if pages.only_requested(page) and not _requested(request, page):
        return render(request, "surveys/nothing_asked.html", {"visit": found, "section": page})
    if request.method == "POST":
        return _record(request, found, page, person)
    document = documents.load(found)
    document.part(person)
    audit.record(
        request.viewer, "visit.read", kind="visit", object_id=found.pk,
        area=found.household.area_id, section=section, **_whom(person),
    )  # fmt: skip
    return _show(request, found, page, person, relevance.of_one(document))


def _record(request: HttpRequest, found: Visit, page: Section, person: int | None) -> HttpResponse:
    before = _before(request)
    kept = (*_requested(request, page), *pages.kept(page))
    offered = [one for one in kept if questions.may_see(request.viewer, one)]
    edits = questions.edits_of(offered, dict(request.POST.lists()), before)
    seen = request.POST.get("revision", "")
    saved = actions.record(
        visit=found.pk,
        edits=edits,
        by=request.viewer,
        person=person,
        seen=int(seen) if seen.isascii() and seen.isdigit() else None,
    )
    now_asked = relevance.of_one(saved.document)
    if saved.problems:
        return _show(request, saved.visit, page, person, now_asked, typed=edits, saved=saved)
    if saved.elsewhere:
        messages.info(request, _("Somebody else is recording in this visit too."))
    return redirect(_onward(request, saved, page, person, now_asked, before))


def _onward(
    request: HttpRequest,
    saved: Saved,
    page: Section,
    person: int | None,
    asked: Asked,
    before: dict[str, Any],
) -> str:
    """The next page, unless the answers opened new questions on this one."""
    around = pages.beside(saved.visit, asked, page.key, person)
    here = f"{around['step'].url}{_asking(_requested(request, page))}"
    opened = set(before.get("hidden", [])) - asked.hidden[person]
    if opened & set(asked.open_of(person)):
        messages.info(request, _("Your answers opened further questions on this page."))
        return here
    if doubted := _doubted_anew(request, page, person, asked, before):
        messages.warning(
            request,
            _("Saved. Please look at an answer again; if it is right, go on."),
        )
        return f"{here}#q-{doubted}"
    going = request.POST.get("go", "")
    if going != "previous":
        _say_saved(request, around["step"], around["number"], stays=going == "stay")
    if going in ("previous", "next") and around.get(going):
        return around[going].url
    if going == "stay":
        return here
    return reverse("surveys:visit", args=[saved.visit.pk])


def _say_saved(request: HttpRequest, step: pages.Step, number: int, *, stays: bool) -> None:
    """Of a page on which nothing was answered yet, how much is open, also to who goes on.

    Who stays is told otherwise that it is saved.
    """
    progress = step.progress
    if progress.asked and progress.open == progress.asked:
        messages.info(
            request,
            ngettext(
                "Nothing is answered yet on page %(number)s, “%(title)s”: %(count)s question is "
                "open.",
                "Nothing is answered yet on page %(number)s, “%(title)s”: %(count)s questions are "
                "open.",
                progress.open,
            )
            % {
                "count": progress.open,
                "number": number,
                "title": in_language(step.section, "title"),
            },
        )
    elif stays:
        messages.success(request, _("Saved."))


def _doubted_anew(
    request: HttpRequest, page: Section, person: int | None, asked: Asked, before: dict[str, Any]
) -> str | None:
    """The first question of the page with a doubt that the sent page had not shown."""
    raised = doubts.of_part(asked.document, person, asked.hidden[person])
    known = before.get("doubts")
    shown = known if isinstance(known, dict) else {}
    return next(
        (
            one.name
            for one in page.variables
            if raised.get(one.name, []) not in ([], shown.get(one.name))
            and questions.may_see(request.viewer, one)
        ),
        None,
    )


def _show(
    request: HttpRequest,
    found: Visit,
    page: Section,
    person: int | None,
    asked: Asked,
    *,
    typed: dict[str, Any] | None = None,
    saved: Saved | None = None,
) -> HttpResponse:
    codebook = codebooks.load()
    part, hidden = asked.document.part(person), asked.hidden[person]
    requested = _requested(request, page)
    listed = questions.questions_of(page, part, hidden, request.viewer, requested)
    raised = doubts.of_part(asked.document, person, hidden)
    for one in listed:
        one.doubts = raised.get(one.name, [])
    shown = {
        **questions.shown_on_page(listed),
        "hidden": sorted(hidden),
        "doubts": {one.name: one.doubts for one in listed if one.doubts},
    }
    problems = questions.mark(codebook, listed, typed or {}, saved.problems if saved else {})
    context = {
        "visit": found,
        "section": page,
        "member": asked.document.members.get(person) if person else None,
        "blocks": questions.blocks_of(codebook, listed),
        "shown": json.dumps(shown),
        "asking": _asking(requested),
        "problems": problems,
        "recording": found.status in EDITABLE and request.viewer.can(Permission.SURVEY_RECORD),
        "skip_reasons": Skip.choices,
        **pages.beside(found, asked, page.key, person),
    }
    return render(request, "surveys/section.html", context, status=422 if problems else 200)


def _requested(request: HttpRequest, page: Section) -> list[Variable]:
    """Questions that no survey asks, which the address names (`?ask=`): a right depends on them."""
    return pages.requested(page, request.GET.get("ask", ""))


def _asking(requested: Sequence[Variable]) -> str:
    """The end of an address that asks these questions."""
    return f"?ask={','.join(one.name for one in requested)}" if requested else ""


def _before(request: HttpRequest) -> dict[str, Any]:
    """What the sent page had shown; nothing where it says nothing that makes sense."""
    try:
        shown = json.loads(request.POST.get("shown", "{}"))
    except ValueError:
        return {}
    return shown if isinstance(shown, dict) else {}


def _check_page(page: Section, person: int | None) -> None:
    asks = pages.kept(page) or pages.only_requested(page)
    if (page.level == "person") != (person is not None) or not asks:
        raise NotFound(pages.NO_PAGE)


def _whom(person: int | None) -> dict[str, str]:
    return {} if person is None else {"person": keys.to_text(person)}
