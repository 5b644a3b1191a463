"""The rows of the household list as HTML.

Written in Python: for 50 rows the template engine took half of the time of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.kernel import keys
from wattana.kit.dates import format_date
from wattana.registry import naming
from wattana.registry.models import Household
from wattana.registry.queries.lists import Row
from wattana.registry.queries.places import Place


def table_rows(rows: Iterable[Row], areas: Mapping[str, Place]) -> SafeString:
    """The body of the list's table."""
    nobody = gettext("Nobody is recorded yet")
    levels = _levels()
    statuses = {code: str(label) for code, label in Household.ListStatus.choices}
    where = cache(lambda code: naming.place(code, areas))
    return format_html_join(
        "",
        _line(),
        (
            (
                keys.to_text(row.id),
                row.head or nobody,
                naming.house(row.house_no),
                where(row.area),
                row.members,
                _level(row, levels),
                statuses[row.list_status],
                format_date(row.surveyed_on),
            )
            for row in rows
        ),
    )


def _line() -> str:
    """One row with its labels, which are the same for all, and places for what differs."""
    start = reverse("registry:list")
    place, members, level, status, surveyed = (
        escape(label)
        for label in (
            gettext("Place"), gettext("Members"), gettext("Level"), gettext("List status"),
            gettext("Surveyed on"),
        )
    )  # fmt: skip
    return (
        f'<tr><th scope="row"><a href="{start}{{}}/">{{}}</a></th>'
        f'<td data-label="{place}">{{}}, {{}}</td>'
        f'<td class="number" data-label="{members}">{{}}</td>'
        f'<td data-label="{level}">{{}}</td>'
        f'<td data-label="{status}">{{}}</td>'
        f'<td data-label="{surveyed}">{{}}</td></tr>\n'
    )


def options(choices: Iterable[tuple[str, object]], chosen: str) -> SafeString:
    """The options of a filter."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (code, SafeString(" selected") if code == chosen else "", label)
            for code, label in choices
        ),
    )


def _levels() -> dict[int | None, SafeString]:
    """The beginning of a level's cell, and the cell of a household without level."""
    none = format_html('<span class="text-secondary">{}</span>', gettext("not classified yet"))
    return {None: none} | {
        number: format_html(
            '<span class="level level-{}">{}</span> <span class="text-secondary tabular">',
            number,
            naming.level_name(number),
        )
        for number in (1, 2, 3, 4)
    }


def _level(row: Row, levels: Mapping[int | None, SafeString]) -> SafeString:
    if row.score is None:
        return levels[None]
    return SafeString(f"{levels[row.level]}{row.score / 1000:.2f}</span>")
