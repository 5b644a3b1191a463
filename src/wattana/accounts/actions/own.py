"""What a person does with her own account: take up an invitation, change password and language."""

from __future__ import annotations

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.actions.members import digest
from wattana.accounts.models import Member, User
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel.problems import N_, Invalid, NotFound


def invited(secret: str) -> Member:
    """The member whose link this is.

    Raises `NotFound` for a link that is unknown, used or replaced, `Invalid` for one that ran out.
    """
    found = (
        Member.objects.filter(
            user__invitation_digest=digest(secret),
            user__status=User.Status.INVITED,
            ended_at=None,
        )
        .select_related("user", "organization")
        .order_by("id")
        .first()
    )
    if found is None:
        raise NotFound(
            N_("This link is not valid, or has been used. Ask your administrator for a new one.")
        )
    if found.user.invitation_expires < timezone.now():
        raise Invalid(N_("This link has run out. Ask your administrator for a new one."))
    return found


@transaction.atomic
def accept_invitation(secret: str, *, display_name: str, password: str | None) -> Member:
    """Set name and password by the link, once; the account then waits for approval. Who was shut
    out for wrong passwords is so no longer.

    The password has been checked against the rules; with None nobody can sign in. Raises as
    `invited` does.
    """
    member = invited(secret)
    user = User.objects.select_for_update().get(pk=member.user_id)
    if user.invitation_digest != digest(secret):
        raise NotFound(
            N_("This link is not valid, or has been used. Ask your administrator for a new one.")
        )
    user.display_name = display_name
    user.set_password(password)
    user.status = User.Status.PENDING
    user.invitation_digest = ""
    user.invitation_expires = None
    user.approved_at = user.approved_by = None
    user.save()
    reset(username=user.username)
    audit.record(_herself(member), "member.accept", kind="member", object_id=member.pk)
    return member


@transaction.atomic
def open_demo_accounts(password: str, *, by: Actor) -> None:
    """Give all demo accounts one password, which is printed for all anyway: hashed only once."""
    hashed = make_password(password)
    User.objects.filter(is_demo=True).update(password=hashed)
    audit.record(by, "account.password", kind="user", what="demo")


@transaction.atomic
def change_password(user: User, password: str, *, by: Viewer) -> None:
    """Set one's own new password, checked against the rules; other sessions end."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by, "account.password", kind="user", object_id=user.pk)


def set_language(user_id: int, language: str) -> None:
    """Remember the language of a person ("th" or "en") for her next sign-in."""
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=user_id).update(language=language)


def signed_in(by: Viewer) -> None:
    """Note a sign-in in the audit trail."""
    audit.record(by, "account.sign_in", kind="user", object_id=by.user_id)


def signed_out(by: Viewer) -> None:
    """Note a sign-out in the audit trail."""
    audit.record(by, "account.sign_out", kind="user", object_id=by.user_id)


def _herself(member: Member) -> Viewer:
    return Viewer(
        user_id=member.user_id,
        member_id=member.pk,
        organization_id=member.organization_id,
        role=member.role,
        permissions=frozenset(),
    )
