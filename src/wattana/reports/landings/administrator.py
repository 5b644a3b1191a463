"""The administrator: who waits for approval, which agreements end."""

from __future__ import annotations

from typing import Any

from wattana.accounts import queries as accounts
from wattana.accounts.agreements import State
from wattana.accounts.models import User
from wattana.accounts.viewer import Viewer

_SHOWN = 10


def context(viewer: Viewer) -> dict[str, Any]:
    """Accounts that wait, agreements that end within 90 days."""
    return {
        "waiting": accounts.members(viewer, status=User.Status.PENDING, size=_SHOWN),
        "invited": accounts.members(viewer, status=User.Status.INVITED, size=_SHOWN),
        "ending": accounts.agreements(viewer, state=State.ENDING, size=_SHOWN),
    }
