"""Thai and Arabic numerals."""

from __future__ import annotations

import re
from decimal import Decimal

from wattana.kernel.problems import N_, Invalid

_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)


def to_arabic(text: str) -> str:
    """Write Thai digits as Arabic ones and leave everything else."""
    return text if text.isascii() else text.translate(_TO_ARABIC)


def parse_number(text: str) -> int | Decimal:
    """Read “1,234.50” or “๑,๒๓๔”; whole numbers, also “5.0”, come as int, others as Decimal.

    Raises `Invalid` for anything else, also for a comma that does not part thousands.
    """
    digits = to_arabic(text).strip()
    if not _NUMBER.fullmatch(digits):
        raise Invalid(N_("This is not a number. Write it in digits."))
    number = Decimal(digits.replace(",", ""))
    return int(number) if number == number.to_integral_value() else number
