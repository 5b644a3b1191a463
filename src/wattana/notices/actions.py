"""Writes of notices: tell, read, and how a member wants to hear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from wattana.accounts.models import Member, User
from wattana.accounts.permissions import Permission, roles_with
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Invalid
from wattana.kit import moments
from wattana.kit.once import once
from wattana.notices.models import Notice, Preference

_HOURS = 24


def tell(users: Iterable[int], kind: str, params: Mapping[str, Any], link: str, *, key: str) -> int:
    """Tell members something, each once for `key`; returns how many were asked to be told.

    Call it in the transaction of the deed itself: who is told what did not happen is told nothing.
    """
    now = moments.now()
    rows = [
        Notice(user_id=one, kind=kind, params=dict(params), link=link, key=key, at=now)
        for one in set(users)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def told(users: Iterable[int], key: str) -> set[int]:
    """Which of these members were told something."""
    rows = Notice.objects.filter(user__in=set(users), key=key)
    return set(rows.values_list("user_id", flat=True))


@once
def members_with(organization: int, permission: Permission) -> list[int]:
    """Active members of an organisation whose role holds a permission."""
    rows = Member.objects.filter(
        organization=organization, role__in=roles_with(permission), ended_at__isnull=True,
        user__status=User.Status.ACTIVE,
    )  # fmt: skip
    return list(rows.values_list("user_id", flat=True).distinct())


@transaction.atomic
def read(*, notice: int | None = None, by: Viewer) -> int:
    """Mark one of one's own notices as read, or all; returns how many were."""
    rows = Notice.objects.filter(user_id=by.user_id, read_at__isnull=True)
    if notice is not None:
        rows = rows.filter(pk=notice)
    return rows.update(read_at=moments.now())


@transaction.atomic
def prefer(
    *, channel: str, address: str, rhythm: str, quiet_from: int, quiet_until: int, by: Viewer
) -> Preference:
    """Say where one wants to hear of it. Raises `Invalid` for an address that cannot be one."""
    if channel not in Preference.Channel.values or rhythm not in Preference.Rhythm.values:
        raise Invalid(N_("Choose one of the answers of the list."))
    if not (0 <= quiet_from < _HOURS and 0 <= quiet_until < _HOURS):
        raise Invalid(N_("Give hours of the day from 0 to 23."))
    typed = address.strip()
    _check_address(channel, typed)
    wanted = {
        "channel": channel, "address": typed if channel != Preference.Channel.NONE else "",
        "rhythm": rhythm, "quiet_from": quiet_from, "quiet_until": quiet_until,
    }  # fmt: skip
    return Preference.objects.update_or_create(user_id=by.user_id, defaults=wanted)[0]


def _check_address(channel: str, address: str) -> None:
    if channel == Preference.Channel.EMAIL:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Invalid(N_("This is not an e-mail address.")) from error
    if channel == Preference.Channel.LINE and not _is_line(address):
        raise Invalid(N_("A LINE user ID is U and 32 letters a-f and digits."))
    if channel == Preference.Channel.SMS:
        digits = address.removeprefix("+").replace("-", "").replace(" ", "")
        if not (digits.isdecimal() and 9 <= len(digits) <= 15):
            raise Invalid(N_("This is not a telephone number."))


def _is_line(address: str) -> bool:
    return len(address) == 33 and address[0] == "U" and set(address[1:]) <= set("0123456789abcdef")
