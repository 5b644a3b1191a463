"""Texts of the rulebook on the screen, and texts that are kept for each language."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import TypeVar

from django.utils.translation import get_language, gettext_noop

from wattana.rules.files import Words

Text = TypeVar("Text")

# Django's own sentence of every form: in the catalogue here, so that the Thai says what to do.
REQUIRED = gettext_noop("This field is required.")


def said(words: Words | None) -> str:
    """A text of the rulebook in the language in force."""
    if words is None:
        return ""
    return words.th if get_language() == "th" else words.en or words.th


def kept_by_language(
    most: int,
) -> Callable[[Callable[..., Text]], Callable[..., Text]]:
    """Keep what a function says of its arguments, which tell all, in each language.

    For what a list says hundreds of times: a translation costs more than a look-up.
    """

    def keeping(function: Callable[..., Text]) -> Callable[..., Text]:
        @lru_cache(maxsize=most)
        def kept(_language: str | None, *arguments: Hashable) -> Text:
            return function(*arguments)

        @wraps(function)
        def saying(*arguments: Hashable) -> Text:
            return kept(get_language(), *arguments)

        return saying

    return keeping
