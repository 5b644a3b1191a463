"""The list of imports, and a new one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel.problems import Problem
from wattana.kit.middleware import told
from wattana.registry.imports import actions, queries
from wattana.registry.imports.forms import Upload
from wattana.registry.imports.kinds import kinds
from wattana.registry.imports.mapping import ColumnMapping, from_json
from wattana.registry.models import ImportBatch


@policy(Permission.IMPORT)
@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """The imports of one's organisation, the latest first."""
    page = queries.batches(request.viewer, request.GET.get("page"))
    context = {
        "page": page,
        "names": queries.who(row["uploaded_by"] for row in page.rows),
        "kinds": {kind.name: kind.title for kind in kinds()},
        "statuses": dict(ImportBatch.Status.choices),
    }
    return render(request, "registry/imports/list.html", context)


@policy(Permission.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a file in; nothing stays of one that is unusable."""
    saved = queries.saved_mappings(request.viewer)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Upload(saved, *sent)
    if sent and form.is_valid():
        try:
            batch = _uploaded(request, form.cleaned_data)
        except Problem as problem:
            form.add_error("file", told(problem))
        else:
            messages.success(request, gettext("The file is here. Now say what its columns hold."))
            return redirect("imports:mapping", batch.pk)
    return render(
        request, "registry/imports/new.html", {"form": form}, status=422 if form.errors else 200
    )


def _uploaded(request: HttpRequest, chosen: dict[str, Any]) -> ImportBatch:
    """The batch of an upload, with the mapping that the next page begins with."""
    file = chosen["file"]
    batch = actions.upload(
        pieces=file.chunks(), name=file.name, kind=chosen["kind"], year=chosen["year"],
        by=request.viewer,
    )  # fmt: skip
    try:
        saved = chosen["saved"]
        mapping = from_json(saved.mapping) if saved else ColumnMapping()
        names = queries.look(batch, mapping).names
        mapping = actions.completed(_with_source(mapping, chosen["list_source"]), batch, names)
        actions.propose_mapping(batch=batch, mapping=mapping, by=request.viewer)
    except Problem:
        actions.discard(batch=batch, by=request.viewer)
        raise
    return batch


def _with_source(mapping: ColumnMapping, source: str) -> ColumnMapping:
    if not source or "list_source" in mapping.columns.values():
        return mapping
    return replace(mapping, constants={**mapping.constants, "list_source": source})
