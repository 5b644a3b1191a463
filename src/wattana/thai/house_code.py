"""The 11-digit code of a house in the civil register (เลขรหัสประจำบ้าน).

Four digits of the registry office and seven running ones. Its check digit is not published: only
the form is checked.
"""

from __future__ import annotations

import re

from wattana.kernel.problems import N_, Invalid
from wattana.thai.numerals import to_arabic

_SEPARATORS = re.compile(r"[\s\-–]")


def parse(text: str) -> str:
    """Read a code with or without dashes, in Thai or Arabic digits; return its 11 digits.

    Raises `Invalid`. A lost leading zero is named, not guessed.
    """
    written = to_arabic(text).strip().lstrip("'").removesuffix(".0")
    digits = _SEPARATORS.sub("", written)
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d+", written):
        raise Invalid(
            N_(
                "A spreadsheet shortened this house code (for example 3.3010E+10). Format the "
                "column as text in the original file and save it again."
            )
        )
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid(N_("A house code is written in digits only."))
    if len(digits) == 10:
        raise Invalid(
            N_(
                "A house code has 11 digits, this has 10: a spreadsheet may have dropped a leading "
                "zero. Look it up in the house registration book."
            )
        )
    if len(digits) != 11:
        raise Invalid(
            N_("A house code has 11 digits, this has %(count)s. Look it up in the house book."),
            count=len(digits),
        )
    return digits
