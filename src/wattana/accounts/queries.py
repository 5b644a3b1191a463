"""Reads of accounts: the viewer behind a session, agreements in force, members."""

from __future__ import annotations

from wattana.accounts.models import User
from wattana.accounts.viewer import Viewer


def viewer_of(user: User, member_id: int | None) -> Viewer:
    """The viewer that a signed-in user is, acting as one of her members (the first by default)."""
    raise NotImplementedError
