"""Texts of the rulebook on the screen."""

from __future__ import annotations

from django.utils.translation import get_language

from wattana.rules.files import Words


def said(words: Words | None) -> str:
    """A text of the rulebook in the language in force."""
    if words is None:
        return ""
    return words.th if get_language() == "th" else words.en or words.th
