"""The daily work on referrals as jobs, each of which leaves its next run in the queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django_tasks import task

from wattana.notices import jobs
from wattana.referrals import nightly, proposing

_LOOK_AT, PROPOSE_AT = dt.time(5, 30), dt.time(4, 30)


@task()
def look_at_referrals() -> dict[str, Any]:
    """Run the nightly job; again tomorrow at half past five."""
    with jobs.each_day(look_at_referrals, _LOOK_AT):
        report = nightly.run()
        jobs.tidy()
        return asdict(report) | {"day": report.day.isoformat()}


@task()
def propose_needs(mark: str = "") -> dict[str, Any]:
    """Let the rules propose for households surveyed since; again tomorrow at half past four."""
    following = {"mark": mark}
    with jobs.each_day(propose_needs, PROPOSE_AT, following):
        report = proposing.run(mark)
        following["mark"] = report.mark
        return asdict(report)
