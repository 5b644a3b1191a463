"""A visit as a whole: begun, looked over, handed in, approved, returned, closed unsurveyed."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wattana.accounts import audit
from wattana.accounts import queries as accounts
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel.problems import N_
from wattana.registry import queries as registry
from wattana.registry.views.steps import open_household
from wattana.rules import codebook as codebooks
from wattana.surveys import beside, documents, doubts, forms, pages, queries, questions, relevance
from wattana.surveys.acceptance import BY_ANOTHER, Standing, standing
from wattana.surveys.access import ACCEPTED, EDITABLE
from wattana.surveys.actions import visits as actions
from wattana.surveys.models import Visit

_ALONE = N_(
    "You recorded in this visit yourself, and nobody else of your organisation can approve it. "
    "That you approve it alone is kept in the audit trail."
)


@policy(Permission.SURVEY_RECORD)
def start(request: HttpRequest, household: int) -> HttpResponse:
    """Choose the round and the day; a draft of that round is gone on with."""
    home = open_household(request, household)
    known = queries.visits(request.viewer, household)
    form = forms.StartForm(
        _posted(request),
        known=known,
        current=queries.current_round(request.viewer),
        initial={"surveyed_on": questions.day_as_typed(timezone.localdate())},
    )
    if request.method == "POST" and form.is_valid():
        visit = form.attempt(
            actions.start, household=household, by=request.viewer, **form.cleaned_data
        )
        if visit is not None:
            return redirect("surveys:visit", visit.pk)
    return render(
        request,
        "surveys/start.html",
        {"form": form, "household": home, "visits": known},
        status=422 if form.errors else 200,
    )


@policy(Permission.HOUSEHOLD_VIEW)
def overview(request: HttpRequest, visit: int) -> HttpResponse:
    """The sections and the members of a visit with their progress, and what may be done next."""
    found = queries.visit(request.viewer, visit)
    asked = relevance.of_one(documents.load(found))
    audit.record(
        request.viewer, "visit.read", kind="visit", object_id=found.pk,
        area=found.household.area_id,
    )  # fmt: skip
    chapters = pages.chapters(found, asked)
    steps = [step for chapter in chapters for step in chapter.steps]
    allowed = _allowed(request, found)
    context = {
        "visit": found,
        "chapters": chapters,
        "members": asked.document.members.values(),
        "total": asked.total,
        "resume": next((step for step in steps if step.progress.open), None),
        "consented": _consented(request, found),
        "counted": found.status in ACCEPTED,
        "fuller": queries.much_fuller(found, found.answered) if allowed["reviewing"] else None,
        "names": accounts.people([found.created_by, found.submitted_by, found.approved_by]),
        **allowed,
        "beside": beside.offered(request, found) if allowed["recording"] else [],
        "looks": doubts.of_visit(request.viewer, chapters, asked),
        "reading": not (allowed["recording"] or allowed["reviewing"]),
    }
    return render(request, "surveys/visit.html", context)


@policy(Permission.HOUSEHOLD_VIEW)
def changes(request: HttpRequest, visit: int) -> HttpResponse:
    """Answers that were replaced: who, when, from, to."""
    found = queries.visit(request.viewer, visit)
    rows = queries.changes(request.viewer, visit)
    document = documents.load(found)
    names = accounts.people(row.by for row in rows)
    variables = codebooks.load().variables
    listed = []
    for row in rows:
        variable = variables.get(row.variable)
        if variable is None:  # of an older codebook
            continue
        listed.append(
            {
                "at": row.at,
                "by": names.get(row.by, ""),
                "variable": variable,
                "member": document.members.get(row.person_id),
                "withheld": not questions.may_see(request.viewer, variable),
                "old": questions.as_said(variable, row.old),
                "new": questions.as_said(variable, row.new),
            }
        )
    return render(request, "surveys/changes.html", {"visit": found, "changes": listed})


@policy(Permission.SURVEY_RECORD)
def submit(request: HttpRequest, visit: int) -> HttpResponse:
    """Hand in; where questions are open, say first which, and ask why.

    Where the visit before answered much more, only with a tick that it is meant.
    """
    found = queries.visit(request.viewer, visit)
    asked = relevance.of_one(documents.load(found))
    form = forms.SubmitForm(_posted(request))
    chapters = pages.chapters(found, asked)
    still_open = [step for one in chapters for step in one.steps if step.progress.open]
    looks = doubts.of_visit(request.viewer, chapters, asked)
    fuller = queries.much_fuller(found, asked.total.answered)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["open_reason"]
        if still_open and not reason:
            form.add_error("open_reason", _("Say why these questions stay open."))
        if fuller and not form.cleaned_data["all_the_same"]:
            form.add_error("all_the_same", _("Tick this if the visit is to be handed in so."))
        if not form.errors:
            actions.submit(visit=visit, open_reason=reason, by=request.viewer)
            messages.success(request, _("The visit was handed in."))
            return redirect("surveys:visit", visit)
    return _ask(
        request, "surveys/submit.html", found, form, steps=still_open, total=asked.total,
        looks=looks, fuller=fuller,
    )  # fmt: skip


@policy(Permission.SURVEY_RECORD)
def not_surveyed(request: HttpRequest, visit: int) -> HttpResponse:
    """Close a visit because the household could not be surveyed."""
    found = queries.visit(request.viewer, visit)
    form = forms.NotSurveyedForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        actions.could_not_survey(visit=visit, by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Recorded: the household could not be surveyed."))
        return redirect("surveys:visit", visit)
    return _ask(request, "surveys/not_surveyed.html", found, form)


@policy(Permission.SURVEY_APPROVE)
def give_back(request: HttpRequest, visit: int) -> HttpResponse:
    """Return a visit to the enumerator, saying what to correct."""
    found = queries.visit(request.viewer, visit)
    form = forms.ReturnForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        actions.give_back(visit=visit, by=request.viewer, **form.cleaned_data)
        messages.success(request, _("The visit was returned for correction."))
        return redirect("surveys:visit", visit)
    return _ask(request, "surveys/return.html", found, form)


@policy(Permission.SURVEY_APPROVE)
@require_POST
def approve(request: HttpRequest, visit: int) -> HttpResponse:
    actions.approve(visit=visit, by=request.viewer)
    messages.success(request, _("The visit was approved."))
    return redirect("surveys:visit", visit)


@policy(Permission.SURVEY_RECORD)
@require_POST
def reopen(request: HttpRequest, visit: int) -> HttpResponse:
    actions.reopen(visit=visit, by=request.viewer)
    messages.success(request, _("The visit is open for recording again."))
    return redirect("surveys:visit", visit)


def _consented(request: HttpRequest, found: Visit) -> bool:
    """Whether the household's consent to the survey is on record and in force."""
    known = registry.consents(request.viewer, found.household_id)
    return known.filter(purpose="survey", withdrawn_at=None).exists()


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _ask(
    request: HttpRequest, template: str, found: Visit, form: Form, **more: object
) -> HttpResponse:
    """A page with one form about a visit."""
    context = {"visit": found, "form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def _allowed(request: HttpRequest, found: Visit) -> dict[str, object]:
    """Which steps the overview offers, and what it says of approving what one recorded oneself."""
    may_record = request.viewer.can(Permission.SURVEY_RECORD)
    may_approve = request.viewer.can(Permission.SURVEY_APPROVE)
    status, of = found.status, Visit.Status
    reviewing = may_approve and status == of.SUBMITTED
    stands = standing(request.viewer, found) if reviewing else Standing.FREE
    return {
        "recording": may_record and status in EDITABLE,
        "reviewing": reviewing,
        "approving": reviewing and stands is not Standing.BY_ANOTHER,
        "of_own": {Standing.BY_ANOTHER: _(BY_ANOTHER), Standing.ALONE: _(_ALONE)}.get(stands),
        "reopening": (may_record and status == of.NOT_SURVEYED)
        or (may_approve and status in (of.SUBMITTED, of.APPROVED)),
    }
