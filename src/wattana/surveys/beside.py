"""What rooms above show on the page of a visit that is being recorded; they register here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from wattana.surveys.models import Visit

Offer = Callable[[HttpRequest, Visit], SafeString | None]

_offers: list[Offer] = []


def register(offer: Offer) -> None:
    """Add an offer; harmless to repeat. It answers HTML, or None where it has nothing to say.

    The visit is within the viewer's scope, who may record it.
    """
    if offer not in _offers:
        _offers.append(offer)


def offered(request: HttpRequest, visit: Visit) -> list[SafeString]:
    """What all offers show, in the order of their registration."""
    found = (offer(request, visit) for offer in _offers)
    return [one for one in found if one]
