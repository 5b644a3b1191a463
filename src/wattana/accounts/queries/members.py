"""Members of the organisations that the viewer manages, and people's names for other pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from wattana.accounts.models import Member, Organization, User
from wattana.accounts.queries.organizations import managed
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, NotFound
from wattana.kit.pages import Page, keyset_page

ENDED = "ended"  # beside the statuses of the account: the membership is over


def members(
    viewer: Viewer, status: str = "", name: str = "", cursor: str | None = None, size: int = 50
) -> Page[dict[str, Any]]:
    """A page of members by name; `status` is a `User.Status`, "ended", or empty (all current)."""
    rows = Member.objects.filter(
        organization__in=managed(viewer), ended_at__isnull=status != ENDED
    ).values(
        "id", "role", "ended_at", "user_id", "user__username", "user__display_name",
        "user__status", "user__last_login", "organization__name_th", "organization__name_en",
    )  # fmt: skip
    if status in User.Status:
        rows = rows.filter(user__status=status)
    if name:
        rows = rows.filter(
            Q(user__display_name__icontains=name) | Q(user__username__icontains=name)
        )
    return keyset_page(rows, ["user__display_name", "id"], cursor, size)


def member(viewer: Viewer, member_id: int) -> Member:
    """One member with user and organisation; `NotFound` outside the organisations she manages."""
    found = (
        Member.objects.filter(pk=member_id, organization__in=managed(viewer))
        .select_related("user", "organization")
        .first()
    )
    if found is None:
        raise NotFound(N_("There is no such member in the organisations that you manage."))
    return found


def memberships(user_id: int) -> list[Member]:
    """The current memberships of a user, the first one first."""
    rows = Member.objects.filter(user_id=user_id, ended_at=None)
    return list(rows.select_related("organization").order_by("id"))


def past_memberships(user_id: int) -> list[Member]:
    """The memberships of a user that have ended, the latest first."""
    rows = Member.objects.filter(user_id=user_id, ended_at__isnull=False)
    return list(rows.select_related("organization").order_by("-ended_at", "-id"))


def administrators(organization: Organization) -> tuple[Organization, list[str]]:
    """Who manages the members of an organisation: its own administrators, else the operator's."""
    own = _administrators(organization)
    operator = None if own else Organization.objects.filter(is_operator=True).first()
    return (operator, _administrators(operator)) if operator else (organization, own)


def _administrators(organization: Organization) -> list[str]:
    rows = organization.members.filter(
        role=Member.Role.ADMINISTRATOR, ended_at=None, user__status=User.Status.ACTIVE
    ).order_by("user__display_name", "id")
    names = rows.values_list("user__display_name", "user__username")
    return list(dict.fromkeys(display_name or username for display_name, username in names))


def user_id_of(username: str) -> int:
    """The id behind a user name in any case; 0 where there is none."""
    found = User.objects.filter(username__iexact=username).values_list("pk", flat=True).first()
    return found or 0


def people(ids: Iterable[int | None]) -> dict[int, str]:
    """Names to show beside deeds: {user_id: display name} (one query)."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "display_name", "username")
    return {pk: display_name or username for pk, display_name, username in rows}
