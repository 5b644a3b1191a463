"""Who withdrew consent to survey and analysis: no new analysis takes their answers.

The rule for all: a consent was withdrawn and none was given again. Callers have checked what the
viewer may read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from wattana.registry.models import Consent

Keys = Collection[int] | QuerySet[Any, Any]


def households(among: Keys | None = None) -> QuerySet[Consent, int]:
    """Keys of the households that withdrew as a whole; among some, or of all."""
    return _withdrawn("household_id", among, person__isnull=True)


def persons(among: Keys | None = None) -> QuerySet[Consent, int]:
    """Keys of the people who withdrew for themselves; among some, or of all."""
    return _withdrawn("person_id", among, person__isnull=False)


def day_of(household: int) -> dt.date | None:
    """The day on which a household withdrew; None where its consent stands or never was told."""
    moments = households([household]).order_by("-withdrawn_at").values_list("withdrawn_at")
    newest = moments.first()
    return timezone.localdate(newest[0]) if newest else None


def _withdrawn(who: str, among: Keys | None, **whose: Any) -> QuerySet[Consent, int]:
    survey = Consent.objects.filter(purpose=Consent.Purpose.SURVEY, **whose)
    if among is not None:
        survey = survey.filter(**{f"{who}__in": among})
    in_force = survey.filter(withdrawn_at__isnull=True).values(who)
    return survey.exclude(withdrawn_at__isnull=True).exclude(**{f"{who}__in": in_force}).values(who)
