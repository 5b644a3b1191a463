"""Members are invited, approved, suspended by administrators; nobody acts on herself."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit, roles
from wattana.accounts.agreements import intersection
from wattana.accounts.models import Member, Organization, OrganizationArea, User
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, widest
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound

LINK_LASTS = dt.timedelta(days=7)
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,149}")

Status = User.Status


@dataclass(frozen=True)
class Invitation:
    """A new member and the secret of the link, which is told once and kept only as a digest."""

    member: Member
    secret: str


def digest(secret: str) -> str:
    """What the database keeps of a link's secret (256 random bits, so no salt is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    username: str,
    role: str,
    organization_id: int,
    areas: Collection[str] = (),
    is_demo: bool = False,
    by: Actor,
) -> Invitation:
    """Invite a person; `areas` narrow what she sees within the organisation's areas.

    Raises `Conflict` when the user name is taken, `Invalid` for an impossible name or area, and
    for a role that does not fit the organisation.
    """
    organization = _managed_organization(organization_id, by)
    if not USERNAME.fullmatch(username):
        raise Invalid(N_("A user name has 3 to 150 English letters, digits, and the signs . _ - @"))
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(N_("This user name is taken. Choose another."))
    secret = secrets.token_urlsafe(32)
    user = User(username=username.lower(), is_demo=is_demo, created_by=by.user_id)
    user.set_unusable_password()
    _set_link(user, secret, by)
    user.save(force_insert=True)
    member = _add(user, organization, role, areas)
    _record(by, "member.invite", member, role=role)
    return Invitation(member, secret)


@transaction.atomic
def add_role(
    *, username: str, role: str, organization_id: int, areas: Collection[str] = (), by: Actor
) -> Member:
    """Give a person who has an account a further role; the account must be active."""
    organization = _managed_organization(organization_id, by)
    user = User.objects.filter(username__iexact=username, status=Status.ACTIVE).first()
    if user is None:
        raise NotFound(N_("No active account has this user name."))
    _refuse_self(user, by)
    member = _add(user, organization, role, areas)
    _record(by, "member.add_role", member, role=role)
    return member


@transaction.atomic
def new_link(member_id: int, *, by: Actor) -> Invitation:
    """Make a new link for somebody whose link ran out or whose password is lost.

    The old password and sessions end at once; the account waits for approval again afterwards.
    """
    member = _locked(member_id, by)
    user = _whole_account(member, by)
    if user.status == Status.SUSPENDED:
        raise Conflict(N_("This account is suspended. Reinstate it first."))
    secret = secrets.token_urlsafe(32)
    user.set_unusable_password()
    user.status = Status.INVITED
    _set_link(user, secret, by)
    user.save()
    _record(by, "member.new_link", member)
    return Invitation(member, secret)


@transaction.atomic
def approve(member_id: int, *, by: Actor) -> Member:
    """Let a person in who has taken up her invitation; not by whoever made the link."""
    member = _locked(member_id, by)
    user = _whole_account(member, by)
    if user.status != Status.PENDING:
        raise Conflict(N_("Only an account that waits for approval can be approved."))
    if by.user_id is not None and user.invited_by == by.user_id:
        raise Forbidden(N_("You made this invitation. Another administrator has to approve it."))
    user.status = Status.ACTIVE
    user.approved_at, user.approved_by = timezone.now(), by.user_id
    user.save(update_fields=["status", "approved_at", "approved_by"])
    _record(by, "member.approve", member)
    return member


@transaction.atomic
def suspend(member_id: int, *, by: Actor) -> Member:
    """Shut an account at once: its sessions end for good, also if it is reinstated."""
    member = _locked(member_id, by)
    user = _whole_account(member, by)
    if user.status not in (Status.ACTIVE, Status.PENDING):
        raise Conflict(N_("Only an active or waiting account can be suspended."))
    user.status = Status.SUSPENDED
    user.suspended_at, user.suspended_by = timezone.now(), by.user_id
    user.save(update_fields=["status", "suspended_at", "suspended_by"])
    _record(by, "member.suspend", member)
    return member


