"""The rows of a list of referrals as HTML, written in Python as those of the household list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable
from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.kernel import keys
from wattana.kit.dates import format_date
from wattana.methods.referral.clocks import Clock
from wattana.referrals import words
from wattana.referrals.queries.lists import Row

_TONES = {
    Clock.NONE: "quiet",
    Clock.ON_TRACK: "good",
    Clock.AT_RISK: "proposed",
    Clock.BREACHED: "late",
}


def clock_badge(clock: Clock) -> SafeString:
    """The clock as a word with a colour."""
    return _badge(_TONES[clock], words.CLOCKS[clock])


def table_rows(rows: Iterable[Row], choose: str | Container[int] = "") -> SafeString:
    """The body of the table. `choose`: the state whose cases have a box to tick; or the keys of
    those which are ticked, where all have one.

    What many rows say alike (days, states, organisations) is written once for the page.
    """
    states = {state: escape(str(name)) for state, name in words.STATES.items()}
    clocks = {clock: clock_badge(clock) for clock in words.CLOCKS}
    urgent, mine = _badge("late", gettext("urgent")), _badge("quiet", gettext("your turn"))
    told = _badge("proposed", gettext("told to the next tier"))
    since, ended = gettext("since %(day)s"), gettext("ended")
    until, box = gettext("until %(day)s"), _boxes(choose)
    text = cache(escape)

    @cache
    def standing(clock: Clock, due_on: dt.date | None, higher: bool) -> str:
        day = _below(until % {"day": format_date(due_on)}) if due_on else ""
        return clocks[clock] + day + (told if higher else "")

    @cache
    def begun(day: dt.date) -> str:
        return escape(since % {"day": format_date(day)})

    def cells(row: Row) -> tuple[str, ...]:
        key = keys.to_text(row.id)
        return (
            box(row, key), key, text(row.title), text(row.number), urgent if row.urgent else "",
            text(row.name or "–"), text(row.place), text(row.sender), text(row.receiver or "…"),
            states[row.state], begun(timezone.localdate(row.since)), mine if row.mine else "",
            escape(f"{ended} {format_date(row.closed_at)}")
            if row.closed_at
            else standing(row.clock, row.due_on, row.tier > 0),
        )  # fmt: skip

    line = _line()
    return SafeString("".join(line.format(*cells(row)) for row in rows))


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


def _boxes(choose: str | Container[int]) -> Callable[[Row, str], str]:
    """What writes the cell with the box to tick; no cell where nothing is chosen.

    A box says which version was looked at.
    """
    label = escape(gettext("Choose"))
    state, ticked = (choose, ()) if isinstance(choose, str) else (None, choose)

    def box(row: Row, key: str) -> str:
        if state == "":
            return ""
        if state not in (None, row.state):
            return f'<td data-label="{label}"></td>'
        checked = " checked" if row.id in ticked else ""
        return (
            f'<td data-label="{label}"><input class="form-check-input" type="checkbox" name="case" '
            f'value="{key}:{row.version}" id="c-{key}"{checked}> <label class="visually-hidden" '
            f'for="c-{key}">{escape(row.number)}</label></td>'
        )

    return box


def _badge(tone: str, text: object) -> SafeString:
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


def _below(text: str) -> SafeString:
    return format_html('<span class="d-block text-secondary text-nowrap">{}</span>', text)
