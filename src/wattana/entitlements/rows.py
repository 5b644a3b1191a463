"""The rows of the list of missing rights as HTML, written in Python as those of other lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.entitlements import words
from wattana.entitlements.queries import MissingRow
from wattana.entitlements.remedies import Missed
from wattana.kernel import keys
from wattana.kit.dates import format_date
from wattana.rules.programmes import Programme

NOTHING = SafeString("")


def table_rows(
    rows: Iterable[MissingRow], offered: Mapping[Missed, SafeString], *, can_view: bool
) -> SafeString:
    """The body of the table; `offered`: what to do about each, a column that is there with any."""
    page = _page_of_family() if can_view else ""
    right = cache(_right)
    todo = f'\n<td data-label="{escape(gettext("What to do"))}">{{}}</td>'
    return format_html_join(
        "",
        _line(),
        (
            (
                (key := keys.to_text(row.household)),
                row.name or row.place,
                format_html(page, key, row.name or row.place) if page else NOTHING,
                right(row.programme),
                row.place,
                words.said(row.programme.where),
                _registration(row),
                words.baht(row.satang_year) if row.satang_year else "–",
                format_html(todo, offered.get(row.missed, "")) if offered else NOTHING,
            )
            for row in rows
        ),
    )


def _line() -> str:
    """One row with its labels, which are the same for all, and places for what differs."""
    right, place, where, baht = (
        escape(label)
        for label in (
            gettext("Right"), gettext("Place"), gettext("Where to apply"), gettext("Baht a year"),
        )
    )  # fmt: skip
    start = reverse("registry:list")
    return (
        f'<tr>\n<th scope="row"><a href="{start}{{}}/?open=rights#rights">{{}}</a>{{}}</th>\n'
        f'<td data-label="{right}">{{}}</td>\n'
        f'<td data-label="{place}">{{}}</td>\n'
        f'<td data-label="{where}">{{}}{{}}</td>\n'
        f'<td data-label="{baht}" class="number">{{}}</td>{{}}\n</tr>'
    )


def _page_of_family() -> str:
    """The link to the paper of a household, with places for its key and whose it is."""
    start, end = reverse("entitlements:family_page", args=[0]).split(keys.to_text(0))
    return (
        f'<span class="d-block fw-normal"><a href="{start}{{}}{end}">'
        f"{escape(gettext('Page for the family (PDF)'))}"
        '<span class="visually-hidden"> {}</span></a></span>'
    )


def _right(programme: Programme) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>',
        reverse("entitlements:programme", args=[programme.id]), words.said(programme.title),
    )  # fmt: skip


def _registration(row: MissingRow) -> SafeString:
    if not row.registration_over:
        return NOTHING
    said = gettext("The last registration known ended on %(day)s.")
    day = {"day": format_date(row.registration_over)}
    return format_html('<span class="d-block text-secondary">{}</span>', said % day)
