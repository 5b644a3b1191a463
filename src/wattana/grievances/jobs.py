"""The daily look at complaints as a job that leaves its next run in the queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django_tasks import task

from wattana.grievances import nightly
from wattana.notices import jobs

_AT = dt.time(5, 40)


@task()
def look_at_grievances() -> dict[str, Any]:
    """Run the nightly job; again tomorrow at twenty to six."""
    with jobs.each_day(look_at_grievances, _AT):
        report = nightly.run()
        return asdict(report) | {"day": report.day.isoformat()}
