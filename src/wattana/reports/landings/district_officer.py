"""The district officer: her tambons side by side, those furthest behind first."""

from __future__ import annotations

from typing import Any

from wattana.accounts.viewer import Viewer
from wattana.referrals.queries import board
from wattana.reports import queries
from wattana.reports.landings.summary import summary


def context(viewer: Viewer) -> dict[str, Any]:
    """Where cases wait, the areas below hers with their figures, how far the round has come."""
    code = queries.top_area(viewer)
    return {
        "summary": summary(viewer),
        "referrals": board.standing(viewer),
        "progress": queries.progress(viewer, code) if code else None,
    }
