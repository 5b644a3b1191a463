"""The agency's caseworker: referrals come with a later version; figures of the areas until then."""

from __future__ import annotations

from typing import Any

from wattana.accounts.viewer import Viewer
from wattana.reports.landings.summary import summary


def context(viewer: Viewer) -> dict[str, Any]:
    """The figures of the areas that an agreement opens to the agency."""
    return {"summary": summary(viewer)}
