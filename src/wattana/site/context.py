"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from wattana.accounts import queries
from wattana.accounts.viewer import NOBODY
from wattana.notices.queries import unread
from wattana.site import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", NOBODY)
    return {
        "viewer": viewer,
        "demo_mode": settings.DEMO,
        "navigation": navigation.entries(viewer),
        "notices": queries.notices(viewer),
        "unread": unread(viewer),
    }
