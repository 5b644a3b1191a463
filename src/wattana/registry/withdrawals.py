"""Who withdrew consent: to survey and analysis, so that no new analysis takes their answers; to
research, which does without them.

The rule for all: a consent was withdrawn and none was given again. Callers have checked what the
viewer may read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from wattana.kit.prepared import Given, Many, prepared
from wattana.registry.models import Consent, Household

_SURVEY = Consent.Purpose.SURVEY
Keys = Collection[int] | QuerySet[Any, Any]
Days = dict[int, dt.date]
"""On which day somebody withdrew, by key."""


def households(among: Keys | None = None, purpose: str = _SURVEY) -> QuerySet[Consent, int]:
    """Keys of the households that withdrew as a whole; among some, or of all."""
    return _withdrawn("household_id", among, purpose, person__isnull=True)


def persons(among: Keys | None = None, purpose: str = _SURVEY) -> QuerySet[Consent, int]:
    """Keys of the people who withdrew for themselves; among some, or of all."""
    return _withdrawn("person_id", among, purpose, person__isnull=False)


class Told(NamedTuple):
    """What is on record of consent to survey and analysis."""

    homes: Days  # which withdrew as a whole
    people: Days  # who withdrew for themselves
    given: Days  # homes where a consent stands, of the whole or of a member: the latest
    again: set[int]  # homes which withdrew as a whole and agreed again


def told(*, homes: Collection[int] = (), people: Collection[int] = ()) -> Told:
    """Of some households and some people; for pages and lists, which ask often."""
    ended: list[dict[int, list[dt.datetime | None]]] = [defaultdict(list), defaultdict(list)]
    given: Days = {}
    for home, person, given_at, withdrawn_at in _told(homes=homes, people=people):
        ended[person is not None][person or home].append(withdrawn_at)
        if withdrawn_at is None:
            day = timezone.localdate(given_at)
            given[home] = max(day, given.get(home, day))
    again = {home for home, moments in ended[0].items() if None in moments and any(moments)}
    return Told(_withdrew(ended[0]), _withdrew(ended[1]), given, again)


def days(*, homes: Collection[int] = (), people: Collection[int] = ()) -> tuple[Days, Days]:
    """Those that withdrew, households as a whole and people for themselves."""
    return told(homes=homes, people=people)[:2]


def level_follows(home: Household, said: Told) -> str:
    """What is said in place of the level of a surveyed household that has none just because it
    withdrew, and agreed again after the latest assessment; "" of others."""
    lost = home.standing_level is None and home.surveyed_on is not None
    if not lost or home.pk not in said.again:
        return ""
    return gettext("Level and score follow with the next assessment.")


@prepared(homes=Many(BigIntegerField()), people=Many(BigIntegerField()))
def _told(homes: list[Given], people: list[Given]) -> QuerySet[Consent, Any]:
    whole = Q(household__id__in=homes, person__isnull=True)
    rows = Consent.objects.filter(whole | Q(person__id__in=people), purpose=_SURVEY)
    return rows.values_list("household_id", "person_id", "given_at", "withdrawn_at")


def _withdrew(ended: Mapping[int, list[dt.datetime | None]]) -> Days:
    return {
        key: timezone.localdate(max(one for one in moments if one))
        for key, moments in ended.items()
        if None not in moments
    }


def _withdrawn(who: str, among: Keys | None, purpose: str, **whose: Any) -> QuerySet[Consent, int]:
    given = Consent.objects.filter(purpose=purpose, **whose)
    if among is not None:
        given = given.filter(**{f"{who}__in": among})
    in_force = given.filter(withdrawn_at__isnull=True).values(who)
    return given.exclude(withdrawn_at__isnull=True).exclude(**{f"{who}__in": in_force}).values(who)
