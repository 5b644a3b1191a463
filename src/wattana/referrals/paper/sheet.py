"""The sheet of a case: what the agency needs, the history, room for its decision."""

from __future__ import annotations

from importlib import resources
from typing import Any

from django.utils.translation import gettext, pgettext

from wattana.kit import moments
from wattana.kit.dates import format_date
from wattana.kit.paper import Paper, render
from wattana.kit.templatetags.wattana import in_language
from wattana.referrals.queries.cases import Case

_TEMPLATE = resources.files("wattana.referrals.paper") / "sheet.typ"


def case_sheet(case: Case) -> bytes:
    """The PDF with the facts that its reader may see, in the language in force."""
    row = case.referral
    paper = Paper(
        title=case.programme or case.title,
        organization=in_language(row.sender),
        day=moments.today(),
        number=row.number,
        number_label=pgettext("referral", "Case"),
        foot=gettext("Contains personal data: hand over closed, keep locked."),
    )
    return render(_TEMPLATE, _data(case), paper)


def _data(case: Case) -> dict[str, Any]:
    row = case.referral
    return {
        "to": gettext("To: %(name)s")
        % {"name": in_language(row.receiver) if row.receiver else "–"},
        "state": [
            [gettext("State"), str(row.get_state_display())],
            [gettext("Urgency"), str(row.get_urgency_display())],
            [pgettext("referral", "Due"), format_date(row.due_on) if row.due_on else "–"],
            [gettext("Ground"), str(row.get_basis_display()) or "–"],
        ],
        "facts_title": gettext("Facts"),
        "facts": [[one.title, one.value or gettext("not known")] for one in case.facts],
        "summary_title": gettext("What the sender says"),
        "summary": row.summary,
        "documents_title": gettext("Usual documents"),
        "documents": list(case.documents),
        "history_title": pgettext("referral", "History"),
        "history": [
            [format_date(one.at), one.what, one.organization or one.who, one.reason or one.note]
            for one in case.history
        ],
        "decision_title": gettext("Decision of the agency"),
        "decision": [pgettext("referral", "Approved"), gettext("Refused, because")],
        "signature": gettext("Name, position, date"),
    }
