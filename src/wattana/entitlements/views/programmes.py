"""The programmes of the rulebook, and one of them in plain words."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.entitlements import words
from wattana.kernel.problems import N_, NotFound
from wattana.rules import programmes as rulebook
from wattana.rules.programmes import Amount, Programme

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
        "on": sum(one.is_on for one in found),
        "all": len(found),
    }
    return render(request, "entitlements/programmes.html", context)


@policy(Permission.RIGHTS_VIEW)
@require_safe
def programme(request: HttpRequest, programme: str) -> HttpResponse:
    """One programme: what the law says, as it is applied here."""
    found = known(programme)
    context = {
        **_row(found),
        "confidence": words.CONFIDENCE[found.confidence],
        "review": words.REVIEWS[found.review["state"]],
        "arrears": words.ARREARS[found.arrears["rule"]] % {"months": found.arrears["months"]},
        "dimension": words.DIMENSIONS[found.dimension],
        "amounts": [(one, _rates(one)) for one in found.amounts],
        "related": [rulebook.load()[one] for one in found.see_also if one in rulebook.load()],
        "gateways": {one: rulebook.load()[one] for one in found.gateways},
        "cases": [(one, words.OUTCOMES[one.expected["outcome"]]) for one in found.cases],
    }
    return render(request, "entitlements/programme.html", context)


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
