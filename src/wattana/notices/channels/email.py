"""E-mail through the operator's SMTP server."""

from __future__ import annotations

import smtplib
from uuid import UUID

from django.core.mail import EmailMessage

from wattana.notices.channels.faults import Refused, TryAgain

_FOR_EVER = 500


class Email:
    """Plain text; the Message-ID is the reference, but servers do not look at it."""

    repeats = False

    def __init__(self, sender: str) -> None:
        self.sender = sender

    def send(self, *, to: str, subject: str, body: str, reference: UUID) -> None:
        """Hand it to the server. Raises `TryAgain`, `Refused`."""
        domain = self.sender.partition("@")[2].rstrip(">") or "localhost"
        message = EmailMessage(
            subject, body, self.sender, [to], headers={"Message-ID": f"<{reference}@{domain}>"}
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _fault(*(code for code, _ in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _fault(error.smtp_code) from error
        except OSError as error:
            raise TryAgain("network") from error


def _fault(code: int) -> Refused | TryAgain:
    """From 500 on it is for ever; below, as when a server greylists, it is worth another try."""
    return Refused(f"smtp {code}") if code >= _FOR_EVER else TryAgain(f"smtp {code}")