@transaction.atomic
def reinstate(member_id: int, *, by: Actor) -> Member:
    """Open a suspended account again; one that was never approved goes back to waiting."""
    member = _locked(member_id, by)
    user = _whole_account(member, by)
    if user.status != Status.SUSPENDED:
        raise Conflict(N_("This account is not suspended."))
    user.status = Status.ACTIVE if user.approved_at else Status.PENDING
    user.save(update_fields=["status"])
    _record(by, "member.reinstate", member)
    return member


@transaction.atomic
def change_role(member_id: int, *, role: str, areas: Collection[str] = (), by: Actor) -> Member:
    """Give a member another role or other areas; it holds from her next request on."""
    member = _locked(member_id, by)
    _refuse_self(member.user, by)
    _check_role(member.user, member.organization, role, present=member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    member.areas.set(_inside(member.organization, areas))
    _record(by, "member.change_role", member, before=before, after=role, areas=widest(areas))
    return member


@transaction.atomic
def end(member_id: int, *, by: Actor) -> Member:
    """End a membership; an account without any other can do nothing more."""
    member = _locked(member_id, by)
    _refuse_self(member.user, by)
    member.ended_at = timezone.now()
    member.save(update_fields=["ended_at"])
    _record(by, "member.end", member)
    return member


def _managed_organization(organization_id: int, by: Actor) -> Organization:
    by.require(Permission.MEMBERS_MANAGE)
    found = Organization.objects.filter(pk=organization_id).first()
    if found is None or not (by.is_operator or by.organization_id == found.pk):
        raise NotFound(N_("There is no such organisation among those that you manage."))
    return found


def _locked(member_id: int, by: Actor) -> Member:
    """A current member in reach of `by`, with the user row locked for the change."""
    by.require(Permission.MEMBERS_MANAGE)
    rows = Member.objects.select_for_update(of=("self", "user"))
    found = rows.select_related("user", "organization").filter(pk=member_id, ended_at=None).first()
    if found is None or not (by.is_operator or by.organization_id == found.organization_id):
        raise NotFound(N_("There is no such member in the organisations that you manage."))
    return found


def _whole_account(member: Member, by: Actor) -> User:
    """The member's user, where `by` may decide about the account and not only the membership."""
    _refuse_self(member.user, by)
    elsewhere = member.user.members.filter(ended_at=None).exclude(
        organization_id=by.organization_id
    )
    if not by.is_operator and elsewhere.exists():
        raise Forbidden(
            N_(
                "This person also works for another organisation. End the membership here, "
                "or ask the operator's administrator."
            )
        )
    return member.user


def _refuse_self(user: User, by: Actor) -> None:
    if user.pk == by.user_id:
        raise Forbidden(N_("You cannot do this to yourself. Ask another administrator."))


def _set_link(user: User, secret: str, by: Actor) -> None:
    user.invitation_digest = digest(secret)
    user.invitation_expires = timezone.now() + LINK_LASTS
    user.invited_by = by.user_id


def _add(user: User, organization: Organization, role: str, areas: Collection[str]) -> Member:
    _check_role(user, organization, role)
    member = Member.objects.create(user=user, organization=organization, role=role)
    member.areas.set(_inside(organization, areas))
    return member


def _check_role(
    user: User, organization: Organization, role: str, *, present: Member | None = None
) -> None:
    if role not in Member.Role:
        raise Invalid(N_("“%(role)s” is not a role."), role=role)
    if present and present.role == role:
        return  # she has it; that it fits nobody asked then
    roles.refuse_misfit(role, organization)
    same = Member.objects.filter(user=user, organization=organization, role=role, ended_at=None)
    if same.exists():
        raise Conflict(N_("This person has this role in this organisation already."))


def _inside(organization: Organization, areas: Collection[str]) -> tuple[str, ...]:
    """The areas, when each lies inside the organisation's."""
    served = OrganizationArea.objects.filter(organization=organization)
    codes = tuple(served.values_list("area_id", flat=True))
    for area in areas:
        if intersection([area], codes) != (area,):
            raise Invalid(N_("%(code)s does not lie in the organisation's areas."), code=area)
    return widest(areas)


def _record(by: Actor, action: str, member: Member, **detail: object) -> None:
    audit.record(by, action, kind="member", object_id=member.pk, **detail)
