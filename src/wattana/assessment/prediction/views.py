"""Whom to visit next, and the card of the model that suggests it."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import SIGNED_IN, policy
from wattana.accounts.queries import people
from wattana.assessment.models import Prediction
from wattana.assessment.prediction import card, queries
from wattana.kernel.problems import N_, Conflict
from wattana.kit import filters
from wattana.registry.naming import house_at
from wattana.registry.queries.places import area_choices, places

_NO_MODEL = N_("No prediction has been trained yet.")


@policy(Permission.VISIT_SUGGEST)
@require_safe
def visit_next(request: HttpRequest) -> HttpResponse:
    """Households not yet surveyed, in the order that the model suggests, each with its reasons."""
    viewer, area = request.viewer, filters.area(request.GET.get("area"))
    kind = _kind(request)
    found = queries.visit_next(viewer, area, kind)
    context = {
        "found": found,
        "kind": kind,
        "area": area,
        "choices": area_choices(viewer, area),
        "may_record": viewer.can(Permission.SURVEY_RECORD),
    }
    if found:
        audit.record(viewer, "prediction.read", kind="prediction", object_id=found.model.pk,
                     area=area, rows=len(found.rows))  # fmt: skip
        named = places([*{row.area for row in found.rows}, *found.tambons])
        context["rows"] = [
            (row, house_at(row.house_no, row.road, row.area, named)) for row in found.rows
        ]
        context["tambons"] = [(named[c], n) for c, n in found.tambons.items() if c in named]
    return render(request, "assessment/prediction/visit_next.html", context)


@policy(SIGNED_IN)
@require_safe
def model_card(request: HttpRequest) -> HttpResponse:
    """The card of the model in use: purpose, data, error, limits."""
    kind = _kind(request)
    model = queries.current(kind)
    context = {"model": model, "kinds": Prediction.Kind.choices, "kind": kind}
    if model:
        context |= card.context(model.card, model.parameters)
        context["people"] = people([model.trained_by])
    return render(request, "assessment/prediction/card.html", context)


@policy(SIGNED_IN)
@require_safe
def card_markdown(request: HttpRequest) -> HttpResponse:
    """The card as Markdown."""
    model = _model(request)
    text = card.markdown(model.card, model.parameters)
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="model-card.md"'
    return response


@policy(SIGNED_IN)
@require_safe
def card_json(request: HttpRequest) -> HttpResponse:
    """The figures of the card, and what they were learnt from, as JSON; no counts by village."""
    model = _model(request)
    told = {
        "run": model.run.definitions_hash,
        "scheme": model.run.measure_version,
        "snapshot": model.run.snapshot.manifest_hash,
        "features": model.parameters["names"],
        **model.card,
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


def _kind(request: HttpRequest) -> str:
    given = filters.chosen(request.GET.get("kind"), (queries.NEVER, queries.AGAIN))
    return given or queries.usual_kind()


def _model(request: HttpRequest) -> Prediction:
    model = queries.current(_kind(request))
    if model is None:
        raise Conflict(_NO_MODEL)
    return model
