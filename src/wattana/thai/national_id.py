"""The 13-digit number of the civil register (เลขประจำตัวประชาชน).

N1 is the class of person, N2–5 the registration office, N13 the check digit:
N13 = (11 − Σ N_i·(14 − i) mod 11) mod 10 over i = 1 … 12. `stdnum.th.pin` has the same rule, but
refuses classes 0 and 9; the tests hold both to agree.
"""

from __future__ import annotations

import re

from wattana.kernel.problems import N_, Invalid
from wattana.thai.numerals import to_arabic

DEMO_CLASS = 9
"""No register issues this class: synthetic people carry it, real data may not."""

_SEPARATORS = re.compile("[\\s\\-\u2010-\u2015\u2212\u200b-\u200f\ufeff.]")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")


def _sums(position: int) -> dict[str, int]:
    """Weighted sums of every group of three digits that starts at `position` (from 0)."""
    weights = (13 - position, 12 - position, 11 - position)
    return {
        f"{n:03}": sum(w * int(d) for w, d in zip(weights, f"{n:03}", strict=True))
        for n in range(1000)
    }


_SUMS_1, _SUMS_2, _SUMS_3, _SUMS_4 = _sums(0), _sums(3), _sums(6), _sums(9)
_CHECK = [str((11 - remainder) % 10) for remainder in range(11)]


def is_valid(digits: str) -> bool:
    """Whether these are 13 Arabic digits with the right check digit, of any class."""
    try:
        total = (
            _SUMS_1[digits[:3]]
            + _SUMS_2[digits[3:6]]
            + _SUMS_3[digits[6:9]]
            + _SUMS_4[digits[9:12]]
        )
    except KeyError:
        return False
    return digits[12:] == _CHECK[total % 11]


def parse(text: str) -> str:
    """Read a number as people and files write it; return its 13 digits.

    Dashes, spaces and Thai digits are fine. Raises `Invalid`, with the cause where it can be told;
    the message never repeats the number.
    """
    if is_valid(text):
        return text
    digits = _digits(text)
    if is_valid(digits):
        return digits
    if len(digits) != 13:
        raise Invalid(
            N_("A national ID has 13 digits, this has %(count)s. Compare it with the card."),
            count=len(digits),
        )
    raise Invalid(
        N_("The check digit of the national ID is wrong. Compare the number with the card.")
    )


def person_class(digits: str) -> int:
    """The class of person, 0 … 9: 1–8 are issued, 0 is for special groups, 9 only for demo data."""
    return int(digits[0])


def masked(digits: str) -> str:
    """Hide all but the last four digits."""
    return "•" * 9 + digits[-4:]


def _digits(text: str) -> str:
    written = to_arabic(text).strip().lstrip("'’‘`")
    if _SCIENTIFIC.fullmatch(written):
        raise Invalid(
            N_(
                "A spreadsheet shortened this national ID (for example 1.1017E+12) and its last "
                "digits are lost. Format the column as text in the original file and save it again."
            )
        )
    if whole := _WHOLE_FLOAT.fullmatch(written):
        written = whole[1]
    digits = _SEPARATORS.sub("", written)
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid(
            N_(
                "A national ID is written in digits only. Leave the cell empty for a person "
                "without one."
            )
        )
    return digits
