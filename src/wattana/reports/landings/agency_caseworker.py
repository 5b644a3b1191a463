"""The agency's caseworker: her inbox, what is late first, and the figures of her areas."""

from __future__ import annotations

from typing import Any

from wattana.accounts.viewer import Viewer
from wattana.referrals.queries import lists
from wattana.referrals.queries.lists import Filters
from wattana.reports.landings.summary import summary

_FIRST = 15


def context(viewer: Viewer) -> dict[str, Any]:
    """The cases that wait for the agency, those due first."""
    found = lists.referrals(viewer, Filters(box=lists.INBOX, turn="mine"))
    return {
        "summary": summary(viewer),
        "referrals": lists.counts(viewer),
        "first": found.rows[:_FIRST],
        "waiting": found.count,
    }
