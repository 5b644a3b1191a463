"""LINE Messaging API, push message (developers.line.biz, Messaging API reference)."""

from __future__ import annotations

from uuid import UUID

from wattana.notices.channels import http

_LONGEST = 5000
_ALREADY_ACCEPTED = 409


class Line:
    """Pushes a text to one user; the retry key makes a repeated request arrive once."""

    repeats = True

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def send(self, *, to: str, subject: str, body: str, reference: UUID) -> None:
        """Push subject and body as one text message. Raises `TryAgain`, `Refused`."""
        text = f"{subject}\n{body}"[:_LONGEST]
        http.post(
            f"{self.address}/v2/bot/message/push",
            {"to": to, "messages": [{"type": "text", "text": text}]},
            {"Authorization": f"Bearer {self.token}", "X-Line-Retry-Key": str(reference)},
            accepted=_ALREADY_ACCEPTED,
        )
