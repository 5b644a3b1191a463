"""What a room above offers for rights that are missed; it registers here by `site.wiring`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest
from django.utils.safestring import SafeString

Missed = tuple[int, int | None, str]
"""Household, person (None: it is the household's right), programme."""
Offer = Callable[[HttpRequest, Sequence[Missed]], Mapping[Missed, SafeString]]

_offers: list[Offer] = []


def register(offer: Offer) -> None:
    """Add an offer; harmless to repeat.

    `offer(request, missed)` answers the HTML of what may be done for each; the households are
    within the viewer's scope.
    """
    if offer not in _offers:
        _offers.append(offer)


def offered(request: HttpRequest, missed: Sequence[Missed]) -> dict[Missed, SafeString]:
    """What may be done, all offers side by side."""
    found: dict[Missed, SafeString] = {}
    for offer in _offers:
        for one, shown in offer(request, missed).items():
            found[one] = found.get(one, SafeString("")) + shown
    return found
