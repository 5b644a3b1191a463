"""How referrals are shown in templates."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wattana.entitlements.words import baht
from wattana.kit.words import said
from wattana.methods.referral.clocks import Clock
from wattana.referrals import words

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
def state_name(state: str) -> str:
    """A state of a referral in words."""
    return str(words.STATES.get(state, state))
