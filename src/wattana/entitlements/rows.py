"""The rows of the list of missing rights as HTML, written in Python as those of other lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.entitlements import words
from wattana.entitlements.queries import MissingRow
from wattana.entitlements.remedies import Missed
from wattana.kernel import keys
from wattana.kit.dates import format_date
from wattana.kit.words import kept_by_language
from wattana.rules.programmes import Programme


def table_rows(
    rows: Iterable[MissingRow], offered: Mapping[Missed, SafeString], *, can_view: bool
) -> SafeString:
    """The body of the table; `offered`: what to do about each, a column that is there with any.

    What rows say alike (places, rights, sums) is written once for the page.
    """
    line, page, todo = _fixed()
    page, todo = page if can_view else "", todo if offered else ""
    text, right, where = cache(escape), cache(_right), cache(_where)
    baht = cache(lambda satang: words.baht(satang) if satang else "–")

    def cells(row: MissingRow) -> tuple[str, ...]:
        key, name = keys.to_text(row.household), escape(row.name or row.place)
        return (
            key, name, page.format(key, name), right(row.programme), text(row.place),
            where(row.programme, row.registration_over), baht(row.satang_year),
            todo.format(offered.get(row.missed, "")),
        )  # fmt: skip

    return SafeString("".join(line.format(*cells(row)) for row in rows))


@kept_by_language(8)
def _fixed() -> tuple[str, str, str]:
    """One row with its labels and places for what differs; the link to the paper of a household,
    with places for its key and whose it is; the column of what to do."""
    right, place, where, baht, todo = (
        escape(label)
        for label in (
            gettext("Right"), gettext("Place"), gettext("Where to apply"), gettext("Baht a year"),
            gettext("What to do"),
        )
    )  # fmt: skip
    start = reverse("registry:list")
    line = (
        f'<tr>\n<th scope="row"><a href="{start}{{}}/?open=rights#rights">{{}}</a>{{}}</th>\n'
        f'<td data-label="{right}">{{}}</td>\n'
        f'<td data-label="{place}">{{}}</td>\n'
        f'<td data-label="{where}">{{}}</td>\n'
        f'<td data-label="{baht}" class="number">{{}}</td>{{}}\n</tr>'
    )
    start, end = reverse("entitlements:family_page", args=[0]).split(keys.to_text(0))
    page = (
        f'<span class="d-block fw-normal"><a href="{start}{{}}{end}">'
        f"{escape(gettext('Page for the family (PDF)'))}"
        '<span class="visually-hidden"> {}</span></a></span>'
    )
    return line, page, f'\n<td data-label="{todo}">{{}}</td>'


def _right(programme: Programme) -> str:
    address = reverse("entitlements:programme", args=[programme.id])
    return f'<a href="{address}">{escape(words.said(programme.title))}</a>'


def _where(programme: Programme, registration_over: dt.date | None) -> str:
    """Where to apply, and that nobody can any more."""
    where = escape(words.said(programme.where))
    if registration_over is None:
        return where
    said = gettext("The last registration known ended on %(day)s.")
    over = escape(said % {"day": format_date(registration_over)})
    return f'{where}<span class="d-block text-secondary">{over}</span>'
