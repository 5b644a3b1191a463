"""The words of each kind of notice and of each job. Upper rooms name theirs, see `site.wiring`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_kinds: dict[str, str | Promise] = {
    "wattana.notices.jobs.send_notices": _("messages are sent"),
}


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
