"""What a spreadsheet did to the form of a value and can be undone, with notes of it."""

from __future__ import annotations

import re

from wattana.kernel.problems import N_, Invalid, Problem
from wattana.thai import house_number as house_numbers
from wattana.thai.numerals import to_arabic
from wattana.thai.text import clean

SERIAL = re.compile(r"\d{5}(\.\d+)?")
_NO_ID = frozenset((
    "ไม่มี", "ไม่มีบัตร", "ไม่มีเลข", "ไม่มีเลขบัตร", "ไม่มีบัตรประชาชน", "ไม่มีเลขประจำตัวประชาชน", "none",
))  # fmt: skip


def house_number(text: str) -> str:
    """A house number without the moo behind it; a day (ISO) where its number is left of it."""
    return house_numbers.from_serial(text) or house_numbers.with_moo(text)[0]


def told_house_number(text: str) -> Problem | None:
    """A house number that a spreadsheet had turned into a date, or with a moo behind it."""
    number, moo = house_numbers.with_moo(text)
    if moo:
        return Invalid(
            N_("“%(text)s” was read as house number %(number)s in moo %(moo)s."),
            text=text[:40], number=number, moo=moo,
        )  # fmt: skip
    written = house_number(text)
    if not house_numbers.was_date(written):
        return None
    return Invalid(
        N_("A spreadsheet turned this house number into a date; it was read as %(number)s."),
        number=house_numbers.parse(written),
    )


def phone(text: str) -> str:
    """A telephone number, with the zero that a spreadsheet dropped before it."""
    return f"0{text}" if _lacks_zero(text) else text


def told_phone(text: str) -> Problem | None:
    """A telephone number that had lost its zero."""
    if not _lacks_zero(text):
        return None
    return Invalid(
        N_("A spreadsheet dropped the zero before this telephone number; it was put back.")
    )


def _lacks_zero(text: str) -> bool:
    """9 digits of a mobile number, or 8 of a fixed one, without the zero before them."""
    digits = re.sub(r"[\s\-–().]", "", to_arabic(text.removesuffix(".0"))).lstrip("'")
    return re.fullmatch(r"[689]\d{8}|[2-7]\d{7}", digits, re.ASCII) is not None


def national_id(text: str) -> str:
    """A national ID; empty where the cell says in words that there is none."""
    return "" if clean(text) in _NO_ID else text


def told_day(text: str) -> Problem | None:
    """A day that a spreadsheet left as its number."""
    if not SERIAL.fullmatch(text):
        return None
    return Invalid(N_("The day number of a spreadsheet was read as a date. Compare some rows."))
