"""Pages of assessments: snapshots and runs, one run, the scheme of a measure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.accounts.queries import people
from wattana.assessment import actions, queries
from wattana.assessment.further import further
from wattana.assessment.models import Run
from wattana.assessment.poverty.definitions import MEASURES as POVERTY_MEASURES
from wattana.assessment.poverty.definitions import definitions
from wattana.assessment.schemes import queries as schemes
from wattana.kernel import keys

_SHOWN = 20


@policy(Permission.ASSESS)
def runs(request: HttpRequest) -> HttpResponse:
    """Snapshots and runs, newest first, with what is in progress."""
    found = list(queries.runs(request.viewer)[:_SHOWN])
    snapshots = list(queries.snapshots(request.viewer)[:_SHOWN])
    context = {
        "runs": found,
        "snapshots": snapshots,
        "work": queries.work_in_progress(request.viewer),
        "current": next((run for run in found if run.current), None),
        "measures": [*queries.MEASURES, *(one.name for one in further().values() if one.begin)],
        "next": schemes.chosen(),
        "people": people(
            [run.started_by for run in found] + [taken.created_by for taken in snapshots]
        ),
    }
    return render(request, "assessment/runs.html", context)


@policy(Permission.ASSESS)
def run(request: HttpRequest, run: int) -> HttpResponse:
    """One run: how it came about, and its figures within the viewer's scope."""
    found = queries.run(request.viewer, run)
    if found.measure in POVERTY_MEASURES:
        return _poverty_run(request, found)
    if found.measure in further():
        return _further_run(request, found)
    measure = schemes.of_run(found)
    figures = queries.scope_figures(request.viewer, found)
    context = {
        "run": found,
        "measure": measure,
        "changed": measure.definitions_hash != found.definitions_hash,
        "rows": [
            {"aspect": aspect, "figure": figure, "levels": list(enumerate(figure.levels, 1))}
            for aspect, figure in (figures or {}).items()
        ],
        "people": people([found.started_by, found.snapshot.created_by]),
    }
    return render(request, "assessment/run.html", context)


def _poverty_run(request: HttpRequest, found: Run) -> HttpResponse:
    """How a run of a measure of poverty came about; its figures stand on the measure's page."""
    context = {
        "run": found,
        "counted": True,
        "may_follow": request.viewer.can(Permission.AREA_VIEW),
        "changed": definitions(found.measure).definitions_hash != found.definitions_hash,
        "people": people([found.started_by, found.snapshot.created_by]),
    }
    return render(request, "assessment/run.html", context)


def _further_run(request: HttpRequest, found: Run) -> HttpResponse:
    """How a run of a measure of another room came about; its figures stand there."""
    elsewhere = further()[found.measure]
    context = {
        "run": found,
        "elsewhere": elsewhere,
        "may_follow": request.viewer.can(elsewhere.permission),
        "people": people([found.started_by, found.snapshot.created_by]),
    }
    return render(request, "assessment/run.html", context)


@policy(Permission.ASSESS)
def scheme(request: HttpRequest, measure: str) -> HttpResponse:
    """A measure in words: its indicators, levels and settings."""
    context = {"measure": queries.definitions(measure)}
    return render(request, "assessment/scheme.html", context)


@policy(Permission.ASSESS)
@require_POST
def snapshot_new(request: HttpRequest) -> HttpResponse:
    """Begin a snapshot; the page of runs shows how far it is."""
    actions.begin_snapshot(by=request.viewer).finish_in_background()
    messages.info(request, _("A snapshot has begun. You may leave this page."))
    return redirect("assessment:runs")


@policy(Permission.ASSESS)
@require_POST
def run_new(request: HttpRequest) -> HttpResponse:
    """Begin a run on the chosen snapshot."""
    snapshot = queries.snapshot(request.viewer, keys.from_text(request.POST.get("snapshot", "")))
    measure = request.POST.get("measure", queries.FIVE_CAPITALS)
    elsewhere = further().get(measure)
    if elsewhere and elsewhere.begin:
        work = elsewhere.begin(snapshot, request.viewer)
    else:
        work = actions.begin_run(snapshot=snapshot, measure=measure, by=request.viewer)
    work.finish_in_background()
    messages.info(request, _("An assessment has begun. You may leave this page."))
    return redirect("assessment:runs")
