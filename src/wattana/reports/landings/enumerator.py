"""The enumerator: today's households. Drafts to resume, visits to correct, homes to visit."""

from __future__ import annotations

from typing import Any

from wattana.accounts.viewer import Viewer
from wattana.reports.landings.places import begun, task
from wattana.surveys import queries as surveys

_NEXT = 12  # households offered to be visited next; the list has them all


def context(viewer: Viewer) -> dict[str, Any]:
    """The work of the current round, as tasks with their places."""
    work = surveys.work(viewer, size=_NEXT)
    return {
        "work": work,
        **begun(work),
        "next_homes": [task(item, work.areas) for item in work.households],
    }
