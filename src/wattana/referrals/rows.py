"""The rows of a list of referrals as HTML, written in Python as those of the household list."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.kernel import keys
from wattana.kit.dates import format_date
from wattana.methods.referral.clocks import Clock
from wattana.referrals import words
from wattana.referrals.queries.lists import Row

ALL = "all"
_TONES = {
    Clock.NONE: "quiet",
    Clock.ON_TRACK: "good",
    Clock.AT_RISK: "proposed",
    Clock.BREACHED: "late",
}


def clock_badge(clock: Clock) -> SafeString:
    """The clock as a word with a colour."""
    return _badge(_TONES[clock], words.CLOCKS[clock])


def table_rows(rows: Iterable[Row], choose: str = "") -> SafeString:
    """The body of the table. `choose`: the state whose cases have a box to tick, or "all"."""
    states = {state: str(name) for state, name in words.STATES.items()}
    clocks = {clock: clock_badge(clock) for clock in words.CLOCKS}
    urgent, mine = _badge("late", gettext("urgent")), _badge("quiet", gettext("your turn"))
    told = _badge("proposed", gettext("told to the next tier"))
    since, ended = gettext("since %(day)s"), gettext("ended")
    until = gettext("until %(day)s")

    def standing(row: Row) -> SafeString:
        if row.closed_at:
            return format_html("{} {}", ended, format_date(row.closed_at))
        day = _below(until % {"day": format_date(row.due_on)}) if row.due_on else SafeString("")
        return clocks[row.clock] + day + (told if row.tier else SafeString(""))

    return format_html_join(
        "",
        _line(),
        (
            (
                _box(row, choose),
                keys.to_text(row.id),
                row.title,
                row.number,
                urgent if row.urgent else "",
                row.name or "–",
                row.place,
                row.sender,
                row.receiver or "…",
                states[row.state],
                since % {"day": format_date(row.since)},
                mine if row.mine else "",
                standing(row),
            )
            for row in rows
        ),
    )


def _line() -> str:
    """One row with its labels, which are the same for all, and places for what differs."""
    start = reverse("referrals:list")
    concerns, way, state, clock = (
        escape(label)
        for label in (gettext("Concerns"), gettext("From – to"), gettext("State"), gettext("Clock"))
    )
    return (
        f'<tr>{{}}<th scope="row"><a href="{start}cases/{{}}/">{{}}</a>'
        '<span class="d-block fw-normal text-secondary tabular">{}</span>{}</th>'
        f'<td data-label="{concerns}">{{}}<span class="d-block text-secondary">{{}}</span></td>'
        f'<td data-label="{way}">{{}} – {{}}</td>'
        f'<td data-label="{state}">{{}}'
        '<span class="d-block text-secondary text-nowrap">{}</span>{}</td>'
        f'<td data-label="{clock}">{{}}</td></tr>\n'
    )


def _box(row: Row, choose: str) -> SafeString:
    """The cell with the box to tick; no cell where nothing is chosen."""
    if not choose:
        return SafeString("")
    label = gettext("Choose")
    if choose not in (ALL, row.state):
        return format_html('<td data-label="{}"></td>', label)
    key = keys.to_text(row.id)
    value = key if choose == ALL else f"{key}:{row.version}"
    return format_html(
        '<td data-label="{}"><input class="form-check-input" type="checkbox" name="case" '
        'value="{}" id="c-{}"{}> <label class="visually-hidden" for="c-{}">{}</label></td>',
        label, value, key, SafeString(" checked") if choose == ALL else "", key, row.number,
    )  # fmt: skip


def _badge(tone: str, text: object) -> SafeString:
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


def _below(text: str) -> SafeString:
    return format_html('<span class="d-block text-secondary text-nowrap">{}</span>', text)
