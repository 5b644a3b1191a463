"""The rows of the household list as HTML.

Written in Python: for 50 rows the template engine took half of the time of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.kernel import keys
from wattana.kit.dates import format_date
from wattana.kit.words import kept_by_language
from wattana.registry import naming
from wattana.registry.models import Household, Person
from wattana.registry.queries.lists import Row
from wattana.registry.queries.places import Place
from wattana.registry.queries.search import Matched


def table_rows(
    rows: Iterable[Row], areas: Mapping[str, Place], matched: Mapping[int, Matched]
) -> SafeString:
    """The body of the list's table; under the head who was looked for, where it is another."""
    line, levels, statuses = _fixed()
    where = cache(lambda code: escape(naming.place(code, areas)))
    on = cache(format_date)
    return SafeString(
        "".join(
            line.format(
                keys.to_text(row.id),
                escape(row.head or naming.without_head(row.members)),
                _who(matched.get(row.id)),
                escape(naming.house(row.house_no, row.road)),
                where(row.area),
                row.members,
                _level(row, levels),
                statuses[row.list_status],
                on(row.surveyed_on),
            )
            for row in rows
        )
    )


def _who(found: Matched | None) -> str:
    if found is None:
        return ""
    relation = Person.Relation(found.relation).label if found.relation else ""
    name = f"{found.name} ({relation})" if relation else found.name
    told = gettext("Found: %(name)s") % {"name": name}
    return f'<span class="d-block fw-normal small">{escape(told)}</span>'


@kept_by_language(8)
def _fixed() -> tuple[str, Mapping[int | str, str], Mapping[str, str]]:
    """One row with its labels and places for what differs; what stands in some of these."""
    start = reverse("registry:list")
    place, members, level, status, surveyed = (
        escape(str(label))
        for label in (
            gettext("Place"), gettext("Members"), gettext("Level"), gettext("List status"),
            gettext("Surveyed on"),
        )
    )  # fmt: skip
    line = (
        f'<tr><th scope="row"><a href="{start}{{}}/">{{}}</a>{{}}</th>'
        f'<td data-label="{place}">{{}}, {{}}</td>'
        f'<td class="number" data-label="{members}">{{}}</td>'
        f'<td data-label="{level}">{{}}</td>'
        f'<td data-label="{status}">{{}}</td>'
        f'<td data-label="{surveyed}">{{}}</td></tr>\n'
    )
    statuses = {code: escape(str(label)) for code, label in Household.ListStatus.choices}
    return line, _levels(), statuses


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


def _levels() -> dict[int | str, str]:
    """The beginning of a level's cell, the cell of a household without level, and of one that
    withdrew its consent."""
    said = format_html('<span class="text-secondary">{}</span>', gettext("not classified yet"))
    withdrawn = format_html('<span class="text-secondary">{}</span>', gettext("consent withdrawn"))
    return {"none": said, "withdrawn": withdrawn} | {
        number: format_html(
            '<span class="level level-{}">{}</span> <span class="text-secondary tabular">',
            number,
            naming.level_name(number),
        )
        for number in (1, 2, 3, 4)
    }


def _level(row: Row, levels: Mapping[int | str, str]) -> str:
    if row.level is None or row.score is None:
        return levels["withdrawn" if row.withdrawn else "none"]
    return f"{levels[row.level]}{row.score / 1000:.2f}</span>"
