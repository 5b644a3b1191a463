"""Needs are proposed by themselves for households whose survey was handed in lately."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from wattana.accounts.viewer import System
from wattana.kit import moments
from wattana.referrals.actions import needs
from wattana.registry.models import Household
from wattana.surveys.access import ACCEPTED
from wattana.surveys.models import Visit

_BACK = dt.timedelta(days=7)
_MOST = 3_000
"""Visits a night; those of a large import are looked at over several nights."""


@dataclass
class Report:
    """What was looked at; `mark` is where the next night goes on."""

    households: int = 0
    proposed: int = 0
    mark: str = ""


def run(mark: str = "", most: int = _MOST) -> Report:
    """Propose what rules find missing for the households of visits handed in after `mark`.

    Without a mark for those of a week. Harmless to repeat: what is open or was dismissed is not
    proposed again. Nothing is referred: a person confirms each need.
    """
    rows = Visit.objects.filter(_after(mark), status__in=ACCEPTED)
    rows = rows.filter(household__status=Household.Status.ACTIVE).order_by("submitted_at", "pk")
    found = list(rows.values_list("household", "submitted_at", "pk")[:most])
    report = Report(mark=mark)
    for household, at, key in found:
        report.proposed += len(needs.propose(household=household, by=System()))
        report.households += 1
        report.mark = f"{at.isoformat()} {key}"
    return report


def _after(mark: str) -> Q:
    if not mark:
        return Q(submitted_at__gte=moments.now() - _BACK)
    day, _, key = mark.partition(" ")
    at = dt.datetime.fromisoformat(day)
    return Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=int(key))
