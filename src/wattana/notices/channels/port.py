"""One port for e-mail, LINE and SMS: send once, or say why not."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.conf import settings

from wattana.notices.channels.email import Email
from wattana.notices.channels.faults import Refused, TryAgain
from wattana.notices.channels.line import Line
from wattana.notices.channels.sms import Sms

__all__ = ["Channel", "Refused", "TryAgain", "channel"]


class Channel(Protocol):
    """A way to reach a member.

    `repeats` says whether the same `reference` may be sent again without arriving twice.
    """

    repeats: bool

    def send(self, *, to: str, subject: str, body: str, reference: UUID) -> None:
        """Hand the message over. Raises `TryAgain` or `Refused`."""


def channel(name: str) -> Channel | None:
    """The channel as the installation has set it up; None where it has not."""
    if name == "email":
        return Email(settings.NOTICE_SENDER) if settings.EMAIL_HOST else None
    if name == "line":
        return Line(settings.LINE_ADDRESS, settings.LINE_TOKEN) if settings.LINE_TOKEN else None
    if name == "sms":
        return Sms(settings.SMS_ADDRESS, settings.SMS_TOKEN) if settings.SMS_ADDRESS else None
    return None
