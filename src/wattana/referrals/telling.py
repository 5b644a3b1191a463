"""Who is told what of a case: the side whose turn it becomes, and the next tier when it is late.

Notices name a case by its number alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.kit import moments
from wattana.notices import actions as notices
from wattana.referrals import calendars
from wattana.referrals.models import Referral

KINDS = {
    "referral.send": _("New case %(number)s to receive"),
    "referral.give_documents": _("Case %(number)s: the documents are given"),
    "referral.appeal": _("Case %(number)s: appeal against your decision"),
    "referral.did_not_come": _("Case %(number)s: the household says that the help did not come"),
    "referral.cancel": _("Case %(number)s was cancelled"),
    "referral.return": _("Case %(number)s came back to you"),
    "referral.ask_documents": _("Case %(number)s: documents are asked for"),
    "referral.approve": _("Case %(number)s is approved"),
    "referral.refuse": _("Case %(number)s was refused: appeal, refer to another, or close"),
    "referral.pass_on": _("Case %(number)s was passed on to another agency"),
    "referral.help": _("Case %(number)s: help is given; ask the household whether it came"),
    "referral.at_risk": _("%(count)s of your cases are at risk of being late"),
    "referral.escalated": _("%(count)s cases of your area are late and were told to you"),
}
"""What a notice says (see `notices.kinds`)."""

_TO_RECEIVER = {"send", "give_documents", "appeal", "did_not_come", "cancel"}
_TO_SENDER = {
    "return", "ask_documents", "approve", "refuse", "pass_on", "help", "did_not_come",
}  # fmt: skip


def step(case: Referral, action: str, by: Actor) -> None:
    """Tell the other side of a step; whoever took it is not told."""
    users: set[int] = set()
    if action in _TO_RECEIVER and case.receiver_id is not None and case.sent_at is not None:
        users |= _people(case, case.receiver_id, Permission.REFERRAL_DECIDE)
    if action in _TO_SENDER:
        users |= _people(case, case.sender_id, Permission.REFERRAL_SEND)
    link = reverse("referrals:case", args=[case.pk])
    notices.tell(
        users - {by.user_id}, f"referral.{action}", {"number": case.number}, link,
        key=f"case:{case.pk}:{case.version}",
    )  # fmt: skip


def at_risk(cases: Counter[int]) -> None:
    """Tell organisations, once a day, how many of the cases that wait for them are at risk."""
    link = reverse("referrals:list") + "?turn=mine&clock=at_risk"
    for organization, count in cases.items():
        users = set(notices.members_with(organization, Permission.REFERRAL_DECIDE))
        notices.tell(
            users, "referral.at_risk", {"count": count}, link, key=f"at_risk:{moments.today()}"
        )


def escalated(cases: Iterable[Referral]) -> None:
    """Tell the offices of the next tier, once a day, how many cases of their area are late."""
    tiers = {
        Referral.Tier.DISTRICT: (Organization.Kind.DISTRICT, 4),
        Referral.Tier.PROVINCE: (Organization.Kind.PROVINCE, 2),
    }
    late: Counter[tuple[str, str]] = Counter()
    for one in cases:
        kind, digits = tiers[Referral.Tier(one.tier)]
        late[kind, one.area_code[:digits]] += 1
    link = reverse("referrals:list") + "?box=area&clock=breached"
    for (kind, code), count in late.items():
        offices = Organization.objects.filter(kind=kind, areas=code, ended_on__isnull=True)
        for office in offices.values_list("pk", flat=True):
            users = notices.members_with(office, Permission.REFERRAL_BOARD)
            key = f"late:{code}:{moments.today()}"
            notices.tell(users, "referral.escalated", {"count": count}, link, key=key)


def turns(cases: Iterable[Referral]) -> Counter[int]:
    """How many cases wait for each organisation."""
    waiting = (calendars.whose_turn(one) for one in cases)
    return Counter(one for one in waiting if one is not None)


def _people(case: Referral, organization: int, permission: Permission) -> set[int]:
    """Members who act on a case; of a confidential one those who are named, if any are."""
    found = set(notices.members_with(organization, permission))
    if not case.sensitive:
        return found
    return found & set(case.members.values_list("user_id", flat=True)) or found
