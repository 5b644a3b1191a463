"""Words and amounts of rights in templates."""

from __future__ import annotations

import datetime as dt

from django import template

from wattana.entitlements import words
from wattana.kit.dates import format_date
from wattana.methods.rights import Answer
from wattana.methods.rights.writing import wording as worded
from wattana.rules.files import Words

register = template.Library()
register.filter("said", words.said)
register.filter("baht", words.baht)
register.filter("in_words", words.in_words)
register.filter("registration", words.registration)


@register.filter
def wording(answer: Answer) -> str:
    """An outcome in words that fit the class of law."""
    return words.said(worded(answer))


@register.filter
def iso_date(day: str) -> str:
    """A day as a run's summary keeps it."""
    return format_date(dt.date.fromisoformat(day)) if day else "–"


@register.filter
def cost(whole: dict[str, int]) -> int:
    """Satang a year that a trial's summary says more (or less, below zero)."""
    return whole["after"] - whole["before"]


@register.filter
def share(part: int, of: int) -> float | None:
    """A part of a whole, or None of nothing."""
    return part / of if of else None


@register.filter
def spoken(texts: dict[str, str]) -> str:
    """A text that is kept in both languages, in the one in force."""
    return words.said(Words(texts["th"], texts["en"]))
