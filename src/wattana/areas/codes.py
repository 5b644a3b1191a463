"""Codes of areas as files write them."""

from __future__ import annotations

import re

from wattana.kernel.problems import N_, Invalid
from wattana.thai.numerals import to_arabic

_CODE = re.compile(r"(?:TH)?((?:\d\d){1,4})(?:\.0)?", re.I)
_MOO = re.compile(r"(?:หมู่บ้านที่|หมู่ที่|หมู่|ม\.|moo|m\.)?\s*(\d{1,2})(?:\.0|\s*บ้าน.*)?", re.I)


def parse_code(text: str) -> str:
    """Read a DOPA code (330103) or a P-code (TH330103) of any level. Raises `Invalid`."""
    found = _CODE.fullmatch(to_arabic(text).strip())
    if not found:
        raise Invalid(N_("This is not an area code. A tambon has 6 digits, a village 8."))
    return found[1]


def village_code(tambon: str, moo: str) -> str:
    """The code of a village by its number in the tambon: “หมู่ที่ ๓”, “ม.3 บ้านแดง”, “3”."""
    found = _MOO.fullmatch(to_arabic(moo).strip())
    if not found or int(found[1]) == 0:
        raise Invalid(N_("This is not a village number (moo) from 1 to 99."))
    return f"{tambon}{int(found[1]):02}"
