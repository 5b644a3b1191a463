"""Referrals of the demo province: half a year of cases, and needs that wait for an officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from wattana.accounts.models import Organization
from wattana.accounts.viewer import System
from wattana.notices.models import Notice
from wattana.referrals.actions import needs
from wattana.referrals.simulation import simulate
from wattana.registry.models import Household

_MONTHS, _A_MONTH, _PROPOSED_FOR = 6, 20, 25
_READ_AFTER = 10  # days after which the demo's members have read their notices


def bring_in(owner: Organization, seed: int, by: System, progress: Callable[[float], None]) -> None:
    """Simulate the past months and let the rules propose for the hardest of one authority."""
    simulate(months=_MONTHS, seed=seed, per_month=_A_MONTH, keep=True, progress=progress)
    old = timezone.now() - dt.timedelta(days=_READ_AFTER)
    Notice.objects.filter(at__lt=old).update(read_at=old)
    rows = Household.objects.filter(owner=owner, standing_level=1, status="active")
    for key in rows.order_by("standing_score", "id").values_list("pk", flat=True)[:_PROPOSED_FOR]:
        needs.propose(household=key, by=by)
