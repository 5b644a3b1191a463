"""How steps, states and clocks are called on the screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.methods.referral.clocks import Clock
from wattana.referrals.models import Need, Referral
from wattana.rules import referrals as rulebook
from wattana.rules.files import Words

STEPS = {
    "create": pgettext_lazy("step of a referral", "draft written"),
    "edit": pgettext_lazy("step of a referral", "draft changed"),
    "send": pgettext_lazy("step of a referral", "sent"),
    "receive": pgettext_lazy("step of a referral", "received"),
    "return": pgettext_lazy("step of a referral", "returned"),
    "find_facts": pgettext_lazy("step of a referral", "fact-finding begun"),
    "ask_documents": pgettext_lazy("step of a referral", "documents asked for"),
    "give_documents": pgettext_lazy("step of a referral", "documents given"),
    "approve": pgettext_lazy("step of a referral", "approved"),
    "refuse": pgettext_lazy("step of a referral", "refused"),
    "appeal": pgettext_lazy("step of a referral", "appealed"),
    "pass_on": pgettext_lazy("step of a referral", "passed on to another agency"),
    "redirect": pgettext_lazy("step of a referral", "referred to another agency"),
    "redirect_ended": pgettext_lazy("step of a referral", "taken from an agency that has ended"),
    "help": pgettext_lazy("step of a referral", "help given"),
    "confirm": pgettext_lazy("step of a referral", "the household confirmed"),
    "did_not_come": pgettext_lazy("step of a referral", "the household said: it did not come"),
    "came_after_all": pgettext_lazy("step of a referral", "the household said: it came after all"),
    "close": pgettext_lazy("step of a referral", "closed"),
    "close_refused": pgettext_lazy("step of a referral", "closed after refusal"),
    "close_unreached": pgettext_lazy("step of a referral", "closed without an answer"),
    "cancel": pgettext_lazy("step of a referral", "cancelled"),
    "reject_batch": pgettext_lazy("step of a referral", "batch rejected"),
    "note": pgettext_lazy("step of a referral", "note"),
    "attach": pgettext_lazy("step of a referral", "file attached"),
    "remind": pgettext_lazy("step of a referral", "reminded: the time is running out"),
    "escalate": pgettext_lazy("step of a referral", "too late: told to the next tier"),
}
"""What an event of the history says happened."""

DO = {
    "send": _("Send"),
    "receive": _("Receive"),
    "return": _("Return"),
    "find_facts": _("Begin fact-finding"),
    "ask_documents": _("Ask for documents"),
    "give_documents": _("Documents are given"),
    "approve": pgettext_lazy("referral", "Approve"),
    "refuse": _("Refuse"),
    "appeal": _("Appeal"),
    "pass_on": _("Pass on to another agency"),
    "redirect": _("Refer to another agency"),
    "redirect_ended": _("Refer to another agency instead"),
    "help": _("Record the help"),
    "confirm": _("The household confirms"),
    "did_not_come": _("It did not come"),
    "came_after_all": _("It came after all"),
    "close": _("Close"),
    "close_refused": _("Close after refusal"),
    "close_unreached": _("Close without an answer"),
    "cancel": pgettext_lazy("referral", "Cancel"),
}
"""What the button of a step says."""

CLOCKS = {
    Clock.NONE: _("no clock"),
    Clock.ON_TRACK: _("on track"),
    Clock.AT_RISK: _("at risk"),
    Clock.BREACHED: _("late"),
}
SIDES = {
    "sender": _("sender"),
    "receiver": _("receiver"),
    "household": _("household"),
    "clock": _("clock"),
}
CONFIDENTIAL = _("Confidential case")
ACTIONS = {
    "referral": _("referral"),
    "batch": pgettext_lazy("referrals", "batch"),
    "need.report": _("need recorded"),
    "need.propose": _("needs proposed"),
    "need.confirm": _("need confirmed"),
    "need.dismiss": _("need dismissed"),
    "referral.list": _("list of referrals read"),
    "referral.view": _("referral read"),
    "referral.print": _("referral printed"),
    "referral.basis": _("ground of a referral recorded"),
    "referral.note": _("note on a referral"),
    "referral.name": _("member named for a confidential case"),
    "referral.ask": _("household asked whether help came"),
    "referral.answer": _("answer of the household"),
    "referral.link_sent": _("link sent to the household"),
    "assistance.record": _("help recorded"),
    "assistance.void": _("help marked as wrong"),
    "attachment.add": _("file attached to a referral"),
    "attachment.open": _("file of a referral opened"),
    "attachment.remove": _("file of a referral removed"),
    "batch.send": _("batch sent"),
    "batch.accepted": _("batch accepted"),
    "batch.rejected": _("batch rejected"),
    "batch.print": _("cover list printed"),
    "plan.list": _("list of plans read"),
    "plan.open": _("plan begun"),
    "plan.goal": _("goal of a plan"),
    "plan.review": _("plan looked at"),
    "follow_up.record": _("follow-up visit recorded"),
    "follow_up.photo": _("photo of a visit opened"),
    "follow_up.photo_removed": _("photo of a visit removed"),
    "exit.propose": _("exit proposed"),
    "exit.approve": _("exit approved"),
    "exit.reject": _("exit rejected"),
    "exit.reenter": _("household came back"),
    "clock.set": _("clock of an organisation set"),
    "route": _("agencies of a kind of need"),
    "route.set": _("agencies of a kind of need set"),
    "follow_up.print": _("paper for a visit printed"),
} | {f"referral.{action}": label for action, label in STEPS.items()}
"""This room's deeds in the audit trail."""


def reason(action: str, code: str) -> Words | None:
    """The reason of a step; of an escalation the tier has its own words."""
    return rulebook.load().reasons.get(action, {}).get(code)


def service(key: str) -> Words | None:
    found = rulebook.load().services.get(key)
    return found.title if found else None


STATES = dict(Referral._meta.get_field("state").choices)
NEEDS = dict(Need.State.choices)
BOXES = {
    "inbox": _("Inbox"),
    "outbox": _("Sent by us"),
    "area": _("All of my area"),
    "done": pgettext_lazy("referral", "Ended"),
}
TIERS = {tier.name.lower(): tier.label for tier in Referral.Tier}
