"""What the registry knows of households without a survey: the facts that a prediction reads.

No health, no disability, nothing made of them: the score of human capital, and so X, stays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from wattana.assessment.models import HouseholdResult, Run
from wattana.kernel.sealing import Keyring
from wattana.methods.prediction import Facts
from wattana.methods.prediction.facts import Texts, facts
from wattana.registry.models import Household, ListEntry, Person

_SOURCES = ("tpmap", "bmn", "welfare_card", "mso", "leader")
_EARLIER = ("physical", "financial", "natural", "social")
REGISTERED = (
    "members", "children_0_6", "children_7_14", "working_age", "elderly", "women",
    "head_female", "head_age", "couple", "grandchildren", "parents", "away", "lists",
    *(f"list_{source}" for source in _SOURCES),
)  # fmt: skip
"""What the register knows of every household."""
EARLIER = tuple(f"earlier_{capital}" for capital in _EARLIER)
"""Scores of an earlier round."""

Row = dict[str, float | None]


@dataclass(frozen=True)
class Known:
    """Households with their facts, row by row, and the groups whose error is told apart."""

    ids: list[int]
    facts: Facts
    labels: dict[str, Texts]


def known(
    homes: QuerySet[Household], keyring: Keyring, earlier: Mapping[int, Row] | None = None
) -> Known:
    """The facts of some households, with their scores of an earlier round where they are given."""
    names = REGISTERED if earlier is None else (*REGISTERED, *EARLIER)
    people, lists = _people(homes), _lists(homes)
    rows, ids, areas = [], [], []
    for pk, area in homes.order_by("pk").values_list("pk", "area_id"):
        ids.append(pk)
        areas.append(area)
        rows.append(people.get(pk, {}) | lists.get(pk, _NO_LIST) | (earlier or {}).get(pk, {}))
    columns = [[row.get(name) for row in rows] for name in names]
    key = [keyring.pseudonym(str(pk), "household") for pk in ids]
    return Known(ids, facts(names, columns, key, areas), _labels(rows, areas))


def earlier(run: Run, homes: QuerySet[Household], *, before_latest: bool) -> dict[int, Row]:
    """Scores of the capitals in the last round, or in the one before a household's last."""
    rows = HouseholdResult.objects.filter(
        run=run, latest=not before_latest, household__in=homes.values("pk")
    ).order_by("year", "round")  # a later round takes the place of an earlier one
    names = [f"{capital}_score" for capital in _EARLIER]
    return {
        pk: {
            f"earlier_{capital}": None if score is None else score / 1000
            for capital, score in zip(_EARLIER, scores, strict=True)
        }
        for pk, *scores in rows.values_list("household_id", *names)
    }


def _people(homes: QuerySet[Household]) -> dict[int, Row]:
    """Counts of those who live there now, their ages those of the survey's year or of today."""
    year = Coalesce(ExtractYear("household__surveyed_on"), Value(timezone.localdate().year))
    head = Q(relation="head")
    rows = (
        Person.objects.filter(
            household__in=homes.values("pk"), died_on__isnull=True, left_on__isnull=True
        )
        .annotate(age=year - F("birth_year"))
        .values("household_id")
        .annotate(
            n=Count("pk"),
            aged=Count("age"),
            children_0_6=Count("pk", filter=Q(age__lte=6)),
            children_7_14=Count("pk", filter=Q(age__range=(7, 14))),
            working_age=Count("pk", filter=Q(age__range=(15, 59))),
            elderly=Count("pk", filter=Q(age__gte=60)),
            women=Count("pk", filter=Q(sex="female")),
            sexed=Count("pk", filter=~Q(sex="")),
            heads=Count("pk", filter=head & ~Q(sex="")),
            head_women=Count("pk", filter=head & Q(sex="female")),
            head_age=Max("age", filter=head),
            couple=Count("pk", filter=Q(relation="spouse")),
            grandchildren=Count("pk", filter=Q(relation="grandchild")),
            parents=Count("pk", filter=Q(relation="parent")),
            away=Count("pk", filter=Q(registered="here_away")),
        )
        .order_by()
    )
    return {row["household_id"]: _counted(row) for row in rows.iterator(chunk_size=5_000)}


def _counted(row: Mapping[str, Any]) -> Row:
    """Counts as facts: what nobody recorded is not known, rather than none."""
    ages = ("children_0_6", "children_7_14", "working_age", "elderly")
    return {
        "members": row["n"],
        **{name: row[name] if row["aged"] else None for name in ages},
        "women": row["women"] / row["sexed"] if row["sexed"] else None,
        "head_female": min(row["head_women"], 1) if row["heads"] else None,
        "head_age": row["head_age"],
        **{name: min(row[name], 1) for name in ("couple", "parents")},
        **{name: row[name] for name in ("grandchildren", "away")},
    }


_NO_LIST: Row = {"lists": 0, **{f"list_{source}": 0 for source in _SOURCES}}


def _lists(homes: QuerySet[Household]) -> dict[int, Row]:
    """On how many lists the household or one of its people stands; never what was verified."""
    on = {f"list_{one}": Count("pk", filter=Q(source=one)) for one in _SOURCES}
    rows = (
        ListEntry.objects.filter(household__in=homes.values("pk"))
        .values("household_id")
        .annotate(lists=Count("source", distinct=True), **on)
        .order_by()
    )
    return {
        row["household_id"]: {
            "lists": row["lists"],
            **{name: min(row[name], 1) for name in on},
        }
        for row in rows.iterator(chunk_size=5_000)
    }


def _labels(rows: Iterable[Row], areas: list[str]) -> dict[str, Texts]:
    rows = list(rows)
    return {
        "district": np.array([area[:4] for area in areas], np.str_),
        "head": np.array([_head(row) for row in rows], np.str_),
        "type": np.array([_type(row) for row in rows], np.str_),
    }


def _head(row: Row) -> str:
    known = row.get("head_female")
    return "unknown" if known is None else "female" if known else "male"


def _type(row: Row) -> str:
    """The kind of household, as far as ages and relations tell."""
    if row.get("members") == 1:
        return "single"
    if row.get("grandchildren") or row.get("parents"):
        return "generations"
    if row.get("children_0_6") or row.get("children_7_14"):
        return "children"
    return "adults"
