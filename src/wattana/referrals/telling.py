"""Who is told what of a case: the side whose turn it becomes, and the next tier when it is late.

Notices name a case by its number alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.kit import moments
from wattana.notices import actions as notices
from wattana.referrals.models import Batch, Referral

KINDS = {
    "referral.send": _("New case %(number)s to receive"),
    "referral.give_documents": _("Case %(number)s: the documents are given"),
    "referral.appeal": _("Case %(number)s: appeal against your decision"),
    "referral.did_not_come": _("Case %(number)s: the household says that the help did not come"),
    "referral.came_after_all": _(
        "Case %(number)s: the household says that the help came after all"
    ),
    "referral.cancel": _("Case %(number)s was cancelled"),
    "referral.return": _("Case %(number)s came back to you"),
    "referral.ask_documents": _("Case %(number)s: documents are asked for"),
    "referral.approve": _("Case %(number)s is approved"),
    "referral.refuse": _("Case %(number)s was refused: appeal, refer to another, or close"),
    "referral.pass_on": _("Case %(number)s was passed on to another agency"),
    "referral.help": _("Case %(number)s: help is given; ask the household whether it came"),
    "referral.at_risk": _("%(count)s of your cases are at risk of being late"),
    "referral.escalated": _("%(count)s cases of your area are late and were told to you"),
    "referral.confidential": _(
        "Case %(number)s is late; it is confidential: no other office is told"
    ),
    "referral.without_date": _("%(count)s of your cases have no next date"),
    "referral.batch_rejected": _("Batch %(number)s was rejected; its cases are back with you"),
    "wattana.referrals.jobs.look_at_referrals": _("daily look at referrals"),
    "wattana.referrals.jobs.propose_needs": _("needs are proposed by the rules"),
}
"""What a notice says (see `notices.kinds`), and how the jobs of this room are called."""

_OFFICES: dict[int, tuple[str, int]] = {
    Referral.Tier.DISTRICT: (Organization.Kind.DISTRICT, 4),
    Referral.Tier.PROVINCE: (Organization.Kind.PROVINCE, 2),
}
"""Which kind of office hears of a tier, and how many digits its area has."""
_TO_RECEIVER = {"send", "give_documents", "appeal", "did_not_come", "came_after_all", "cancel"}
_TO_SENDER = {
    "return", "ask_documents", "approve", "refuse", "pass_on", "help", "did_not_come",
    "came_after_all",
}  # fmt: skip


def step(case: Referral, action: str, by: Actor) -> None:
    """Tell the other side of a step; whoever took it is not told.

    Help that came after all is told to the offices that were told that it did not.
    """
    users: set[int] = set()
    if action in _TO_RECEIVER and case.receiver_id is not None and case.sent_at is not None:
        users |= _people(case, case.receiver_id, Permission.REFERRAL_DECIDE)
    if action in _TO_SENDER:
        users |= _people(case, case.sender_id, Permission.REFERRAL_SEND)
    if action == "did_not_come" and not case.sensitive:
        users |= _offices(case.tier, case.area_code)
    if action == "came_after_all":
        offices = {one for tier in _OFFICES for one in _offices(tier, case.area_code)}
        users |= notices.told(offices, _key(case, before=1))
    link = reverse("referrals:case", args=[case.pk])
    notices.tell(
        users - {by.user_id}, f"referral.{action}", {"number": case.number}, link,
        key=_key(case),
    )  # fmt: skip


def _key(case: Referral, before: int = 0) -> str:
    """Under which the step that led to the version is told, or one so many before it."""
    return f"case:{case.pk}:{case.version - before}"


def batch_rejected(batch: Batch) -> None:
    """Tell the sender that a batch came back."""
    users = notices.members_with(batch.sender_id, Permission.REFERRAL_SEND)
    link = reverse("referrals:batch", args=[batch.pk])
    notices.tell(
        users, "referral.batch_rejected", {"number": batch.number}, link,
        key=f"batch:{batch.pk}:rejected",
    )  # fmt: skip


def at_risk(cases: Mapping[int, int]) -> None:
    """Tell organisations, once a day, how many of the cases that wait for them are at risk."""
    link = reverse("referrals:list") + "?turn=mine&clock=at_risk"
    for organization, count in cases.items():
        users = set(notices.members_with(organization, Permission.REFERRAL_DECIDE))
        notices.tell(
            users, "referral.at_risk", {"count": count}, link, key=f"at_risk:{moments.today()}"
        )


def without_date(cases: Mapping[int, int]) -> None:
    """Tell senders, once a day, how many of their open cases no clock holds."""
    link = reverse("referrals:list") + "?box=outbox&clock=none"
    for organization, count in cases.items():
        users = notices.members_with(organization, Permission.REFERRAL_SEND)
        key = f"without_date:{moments.today()}"
        notices.tell(users, "referral.without_date", {"count": count}, link, key=key)


def escalated(cases: Mapping[tuple[int, str], int]) -> None:
    """Tell the offices of a tier, once a day, how many cases of an area are late.

    `cases`: how many by tier and code of the district.
    """
    late: Counter[tuple[int, str]] = Counter()
    for (tier, code), count in cases.items():
        late[tier, code[: _OFFICES[tier][1]]] += count
    link = reverse("referrals:list") + "?box=area&clock=breached"
    for (tier, code), count in late.items():
        key = f"late:{code}:{moments.today()}"
        notices.tell(
            _offices(tier, code), "referral.escalated", {"count": count}, link, key=key
        )  # fmt: skip


def confidential(case: Referral) -> None:
    """A late confidential case is told to no other office, but again to who may open it."""
    users = _people(case, case.sender_id, Permission.REFERRAL_SEND)
    if case.receiver_id is not None and case.sent_at is not None:
        users |= _people(case, case.receiver_id, Permission.REFERRAL_DECIDE)
    link = reverse("referrals:case", args=[case.pk])
    key = f"late:{case.pk}:{case.version}:{case.tier}"
    notices.tell(users, "referral.confidential", {"number": case.number}, link, key=key)


def _offices(tier: int, area: str) -> set[int]:
    """Members of the offices of a tier, of an area, who look after where cases wait."""
    kind, digits = _OFFICES[tier]
    offices = Organization.objects.filter(kind=kind, areas=area[:digits], ended_on__isnull=True)
    return {
        user
        for office in offices.values_list("pk", flat=True)
        for user in notices.members_with(office, Permission.REFERRAL_BOARD)
    }


def _people(case: Referral, organization: int, permission: Permission) -> set[int]:
    """Members who act on a case; of a confidential one those who are named, if any are."""
    found = set(notices.members_with(organization, permission))
    if not case.sensitive:
        return found
    return found & set(case.members.values_list("user_id", flat=True)) or found
