"""What the columns of a file mean."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Invalid, Problem
from wattana.kit.middleware import told
from wattana.registry.imports import actions, jobs, queries
from wattana.registry.imports import mapping as mappings
from wattana.registry.imports.forms import MappingForm, in_labels, read_mapping
from wattana.registry.imports.kinds import kind_of
from wattana.registry.imports.mapping import ColumnMapping, as_yaml, from_json
from wattana.registry.imports.queries import Look
from wattana.registry.models import ImportBatch, ImportMapping

Status = ImportBatch.Status


@policy(Permission.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, batch: int) -> HttpResponse:
    """Give each column a field, then check. `saved`, `line` and `sheet` begin anew."""
    found = queries.batch(request.viewer, batch)
    if found.status not in (Status.UPLOADED, Status.CHECKED) or jobs.is_running(found.pk):
        return redirect("imports:batch", found.pk)
    saved = [one for one in queries.saved_mappings(request.viewer) if one.kind == found.kind]
    used, look, problem = _beginning(request, found, saved)
    if request.method == "POST":
        try:
            _check(request, found, look)
        except (Invalid, Conflict) as refused:
            problem = refused
        else:
            return redirect("imports:batch", found.pk)
    return _page(request, found, saved, used, look, problem)


def _page(
    request: HttpRequest, found: ImportBatch, saved: list[ImportMapping], used: ColumnMapping,
    look: Look, problem: Problem | None,
) -> HttpResponse:  # fmt: skip
    fields = kind_of(found.kind).fields
    posted = request.POST if request.method == "POST" else None
    if isinstance(problem, Invalid):
        problem = in_labels(problem, fields)
    context = {
        "batch": found,
        "kind": kind_of(found.kind).title,
        "form": MappingForm(look, kind_of(found.kind), used, posted),
        "saved": [(keys.to_text(one.pk), one.name) for one in saved],
        "problem": told(problem) if problem else "",
        "unknown": [name for name in used.columns if name not in look.names],
    }
    status = 422 if problem else 200
    return render(request, "registry/imports/mapping.html", context, status=status)


def _beginning(
    request: HttpRequest, found: ImportBatch, saved: list[ImportMapping]
) -> tuple[ColumnMapping, Look, Problem | None]:
    """The mapping to begin with, and the table as it is read with it."""
    kept = from_json(found.mapping)
    try:
        used = _asked_for(request, kept, saved)
        look = queries.look(found, used)
    except Invalid as problem:
        return kept, queries.look(found, kept), problem
    return actions.completed(used, found, look.names), look, None


def _asked_for(
    request: HttpRequest, kept: ColumnMapping, saved: list[ImportMapping]
) -> ColumnMapping:
    """The batch's own mapping, or a saved one, or none yet for a table that is read differently."""
    asked = request.POST if request.method == "POST" else request.GET
    chosen = next((one for one in saved if keys.to_text(one.pk) == asked.get("saved")), None)
    mapping = from_json(chosen.mapping) if chosen else kept
    if "header_line" not in asked and "sheet" not in asked:
        return mapping
    table = from_json(
        {"header_line": asked.get("header_line", "").strip(), "sheet": asked.get("sheet", "")}
    )
    if (table.header_line, table.sheet) == (mapping.header_line, mapping.sheet):
        return mapping
    columns = mapping.columns if chosen else {}
    return replace(
        mapping, columns=columns, header_line=table.header_line, sheet=table.sheet.strip()
    )


def _check(request: HttpRequest, found: ImportBatch, look: Look) -> None:
    """Check the file with the mapping that was typed; keep it under a name when it has one."""
    kind = kind_of(found.kind)
    posted = read_mapping(request.POST, look, kind)
    mappings.check(posted, look.names, kind.fields)
    kind.require(posted)
    if found.status == Status.UPLOADED:  # a checked batch keeps the mapping of its check
        actions.propose_mapping(batch=found, mapping=posted, by=request.viewer)
    name = request.POST.get("save_as", "").strip()
    if name:
        actions.save_mapping(batch=found, name=name, mapping=posted, by=request.viewer)
        messages.success(
            request, gettext("The mapping is saved as “%(name)s”.") % {"name": name[:120]}
        )
    jobs.check(found, posted, request.viewer)


@policy(Permission.IMPORT)
@require_safe
def mapping_file(request: HttpRequest, batch: int) -> HttpResponse:
    """The mapping as a file for the command `wattana import --mapping`."""
    found = queries.batch(request.viewer, batch)
    answer = HttpResponse(as_yaml(from_json(found.mapping)), "text/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="mapping-{keys.to_text(found.pk)}.yaml"'
    return answer
