"""How referrals are shown in templates."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wattana.entitlements.words import baht
from wattana.kit import charts
from wattana.kit.charts import palette
from wattana.kit.words import said
from wattana.methods.referral.clocks import Clock
from wattana.referrals import words
from wattana.referrals.queries.board import Waiting

register = template.Library()
register.filter("said", said)
register.filter("baht", baht)

_TONES = {
    Clock.NONE: "quiet",
    Clock.ON_TRACK: "good",
    Clock.AT_RISK: "proposed",
    Clock.BREACHED: "late",
}


@register.filter
def clock_badge(clock: Clock) -> SafeString:
    """The clock as a word with a colour."""
    return format_html('<span class="badge badge-{}">{}</span>', _TONES[clock], words.CLOCKS[clock])


@register.filter
def clock_strip(row: Waiting, most: int) -> SafeString:
    """Late, at risk and in time of a row of the board, `most` being the longest row."""
    late, at_risk, in_time = palette.LEVELS[:3]
    return charts.strip([(row.late, late), (row.at_risk, at_risk), (row.in_time, in_time)], most)


@register.filter
def state_name(state: str) -> str:
    """A state of a referral in words."""
    return str(words.STATES.get(state, state))
