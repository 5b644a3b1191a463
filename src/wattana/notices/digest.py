"""From notices to messages: one digest a member, in her language, outside her quiet hours."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from wattana.accounts.models import User
from wattana.kit import moments
from wattana.notices import kinds
from wattana.notices.models import Message, Notice, Preference

_MORNING = 8  # hour of the daily digest
_MOST = 10  # sentences in one message; the rest is counted
_YOUNG = dt.timedelta(days=3)  # what is older is read in the app


def prepare() -> int:
    """Make a message for every member who is to hear something now; returns how many.

    Notices that were read meanwhile are left out. A notice goes into one message only: both are
    written in one transaction.
    """
    now = moments.now()
    wanted = Preference.objects.exclude(channel=Preference.Channel.NONE)
    ready = [one for one in wanted.select_related("user") if _is_time(one, now)]
    waiting: dict[int, list[Notice]] = defaultdict(list)
    rows = Notice.objects.filter(
        user__in=[one.user_id for one in ready], read_at__isnull=True, message__isnull=True,
        at__gt=now - _YOUNG,
    )  # fmt: skip
    for one in rows.order_by("pk"):
        waiting[one.user_id].append(one)
    made = 0
    for one in ready:
        if waiting[one.user_id]:
            _write(one, waiting[one.user_id], now)
            made += 1
    return made


@transaction.atomic
def _write(preference: Preference, some: list[Notice], now: dt.datetime) -> None:
    subject, body = _words(preference.user, some)
    message = Message.objects.create(
        user=preference.user, channel=preference.channel, address=preference.address,
        subject=subject, body=body, made_at=now, not_before=now,
    )  # fmt: skip
    keys = [one.pk for one in some]
    Notice.objects.filter(pk__in=keys, message__isnull=True).update(message=message)


def _words(user: User, some: list[Notice]) -> tuple[str, str]:
    with translation.override(user.language):
        subject = ngettext("Wattana: %(count)s notice", "Wattana: %(count)s notices", len(some))
        lines = [kinds.text(one.kind, one.params) for one in some[:_MOST]]
        if len(some) > _MOST:
            lines.append(gettext("and %(count)s more") % {"count": len(some) - _MOST})
        if settings.SITE_ADDRESS:
            lines.append(f"{settings.SITE_ADDRESS}/notices/")
        return subject % {"count": len(some)}, "\n".join(lines)


def _is_time(preference: Preference, now: dt.datetime) -> bool:
    """Outside the quiet hours; a daily digest once, from the morning on."""
    hour = timezone.localtime(now).hour
    start, end = preference.quiet_from, preference.quiet_until
    quiet = start <= hour < end if start <= end else hour >= start or hour < end
    if quiet:
        return False
    if preference.rhythm == Preference.Rhythm.SOON:
        return True
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    had = Message.objects.filter(user=preference.user_id, made_at__gte=day)
    return hour >= _MORNING and not had.exists()
