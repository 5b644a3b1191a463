"""The programmes of the rulebook, and one of them in plain words."""

from __future__ import annotations

import csv
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.entitlements import coverage, queries, reasons, words
from wattana.kernel.problems import N_, NotFound
from wattana.kit.cells import harmless
from wattana.rules import programmes as rulebook
from wattana.rules.programmes import Amount, Programme

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet program does not read the file as UTF-8
_NO_PROGRAMME = N_("The rulebook has no such programme.")


@policy(Permission.RIGHTS_VIEW)
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """All programmes by dimension; those that are off say why."""
    found = sorted(
        rulebook.load().values(),
        key=lambda one: (list(words.DIMENSIONS).index(one.dimension), not one.is_on, one.id),
    )
    context = {
        "groups": [
            (words.DIMENSIONS[dimension], [_row(one) for one in some])
            for dimension, some in groupby(found, key=lambda one: one.dimension)
        ],
        "can_list": request.viewer.can(Permission.HOUSEHOLD_LIST),
        "can_try": request.viewer.can(Permission.ASSESS),
        "on": sum(one.is_on for one in found),
        "all": len(found),
    }
    return render(request, "entitlements/programmes.html", context)


@policy(Permission.RIGHTS_VIEW)
@require_safe
def programme(request: HttpRequest, programme: str) -> HttpResponse:
    """One programme: what the law says, as it is applied here."""
    found = known(programme)
    code = request.GET.get("area", "")
    run = queries.current_run() if found.is_on else None
    context = {
        **_row(found),
        "run": run,
        "of": words.LEVELS[found.level],
        "reasons": reasons.of_programme(run, found),
        **coverage.of_programme(request.viewer, found, code),
        "can_list": request.viewer.can(Permission.HOUSEHOLD_LIST),
        "can_try": request.viewer.can(Permission.ASSESS),
        "confidence": words.CONFIDENCE[found.confidence],
        "sources": [words.SOURCES.get(one, one) for one in found.sources],
        "review": words.REVIEWS[found.review["state"]],
        "arrears": words.ARREARS[found.arrears["rule"]] % {"months": found.arrears["months"]},
        "dimension": words.DIMENSIONS[found.dimension],
        "amounts": [(one, _rates(one)) for one in found.amounts],
        "today": timezone.localdate(),
        "related": [rulebook.load()[one] for one in found.see_also if one in rulebook.load()],
        "gateways": {one: rulebook.load()[one] for one in found.gateways},
        "cases": [(one, words.OUTCOMES[one.expected["outcome"]]) for one in found.cases],
    }
    return render(request, "entitlements/programme.html", context)


@policy(Permission.RIGHTS_VIEW)
@require_safe
def take_up_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """The table of a programme's take-up by area as CSV; the names of columns are those of code."""
    found = known(programme)
    code = request.GET.get("area", "")
    rows = coverage.of_programme(request.viewer, found, code).get("rows", [])
    audit.record(request.viewer, "rights.export", kind="area", area=code[:8], rows=len(rows))
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="take-up-{found.id}.csv"'
    writer = csv.writer(response)
    writer.writerow([gettext("Code"), gettext("Area"), *coverage.heads()])
    for row in rows:
        writer.writerow([row.area.code, harmless(row.name), *coverage.numbers(row.figures)])
    return response


def known(name: str) -> Programme:
    """A programme of the rulebook. Raises `NotFound`."""
    found = rulebook.load().get(name)
    if found is None:
        raise NotFound(_NO_PROGRAMME)
    return found


def _row(programme: Programme) -> dict[str, Any]:
    return {
        "programme": programme,
        "legal_class": words.CLASSES[programme.legal_class],
        "agency": words.said(programme.agencies[0].name),
    }


def _rates(amount: Amount) -> list[tuple[Any, str]]:
    """The rates of an item, the latest first, each with what is paid in words."""
    rates = sorted(amount.rates, key=lambda one: str(one.start or ""), reverse=True)
    return [
        (
            one,
            words.said(one.words)
            or (words.paid(one.satang, amount.period) if one.satang is not None else ""),
        )
        for one in rates
    ]
