"""The whole registry as plain values, to say that two moments are equal."""

from __future__ import annotations

from typing import Any

from wattana.registry.models import Consent, Household, Identifier, ListEntry, Membership, Person

MODELS = (Household, Person, Membership, ListEntry, Consent, Identifier)


def snapshot() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that a merge may touch."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}
