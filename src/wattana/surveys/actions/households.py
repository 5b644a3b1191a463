"""What a household keeps of its visits."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max, OuterRef, Subquery

from wattana.registry.models import Household
from wattana.surveys.access import ACCEPTED
from wattana.surveys.models import Visit


def refresh_surveyed_on(households: Collection[int]) -> None:
    """Write the day of the latest visit that counts to the households."""
    latest = (
        Visit.objects.filter(household=OuterRef("pk"), status__in=ACCEPTED)
        .order_by()
        .values("household")
        .annotate(day=Max("surveyed_on"))
        .values("day")
    )
    Household.objects.filter(pk__in=households).update(surveyed_on=Subquery(latest))
