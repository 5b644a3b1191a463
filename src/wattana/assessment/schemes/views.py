"""Pages of schemes: all versions, one's draft with its effect, a version, two compared."""

from __future__ import annotations

from typing import Any

import yaml
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.accounts.queries import people
from wattana.assessment import queries as assessment
from wattana.assessment.schemes import actions, pages, queries, words
from wattana.assessment.schemes.preview import preview
from wattana.kernel.problems import N_, NotFound, Problem
from wattana.kit.filters import chosen
from wattana.kit.middleware import told

_NO_INDICATOR = N_("The scheme has no indicator “%(code)s” whose rule can be changed.")


@policy(Permission.ASSESS)
@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """All versions, which of them is in use and which comes next, and one's own drafts."""
    viewer = request.viewer
    found = queries.schemes(viewer)
    edits = viewer.can(Permission.SCHEME_EDIT)
    run = assessment.current_run()
    context = {
        "schemes": found,
        "edits": edits,
        "drafts": list(queries.drafts(viewer)) if edits else [],
        "used": queries.of_run(run).version if run else "",
        "chosen": queries.chosen().version,
        "people": people([one.row.published_by for one in found if one.row]),
    }
    return render(request, "assessment/schemes/list.html", context)


@policy(Permission.SCHEME_EDIT)
@require_POST
def scheme_new(request: HttpRequest) -> HttpResponse:
    """Copy a scheme into a new draft."""
    base = queries.labelled(request.POST.get("version", ""))
    made = actions.start(base=base, by=request.viewer)
    return redirect("assessment:scheme_draft", made.pk)


@policy(Permission.SCHEME_EDIT)
@require_POST
def scheme_choose(request: HttpRequest) -> HttpResponse:
    """Let the next run use a scheme."""
    chosen = queries.labelled(request.POST.get("version", ""))
    actions.choose(scheme=chosen, by=request.viewer)
    messages.success(
        request, _("The next run uses version %(version)s.") % {"version": chosen.version}
    )
    return redirect("assessment:schemes")


@policy(Permission.SCHEME_EDIT)
def draft(request: HttpRequest, draft: int) -> HttpResponse:
    """Settings and weights of a draft, saved as they are typed, with the effect beside them."""
    row = queries.draft(request.viewer, draft)
    if request.method == "POST":
        return _saved(request, row, pages.overview_keys(row))
    return render(request, "assessment/schemes/draft.html", pages.overview(row))


@policy(Permission.SCHEME_EDIT)
def rule(request: HttpRequest, draft: int, indicator: str) -> HttpResponse:
    """The rule of one indicator of a draft: expressions and words."""
    row = queries.draft(request.viewer, draft)
    keys = pages.rule_keys(row, indicator)
    if not keys:
        raise NotFound(_NO_INDICATOR, code=indicator[:20])
    if request.method == "POST":
        return _saved(request, row, keys)
    return render(request, "assessment/schemes/rule.html", pages.rule(row, indicator))


def _saved(request: HttpRequest, row: Any, keys: list[str]) -> HttpResponse:
    typed = {key: request.POST[key] for key in keys if key in request.POST}
    row = actions.save(draft=row, typed=typed, by=request.viewer)
    if request.htmx:
        inputs = pages.inputs(row, keys)
        context = {"draft": row, "inputs": inputs, **_effect(request, row)}
        return render(request, "assessment/schemes/parts/saved.html", context)
    return redirect(request.path)


@policy(Permission.SCHEME_EDIT)
@require_safe
def effect(request: HttpRequest, draft: int) -> HttpResponse:
    """What a draft would change: from level to level, and where."""
    row = queries.draft(request.viewer, draft)
    context = {"draft": row, **_effect(request, row)}
    part = "parts/effect.html" if request.htmx else "effect.html"
    return render(request, f"assessment/schemes/{part}", context)


def _effect(request: HttpRequest, row: Any) -> dict[str, Any]:
    """The preview, or in words why there is none."""
    digits = 6 if chosen(request.GET.get("by"), ("tambon", "district")) == "tambon" else 4
    found = queries.checked(row)
    if found.measure is None:
        return {"faults": len(found.faults)}
    try:
        effect = preview(request.viewer, found.measure, digits)
    except Problem as problem:
        return {"problem": told(problem)}
    return pages.effect(effect, found.measure, digits)


@policy(Permission.SCHEME_EDIT)
def publish(request: HttpRequest, draft: int) -> HttpResponse:
    """Name a draft and make it a version."""
    row = queries.draft(request.viewer, draft)
    typed = {name: request.POST.get(name, "") for name in ("name_th", "name_en", "version", "note")}
    context = {"draft": row, "typed": typed, **pages.before_publishing(row)}
    if request.method != "POST":
        return render(request, "assessment/schemes/publish.html", context)
    try:
        made = actions.publish(draft=row, by=request.viewer, **typed)
    except Problem as problem:
        context["problem"] = told(problem)
        return render(request, "assessment/schemes/publish.html", context, status=400)
    messages.success(request, _("Version %(version)s is published.") % {"version": made.version})
    return redirect("assessment:schemes")


@policy(Permission.SCHEME_EDIT)
@require_POST
def discard(request: HttpRequest, draft: int) -> HttpResponse:
    """Throw a draft away."""
    actions.discard(draft=queries.draft(request.viewer, draft), by=request.viewer)
    messages.info(request, _("The draft is gone. The scheme that it was copied from stays."))
    return redirect("assessment:schemes")


@policy(Permission.ASSESS)
@require_safe
def version(request: HttpRequest, scheme: int) -> HttpResponse:
    """A published version in words."""
    found = queries.scheme(scheme)
    context = {
        "measure": found.measure,
        "row": found.row,
        "people": people([found.row.published_by]),
    }
    return render(request, "assessment/scheme.html", context)


@policy(Permission.ASSESS)
@require_safe
def version_yaml(request: HttpRequest, scheme: int) -> HttpResponse:
    """A published version as the YAML that the rulebook's reader reads."""
    found = queries.scheme(scheme)
    text = yaml.safe_dump(found.row.definitions, allow_unicode=True, sort_keys=False)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.measure.name}.yaml"'
    return response


@policy(Permission.ASSESS)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """What two versions hold differently, in words."""
    found = queries.schemes(request.viewer)
    old = queries.labelled(request.GET.get("a") or queries.shipped().version)
    new = queries.labelled(request.GET.get("b") or found[0].version)
    context = {
        "schemes": found,
        "old": old,
        "new": new,
        "differences": words.differences(old.measure.definitions, new.measure.definitions),
    }
    return render(request, "assessment/schemes/compare.html", context)
