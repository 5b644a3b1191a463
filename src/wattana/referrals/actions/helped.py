"""When the help of a case came: the only place that writes it, with what is counted by it."""

from __future__ import annotations

import datetime as dt

from wattana.referrals.models import Referral


def mark(found: Referral, on: dt.date | None) -> None:
    """Help came on that day, or (None) did not; the caller holds the lock and saves the case.

    Other cases of the same need are closed and stay as they are, but for whether they are the only
    one that was helped.
    """
    others = Referral.objects.filter(need=found.need_id, helped_on__isnull=False).exclude(
        pk=found.pk
    )
    keys = list(others.values_list("pk", flat=True))
    again = len(keys) + (on is not None) > 1
    Referral.objects.filter(pk__in=keys).exclude(helped_again=again).update(helped_again=again)
    found.helped_on = on
    found.helped_after = None if on is None else (on - found.need.found_on).days
    found.helped_again = again and on is not None
