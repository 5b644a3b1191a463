"""An SMS gateway over HTTP: one JSON request a message, with a reference of its own.

Gateways differ; this is the least that they share (see docs/settings.md). One that answers 409 to a
reference which it has seen is taken to have accepted it.
"""

from __future__ import annotations

from uuid import UUID

from wattana.notices.channels import http

_LONGEST = 480  # characters; some Thai messages of 67 letters each in one
_ALREADY_ACCEPTED = 409


class Sms:
    """Sends the subject and the first lines; the rest is read in the app."""

    repeats = True

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def send(self, *, to: str, subject: str, body: str, reference: UUID) -> None:
        """Hand it to the gateway. Raises `TryAgain`, `Refused`."""
        http.post(
            self.address,
            {"to": to, "text": f"{subject}\n{body}"[:_LONGEST], "reference": str(reference)},
            {"Authorization": f"Bearer {self.token}"},
            accepted=_ALREADY_ACCEPTED,
        )
