"""A small province in which households with many children are poor."""

from __future__ import annotations

import random

from django.utils import timezone

from tests import factories
from tests.assessment.conftest import assessed, installation, plain, plainly, scored
from tests.once import once
from wattana.kit import vault
from wattana.registry.models import Household, ListEntry, Person

__all__ = ["installation", "plain"]


def home(village: str, children: int, *, ill: bool = False) -> Household:
    """A household of a head and some children, not surveyed yet."""
    made = factories.household(village)
    year = timezone.localdate().year
    factories.person(made, relation="head", sex="female", birth_year=year - 40)
    for number in range(children):
        factories.person(made, relation="child", sex="male", birth_year=year - 5 - number % 2)
    if children > 2:
        ListEntry.objects.create(household=made, source="tpmap", source_year=2025)
    return made


@once(SMALL_GROUP=1)
def learnt():
    """150 surveyed households in 12 villages, most of those with children at level 1; a run."""
    vault.create_if_missing()
    draw = random.Random(5)
    for number in range(150):
        children = draw.choice((0, 1, 3, 4))
        poor = draw.random() < (0.9 if children > 2 else 0.1)
        tambon = ("330103", "330105", "330201")[number % 3]
        made = home(f"{tambon}{1 + number % 4:02}", children)
        scored(made.area_id, 1.2 if poor else 3.0, home=made)
    with plainly():
        run = assessed()
    Household.objects.update(surveyed_on="2025-05-30")
    assert Person.objects.count() > 150
    return run
