"""The words of each kind of notice. Upper rooms name their kinds here; `site.wiring` calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

_kinds: dict[str, str | Promise] = {}


def describe(kinds: Mapping[str, str | Promise]) -> None:
    """Add kinds with their sentence, which has `%(name)s` places for the params."""
    _kinds.update(kinds)


def text(kind: str, params: Mapping[str, Any]) -> str:
    """The sentence in the language in force; the bare kind where no room knows it any more."""
    sentence = str(_kinds.get(kind, kind))
    try:
        return sentence % params
    except (KeyError, ValueError):
        return sentence
