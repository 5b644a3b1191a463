"""What the frame of every page needs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wattana.accounts import queries
from wattana.accounts.viewer import NOBODY
from wattana.notices.queries import unread
from wattana.site import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Parts of a page get this, too, and show no notices: they are counted when they are shown."""
    viewer = getattr(request, "viewer", NOBODY)
    offered = navigation.entries(viewer)
    return {
        "viewer": viewer,
        "demo_mode": settings.DEMO,
        "navigation": offered,
        "present": navigation.present(offered, request.path),
        "notices": queries.notices(viewer),
        "unread": SimpleLazyObject(partial(unread, viewer)),
    }
