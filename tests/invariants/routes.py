"""All routes of the site, for the tests that hold for every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    name: str  # "registry:household"
    view: Any
    arguments: tuple[str, ...]


def all_routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[Route]:
    """Every route of the site with its full name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from all_routes(entry, inner)
        elif isinstance(entry, URLPattern):
            arguments = tuple(entry.pattern.converters)
            yield Route(f"{namespace}{entry.name}", entry.callback, arguments)
