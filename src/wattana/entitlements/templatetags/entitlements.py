"""Words and amounts of rights in templates."""

from __future__ import annotations

import datetime as dt

from django import template

from wattana.entitlements import words
from wattana.kit.dates import format_date
from wattana.methods.rights import Answer
from wattana.methods.rights.writing import wording as worded

register = template.Library()
register.filter("said", words.said)
register.filter("baht", words.baht)


@register.filter
def wording(answer: Answer) -> str:
    """An outcome in words that fit the class of law."""
    return words.said(worded(answer))


@register.filter
def iso_date(day: str) -> str:
    """A day as a run's summary keeps it."""
    return format_date(dt.date.fromisoformat(day)) if day else "–"
