"""The cover list of a batch (บัญชีนำส่ง): its cases in order, and lines for two signatures."""

from __future__ import annotations

from importlib import resources

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from wattana.accounts.viewer import Viewer
from wattana.kit.dates import format_date
from wattana.kit.paper import Paper, render
from wattana.kit.templatetags.wattana import in_language
from wattana.referrals.models import Batch
from wattana.referrals.queries import batches

_TEMPLATE = resources.files("wattana.referrals.paper") / "cover.typ"


def cover_list(viewer: Viewer, batch: Batch) -> bytes:
    """The PDF, in the language in force; confidential cases stand on it by their number only."""
    rows = batches.items(viewer, batch)
    paper = Paper(
        title=gettext("Cover list of referrals"),
        organization=in_language(batch.sender),
        day=timezone.localdate(batch.sent_at),
        number=batch.number,
        number_label=gettext("Batch"),
        foot=gettext("Contains personal data: hand over closed, keep locked."),
    )
    data = {
        "to": gettext("To: %(name)s") % {"name": in_language(batch.receiver)},
        "count": gettext("%(count)s cases") % {"count": len(rows)},
        "heads": [
            gettext("No."), pgettext("referral", "Case"), pgettext("referral", "Name"),
            gettext("Need"), pgettext("referral", "Due"),
        ],
        "rows": [
            [str(n), one.number, one.name or "–", one.title,
             format_date(one.due_on) if one.due_on else "–"]
            for n, one in enumerate(rows, start=1)
        ],
        "signatures": [
            [gettext("Sent by"), pgettext("referral", "Position"), gettext("Date")],
            [gettext("Received by"), pgettext("referral", "Position"), gettext("Date")],
        ],
    }  # fmt: skip
    return render(_TEMPLATE, data, paper)
