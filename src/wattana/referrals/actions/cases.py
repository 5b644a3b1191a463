"""A case is opened, its draft changed, its papers and named members kept."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, QuerySet

from wattana.accounts import audit
from wattana.accounts.models import Member, Organization, User
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.kit import moments
from wattana.referrals import access, calendars, receivers
from wattana.referrals.actions.needs import CHOOSE
from wattana.referrals.models import CaseMember, Event, Need, Referral, Series
from wattana.rules import referrals as rulebook

_OCTOBER, _BUDDHIST = 10, 543


@transaction.atomic
def open_case(
    *, need: int, receiver: int | None = None, urgency: str = "", summary: str = "", by: Viewer
) -> Referral:
    """Draft a referral of a confirmed need; without `receiver` the proposed organisation.

    Raises `Forbidden` without `REFERRAL_SEND`, `Conflict` while the need is not confirmed or has an
    open referral, `Invalid` for a receiver to whom nothing may be sent.
    """
    by.require(Permission.REFERRAL_SEND)
    found = access.need(by, need, lock=True)
    if found.state != Need.State.CONFIRMED:
        raise Conflict(N_("Confirm the need first; then it can be referred."))
    other = found.referrals.filter(closed_at__isnull=True).first()
    if other is not None:
        raise Conflict(
            N_("The same need is referred already, as case %(number)s."), number=other.number
        )
    area = found.household.area_id
    if receiver is None:
        proposed = receivers.proposed(found, by.organization_id)
    else:
        proposed = receivers.require(receiver, sender=by.organization_id, area=area)
    made = create(found, by.organization_id, proposed, by=by, urgency=urgency, summary=summary)
    audit.record(by, "referral.create", kind="referral", object_id=made.pk, area=area)
    return made


@transaction.atomic
def of_need(*, need: int, by: Viewer) -> Referral:
    """The open case of a need that the viewer sees, or a draft of one. Raises as `open_case`."""
    found = access.visible(by).filter(need=need, closed_at__isnull=True).first()
    return found or open_case(need=need, by=by)


def create(
    need: Need, sender: int, receiver: Organization | None, *, by: Actor, urgency: str = "",
    summary: str = "", passed_from: Referral | None = None, side: str = "sender",
) -> Referral:  # fmt: skip
    """The row, its first event and its first named member; the caller has checked everything."""
    urgent = need.severity == Need.Severity.URGENT
    usual = Referral.Urgency.URGENT if urgent else Referral.Urgency.NORMAL
    if urgency and urgency not in Referral.Urgency.values:
        raise Invalid(CHOOSE)
    now = moments.now()
    made = Referral(
        number=next_number(sender), need=need, household_id=need.household_id,
        person_id=need.person_id, area_code=need.household.area_id, sender_id=sender,
        receiver=receiver, service=need.service, dimension=need.dimension,
        urgency=urgency or usual, sensitive=need.sensitive, summary=summary.strip(),
        created_at=now, created_by=by.user_id, entered_at=now, passed_from=passed_from,
        shared=list(rulebook.load().services[need.service].fields),
    )  # fmt: skip
    calendars.wind(made, moments.today())
    made.save(force_insert=True)
    write(made, "create", side, by, old="")
    if made.sensitive and by.user_id is not None:
        CaseMember.objects.create(
            referral=made, user_id=by.user_id, added_at=now, added_by=by.user_id
        )
    return made


@transaction.atomic
def note(*, referral: int, text: str, by: Viewer) -> Event:
    """Add words to a case, for both sides to read."""
    found = access.referral(by, referral, lock=True)
    side = next(iter(sorted(access.sides(by, found))), None)
    if side is None:
        raise Forbidden(N_("Only sender and receiver of the case may do this."))
    if not text.strip():
        raise Invalid(N_("Write the note."))
    made = write(found, "note", side, by, old=found.state, note=text.strip())
    audit.record(by, "referral.note", kind="referral", object_id=found.pk, area=found.area_code)
    return made


@transaction.atomic
def take_charge(*, referral: int, by: Viewer) -> CaseMember:
    """Become a named member of a confidential case that nobody of one's organisation has taken.

    Raises `Conflict` when a colleague has: she, or another named member, lets others in.
    """
    found = access.visible(by).select_for_update(of=("self",)).filter(pk=referral).first()
    if found is None:
        raise NotFound(access.NO_REFERRAL)
    if not access.sides(by, found):
        raise Forbidden(N_("Only sender and receiver of the case may do this."))
    taken = found.members.filter(user_id__in=_colleagues(by).values("user"))
    if taken.filter(user_id=by.user_id).exists():
        raise Conflict(N_("You are a named member of this case already."))
    if taken.exists():
        raise Conflict(N_("A colleague has taken this case. Ask to be named, too."))
    return _name(found, by.user_id, by)


@transaction.atomic
def name_member(*, referral: int, user: int, by: Viewer) -> CaseMember:
    """Let a colleague of one's own organisation into a confidential case."""
    found = access.referral(by, referral, lock=True)
    if not _colleagues(by).filter(user=user).exists():
        raise Invalid(N_("Choose a member of your own organisation."))
    if found.members.filter(user_id=user).exists():
        raise Conflict(N_("This member is named already."))
    return _name(found, user, by)


def _colleagues(by: Viewer) -> QuerySet[Member]:
    return Member.objects.filter(
        organization=by.organization_id, ended_at__isnull=True, user__status=User.Status.ACTIVE
    )


def _name(referral: Referral, user: int, by: Viewer) -> CaseMember:
    made = CaseMember.objects.create(
        referral=referral, user_id=user, added_at=moments.now(), added_by=by.user_id
    )
    audit.record(
        by, "referral.name", kind="referral", object_id=referral.pk, area=referral.area_code,
        named=user,
    )  # fmt: skip
    return made


FASTER = N_("Somebody was faster: the case has changed meanwhile. Look at it again.")


def write(
    referral: Referral, action: str, side: str, by: Actor, *, old: str, reason: str = "",
    note: str = "", on_behalf: bool = False,
) -> Event:  # fmt: skip
    """Add an event to the history of a case; its state and version are those that it has now."""
    return Event.objects.create(
        referral=referral, at=moments.now(), by=by.user_id, organization_id=by.organization_id,
        side=side, action=action, old_state=old, new_state=referral.state,
        version=referral.version, reason=reason, note=note, on_behalf=on_behalf,
    )  # fmt: skip


def next_number(sender: int, series: str = "") -> str:
    """The next number of the sender's series of this fiscal year, such as 6330113-2569-0042."""
    day = moments.today()
    year = day.year + _BUDDHIST + (day.month >= _OCTOBER)
    code = Organization.objects.values_list("code", flat=True).get(pk=sender)
    name = f"{code}-{series}{year}"
    Series.objects.get_or_create(name=name)
    Series.objects.filter(name=name).update(last=F("last") + 1)
    return f"{name}-{Series.objects.values_list('last', flat=True).get(name=name):04}"
