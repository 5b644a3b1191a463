"""What upper rooms show on a household's page. They register here; `site.wiring` calls them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from wattana.accounts.permissions import Permission


@dataclass(frozen=True)
class Panel:
    """A section of the household page.

    `render(request, household_id)` returns its HTML, or None when there is nothing to show; the
    household is within the viewer's scope when it is called.
    """

    key: str
    title: Promise
    order: int
    permission: Permission
    render: Callable[[HttpRequest, int], SafeString | None]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; a second one of the same key takes the place of the first."""
    _panels[panel.key] = panel


def panels() -> list[Panel]:
    """All panels in the order in which the page shows them."""
    return sorted(_panels.values(), key=lambda panel: panel.order)
