"""Codes that stand for an identity on paper or in a message; only their digest is kept."""

from __future__ import annotations

import hashlib
import secrets

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that is read as something else
_LENGTH = 12


def new() -> str:
    """Twelve random letters and digits: 59 bits, too many to try."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def digest(code: str) -> str:
    """The SHA-256 of a code, however it was typed: small letters, blanks, dashes."""
    letters = "".join(one for one in code.upper() if one.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()
