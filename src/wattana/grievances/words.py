"""How steps and states of complaints are called on the screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.grievances.models import Grievance
from wattana.kit.words import said
from wattana.rules import grievances as rulebook

DO = {
    "acknowledge": _("Acknowledge"),
    "look_into": _("Begin to look into it"),
    "answer": pgettext_lazy("grievance", "Answer"),
    "hand_up": _("Hand to the next tier"),
    "accept": _("I accept the answer"),
    "not_settled": _("This does not settle it"),
    "withdraw": _("Withdraw the complaint"),
}
"""What the button of a step says."""

DONE = {
    "open": _("complaint received"),
    "add": _("a word added"),
    "acknowledge": _("acknowledged"),
    "look_into": pgettext_lazy("grievance", "being looked into"),
    "answer": pgettext_lazy("grievance", "answered"),
    "hand_up": _("handed to the next tier"),
    "accept": _("the complainant accepts the answer"),
    "not_settled": _("the complainant says that it is not settled: to the next tier"),
    "withdraw": _("withdrawn by the complainant"),
    "escalate": _("too late: to the next tier"),
    "close": _("closed: nobody replied to the answer"),
}
"""What the history says happened."""

HANDLER, COMPLAINANT = _("handler"), _("complainant")
STATES = dict(Grievance._meta.get_field("state").choices)
ACTIONS = {
    "grievance": _("grievance"),
    "grievance.list": _("list of complaints read"),
    "grievance.view": _("complaint read"),
    "grievance.name": _("handler of complaints named"),
    "grievance.unname": _("handler of complaints taken off"),
} | {f"grievance.{action}": label for action, label in DONE.items()}
"""This room's deeds in the audit trail."""


def kind(key: str) -> str:
    return said(rulebook.load().kinds.get(key))


def kinds() -> list[tuple[str, str]]:
    return [(key, said(words)) for key, words in rulebook.load().kinds.items()]
