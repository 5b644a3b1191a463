"""Filters that every page uses; built in, so that templates need no `load`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from wattana.kernel import keys
from wattana.kit.dates import format_date, format_year

register = template.Library()

register.filter("date_th", format_date)
register.filter("year_th", format_year)
register.filter("key", keys.to_text)


@register.filter
def number(value: float | Decimal | None, places: int = 0) -> str:
    """Write a number with thousands commas, a dash where there is none."""
    return "–" if value is None else f"{value:,.{places}f}"


@register.filter
def percent(value: float | None, places: int = 0) -> str:
    """Write a share (0 … 1) as a percentage, a dash where there is none."""
    return "–" if value is None else f"{value * 100:.{places}f}%"


@register.filter
def in_language(value: object, attribute: str = "name") -> str:
    """The Thai or English form of an object or a row that has `name_th` and `name_en`.

    Thai stands in where English is empty.
    """
    read = value.get if isinstance(value, Mapping) else partial(getattr, value)
    thai = read(f"{attribute}_th", "")
    return thai if get_language() == "th" else read(f"{attribute}_en", "") or thai


@register.filter
def together(address: object) -> SafeString:
    """An address whose parts, such as names of places, a line keeps together where it can."""
    parts = str(address).split(", ")
    told = [f"{part}," for part in parts[:-1]] + parts[-1:]
    return format_html_join(" ", '<span class="together">{}</span>', ((part,) for part in told))


@register.filter
def item(mapping: dict[object, object], key: object) -> object:
    """Look up a key of a mapping."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, HttpRequest], **changes: object) -> str:
    """The present address's query with some parameters changed; None or "" takes one away."""
    query = context["request"].GET.dict()
    query.update({name: str(value) for name, value in changes.items() if value not in (None, "")})
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
    return "?" + urlencode(query)
