"""The daily look as a job that leaves its next run in the queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django_tasks import task

from wattana.kit import moments
from wattana.notices import jobs
from wattana.referrals import nightly

_AT = dt.time(5, 30)


@task()
def look_at_referrals() -> dict[str, Any]:
    """Run the nightly job; again tomorrow at half past five."""
    try:
        report = nightly.run()
        jobs.tidy()
        return asdict(report) | {"day": report.day.isoformat()}
    finally:
        day = moments.today() + dt.timedelta(days=1)
        jobs.again(look_at_referrals, timezone.make_aware(dt.datetime.combine(day, _AT)))
