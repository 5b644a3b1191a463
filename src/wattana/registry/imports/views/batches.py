"""One import: how far it is, what the check found, and what is done with it."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict, Invalid, Problem
from wattana.kit import pages
from wattana.kit.middleware import told
from wattana.registry.imports import (
    actions,
    checking,
    folders,
    jobs,
    queries,
    reasons,
    rejected,
    taking_turns,
)
from wattana.registry.imports.kinds import Job, kind_of
from wattana.registry.models import ImportBatch

Status = ImportBatch.Status
_FAULTS_A_PAGE = 50
_REASONS = 50  # of which each may hold for many rows
_MOST_WARNINGS = 50


@policy(Permission.IMPORT)
@require_safe
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """Where an import stands; while it is worked on, the page asks again each second."""
    found = queries.batch(request.viewer, batch)
    if jobs.is_running(found.pk):
        return _progress(request, found)
    if request.htmx:
        return HttpResponseClientRefresh()
    state = folders.told(found.pk)
    problem = None
    if state.get("state") == "failed":
        problem = checking.reason(state["message"], state["params"])
    return _page(request, found, problem=problem, interrupted=state.get("state") == "running")


def _progress(request: HttpRequest, found: ImportBatch) -> HttpResponse:
    state = folders.told(found.pk)
    done, total = state.get("done", 0), state.get("total", 1)
    step = state.get("step", "")
    told_step = taking_turns.told() if step == taking_turns.WAITING else step and gettext(step)
    context = {
        "batch": found,
        "kind": kind_of(found.kind).title,
        "running": True,
        "step": told_step,
        "share": min(100, round(100 * done / total)) if total > 1 else None,
    }
    part = "parts/progress.html" if request.htmx else "batch.html"
    return render(request, f"registry/imports/{part}", context)


def _page(request: HttpRequest, found: ImportBatch, **context: Any) -> HttpResponse:
    """The page of an import on which nobody works; `problem` is how the work ended."""
    folder = folders.folder(found.pk)
    context |= {
        "batch": found,
        "kind": kind_of(found.kind).title,
        "names": queries.who([found.uploaded_by, found.committed_by, found.undone_by]),
        "has_upload": (folder / folders.UPLOAD).exists(),
        "has_rejected": (folder / folders.REJECTED).exists(),
        "notes": [checking.Note(**note).told() for note in found.notes],
    }
    if found.status == Status.CHECKED:
        try:
            context |= _report(request, found)
        except Conflict as gone:
            context["problem"] = context.get("problem") or told(gone)
    elif found.status == Status.COMMITTED:
        number = _page_number(request)
        start = (number - 1) * _FAULTS_A_PAGE
        kept = queries.why_rejected(found, start=start, count=_FAULTS_A_PAGE + 1)
        context |= _faults(kept, number, queries.reasons_of_rejected(found, _REASONS + 1))
    return render(request, "registry/imports/batch.html", context)


def _report(request: HttpRequest, found: ImportBatch) -> dict[str, Any]:
    """What the check found, a page of it."""
    number = _page_number(request)
    start = (number - 1) * _FAULTS_A_PAGE
    with actions.report_of(found, request.viewer) as job:
        faults = checking.faults(job, start=start, count=_FAULTS_A_PAGE + 1)
        headings, rows = queries.preview(job)
        return {
            "totals": checking.totals(job.staging),
            "coming": queries.coming(job),
            "counted": job.kind.counted,
            "left_out": checking.left_out(job),
            "warnings": checking.faults(job, table="warnings", count=_MOST_WARNINGS),
            "headings": headings,
            "rows": [(line, zip(headings, cells, strict=True)) for line, *cells in rows],
            **_faults(faults, number, _reasons(request, found, job)),
        }


def _page_number(request: HttpRequest) -> int:
    """Raises `Invalid` for what is no number of a page."""
    number = request.GET.get("page", "").strip() or "1"
    if not (number.isascii() and number.isdecimal() and 0 < int(number[:9]) < 10**6):
        raise Invalid(pages.NO_PAGE)
    return int(number)


def _reasons(request: HttpRequest, found: ImportBatch, job: Job) -> list[reasons.Reason]:
    sent_it = found.uploaded_by == request.viewer.user_id
    return reasons.of_check(job, quoted=sent_it, most=_REASONS + 1)


def _faults(
    faults: list[checking.Fault], number: int, grouped: list[reasons.Reason]
) -> dict[str, Any]:
    """The reasons, and a page of them row by row; of both one more was read than is shown."""
    return {
        "reasons": grouped[:_REASONS],
        "more_reasons": len(grouped) > _REASONS,
        "faults": faults[:_FAULTS_A_PAGE],
        "page": {
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if len(faults) > _FAULTS_A_PAGE else None,
        },
    }


@policy(Permission.IMPORT)
@require_POST
def commit(request: HttpRequest, batch: int) -> HttpResponse:
    """Write all rows, or with `accept=valid` the good ones."""
    found = queries.batch(request.viewer, batch)
    accept_valid = request.POST.get("accept") == "valid"
    try:
        if jobs.commit(found, request.viewer, accept_valid=accept_valid):
            messages.success(request, gettext("The rows are in the registry."))
    except Problem as problem:
        messages.error(request, told(problem))
    return redirect("imports:batch", found.pk)


@policy(Permission.IMPORT)
@require_POST
def discard(request: HttpRequest, batch: int) -> HttpResponse:
    """Throw an upload away."""
    found = queries.batch(request.viewer, batch)
    try:
        jobs.discard(found, request.viewer)
    except Conflict as problem:
        messages.error(request, told(problem))
        return redirect("imports:batch", found.pk)
    messages.success(request, gettext("The file was thrown away. Nothing entered the registry."))
    return redirect("imports:list")


@policy(Permission.IMPORT)
@require_POST
def undo(request: HttpRequest, batch: int) -> HttpResponse:
    """Take a committed import back."""
    found = queries.batch(request.viewer, batch)
    try:
        if jobs.undo(found, request.viewer):
            messages.success(request, gettext("The import was undone."))
    except Problem as problem:
        messages.error(request, told(problem))
    return redirect("imports:batch", found.pk)


@policy(Permission.IMPORT)
@require_safe
def rejected_rows(request: HttpRequest, batch: int) -> FileResponse:
    """The rejected rows and why, as CSV. Raises `Conflict` where there are none."""
    found = queries.batch(request.viewer, batch)
    kept = folders.folder(found.pk) / folders.REJECTED
    if found.status == Status.CHECKED and found.rejected:
        file = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
        with actions.report_of(found, request.viewer) as job:
            file.writelines(piece.encode() for piece in rejected.pieces(job))
        file.seek(0)
    elif found.status == Status.COMMITTED and kept.exists():
        file = kept.open("rb")
    else:
        raise Conflict(N_("There is no file of rejected rows for this import, or no longer."))
    audit.record(
        request.viewer, "import.rejected", kind="batch", object_id=found.pk, rows=found.rejected
    )
    name = f"rejected-{keys.to_text(found.pk)}.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv")
