"""Walks from page to page as a member would, once to every kind of page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

from tests.browser.conftest import Desk

UNFOLDED = {"registry:household": "?open=all"}
"""Pages whose sections come when they are opened: all of them at once."""
DOWNLOADS = ("export", "rejected", "csv", "download", "_file", "_markdown", "_json")


def every_kind_of_page(desk: Desk, start: str = "/") -> Iterator[str]:
    """Open one page of each route that links lead to, beginning at `start`; yields its address."""
    waiting, seen = [start], set()
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if route is None or route in seen:
            continue
        seen.add(route)
        desk.open(address + UNFOLDED.get(route, ""))
        yield address
        waiting += links(desk)


def route_of(address: str) -> str | None:
    """The name of the route behind an address, None for files and downloads."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    name = found.view_name
    if parts.path.endswith(".pdf") or any(word in f"{name}?{parts.query}" for word in DOWNLOADS):
        return None
    return name


def links(desk: Desk) -> list[str]:
    """Addresses of this site that the page links to."""
    found = desk.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    here = desk.page.url
    whole = [urlsplit(urljoin(here, one)) for one in found if not one.startswith("#")]
    return [
        f"{one.path}?{one.query}" if one.query else one.path
        for one in whole
        if one.netloc == urlsplit(here).netloc
    ]
