"""The sections of a household's page, of this room and the upper ones; `site.wiring` calls them.

A section is worked out and sent when it is opened: the first with the page, the others on request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from wattana.accounts.permissions import Permission
from wattana.registry.models import Household


@dataclass(frozen=True)
class Panel:
    """A section of the household page.

    `render(request, home)` returns its HTML, or None when there is nothing to show; the household
    is within the viewer's scope when it is called, and comes with its area and owner.

    `lead(request, home)` may return a step of the section that its page offers first: words and
    address. It asks the database nothing.
    """

    key: str
    title: Promise
    order: int
    permission: Permission
    render: Callable[[HttpRequest, Household], SafeString | None]
    lead: Callable[[HttpRequest, Household], tuple[Promise, str] | None] | None = None


OPEN = "open"
"""What the address of a page asks to be opened, by key; `ALL` for everything."""
ALL = "all"

_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; a second one of the same key takes the place of the first."""
    _panels[panel.key] = panel


def panels() -> list[Panel]:
    """All panels in the order in which the page shows them."""
    return sorted(_panels.values(), key=lambda panel: panel.order)


def address(household: int, key: str) -> str:
    """The household's page with this section open."""
    return f"{reverse('registry:household', args=[household])}?{OPEN}={key}#{key}"
