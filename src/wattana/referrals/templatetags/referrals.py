"""How referrals are shown in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.entitlements.words import baht
from wattana.kit import charts
from wattana.kit.charts import palette
from wattana.kit.words import said
from wattana.referrals import rows, words
from wattana.referrals.actions.assistance import DID_NOT_COME
from wattana.referrals.queries.board import Waiting

register = template.Library()
register.filter("said", said)
register.filter("baht", baht)
register.filter("clock_badge", rows.clock_badge)
register.filter("case_rows", rows.table_rows)


@register.filter
def clock_strip(row: Waiting, most: int) -> SafeString:
    """Late, at risk and in time of a row of the board, `most` being the longest row."""
    late, at_risk, in_time = palette.LEVELS[:3]
    return charts.strip([(row.late, late), (row.at_risk, at_risk), (row.in_time, in_time)], most)


@register.filter
def why_void(reason: str) -> str:
    """Why a row of help counts no more."""
    if reason == DID_NOT_COME:
        return gettext("the household says: it did not come")
    return gettext("marked as wrong: %(reason)s") % {"reason": reason}


@register.filter
def state_name(state: str) -> str:
    """A state of a referral in words."""
    return str(words.STATES.get(state, state))
