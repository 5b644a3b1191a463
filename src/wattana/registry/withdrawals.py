"""Who withdrew consent: to survey and analysis, so that no new analysis takes their answers; to
research, which does without them.

The rule for all: a consent was withdrawn and none was given again. Callers have checked what the
viewer may read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.utils import timezone

from wattana.kit.prepared import Given, Many, prepared
from wattana.registry.models import Consent

_SURVEY = Consent.Purpose.SURVEY
Keys = Collection[int] | Collection[Given] | QuerySet[Any, Any]


def households(among: Keys | None = None, purpose: str = _SURVEY) -> QuerySet[Consent, int]:
    """Keys of the households that withdrew as a whole; among some, or of all."""
    return _withdrawn("household_id", among, purpose, person__isnull=True)


def persons(among: Keys | None = None, purpose: str = _SURVEY) -> QuerySet[Consent, int]:
    """Keys of the people who withdrew for themselves; among some, or of all."""
    return _withdrawn("person_id", among, purpose, person__isnull=False)


def of_list(homes: list[int]) -> set[int]:
    """Those of some households that withdrew as a whole; for lists, which ask often."""
    return {home for (home,) in _of_list(homes=homes)} if homes else set()


@prepared(homes=Many(BigIntegerField()))
def _of_list(homes: list[Given]) -> QuerySet[Consent, Any]:
    return households(homes).values_list("household_id")


def day_of(household: int) -> dt.date | None:
    """The day on which a household withdrew; None where its consent stands or never was told."""
    moments = households([household]).order_by("-withdrawn_at").values_list("withdrawn_at")
    newest = moments.first()
    return timezone.localdate(newest[0]) if newest else None


def _withdrawn(who: str, among: Keys | None, purpose: str, **whose: Any) -> QuerySet[Consent, int]:
    given = Consent.objects.filter(purpose=purpose, **whose)
    if among is not None:
        given = given.filter(**{f"{who.removesuffix('_id')}__id__in": among})
    in_force = given.filter(withdrawn_at__isnull=True).values(who)
    return given.exclude(withdrawn_at__isnull=True).exclude(**{f"{who}__in": in_force}).values(who)
