"""House numbers (บ้านเลขที่), and the dates that spreadsheets make of them.

Under Thai regional settings a spreadsheet reads 25/2 as 25 February of the year of typing, and
2/75, where 75 can be no month, as 1 February 1975. Both are undone here, also where the cell lost
its format and holds the number of that day. A cell that is a date does not tell whether 4/3 or 3/4
was typed, which depends on the settings then; texts such as 4-มี.ค. and 4/3/2569 keep the order.
"""

from __future__ import annotations

import re

from wattana.kernel.problems import N_, Invalid, Problem
from wattana.thai.dates import month_number, parse_date
from wattana.thai.numerals import to_arabic
from wattana.thai.text import clean

_PREFIX = re.compile(r"^(บ้านเลขที่|เลขที่|no\.?)\s*", re.I)
_DAY_MONTH = re.compile(r"(\d{1,2})[-\s/]+([^\d\s/-]+)")
_MONTH_YEAR = re.compile(r"([^\d\s/-]+)[-\s/]+(\d{2})")
_DATE_CELL = re.compile(r"\d{4}-\d\d-\d\d")  # its order is no longer that of the typing
_SHORT_YEAR = re.compile(r"\d{1,2}/\d{1,2}/\d{2}")
_JUNK = re.compile(r"[<>=]|https?:", re.I)  # left by formulas and web pages
_LONGEST = 30
_FIRST_DAY, _LAST_DAY = 36_526, 47_484  # of a spreadsheet: 1 Jan 2000, 31 Dec 2029


def parse(text: str) -> str:
    """Read a house number; one that a spreadsheet turned into a date is turned back.

    Raises `Invalid` when there is no number in it, or when the date can stand for two numbers.
    """
    number = _written(text)
    repaired = _from_names(number) or _from_date(number) or number
    told = any(letter.isdigit() for letter in repaired) and not _JUNK.search(repaired)
    if not told or len(repaired) > _LONGEST:
        raise Invalid(N_("This is not a house number. Write it as 25 or 25/2, or leave it empty."))
    return repaired


def was_date(text: str) -> bool:
    """Whether a spreadsheet had made a date of a number that `parse` can read."""
    number = _written(text)
    return bool(_from_names(number) or _from_date(number))


def from_serial(text: str) -> str:
    """The day (ISO) of a spreadsheet's day number since 2000, of which a house number was made
    when it was typed; "" for any other text. Houses in tambons have no such high numbers."""
    number = _written(text)
    if not re.fullmatch(r"\d{5}", number, re.ASCII) or not _FIRST_DAY <= int(number) <= _LAST_DAY:
        return ""
    return parse_date(number, excel_serial=True).isoformat()


_WITH_MOO = re.compile(r"(\d+(?:/\d+)?)\s*(?:หมู่บ้านที่|หมู่ที่|หมู่|ม\.|ม)\s*(\d{1,2})", re.ASCII)


def with_moo(text: str) -> tuple[str, str]:
    """A house number and the village number (moo) behind it: “7/1 หมู่ที่ ๑”; else the text, ""."""
    found = _WITH_MOO.fullmatch(_written(text))
    return (found[1], found[2]) if found else (text, "")


def _written(text: str) -> str:
    number = re.sub(r"\s*/\s*", "/", _PREFIX.sub("", to_arabic(clean(text)).lstrip("'")))
    return re.sub(r"^(\d+)\.0$", r"\1", number)


def _from_names(text: str) -> str | None:
    """“25-ก.พ.” was 25/2; “ก.พ.-25” was 2/25, since 25 can be no month."""
    if found := _DAY_MONTH.fullmatch(text):
        month = month_number(found[2])
        return f"{int(found[1])}/{month}" if month else None
    if found := _MONTH_YEAR.fullmatch(text):
        month = month_number(found[1])
        return f"{month}/{int(found[2])}" if month else None
    return None


def _from_date(text: str) -> str | None:
    if _SHORT_YEAR.fullmatch(text):
        raise _ambiguous(text, text.rsplit("/", 1)[0], text)
    if not re.search(r"\d{4}", text):
        return None
    try:
        day = parse_date(text)
    except Problem:
        return None  # not a date: 1234/5 and the like stand as they are
    if day.year < 2000:  # not the year of typing: the second number was read as a year
        if day.day != 1:
            raise Invalid(N_("“%(text)s” is a date, not a house number."), text=text[:40])
        return f"{day.month}/{day.year % 100}"
    if day.day == 1 and day.year % 100 > 12:
        raise _ambiguous(text, f"1/{day.month}", f"{day.month}/{day.year % 100}")
    if _DATE_CELL.match(text) and day.day <= 12 and day.day != day.month:
        raise _ambiguous(text, f"{day.day}/{day.month}", f"{day.month}/{day.day}")
    return f"{day.day}/{day.month}"


def _ambiguous(text: str, one: str, other: str) -> Invalid:
    return Invalid(
        N_(
            "A spreadsheet turned this house number into a date: “%(text)s” may be %(one)s or "
            "%(other)s. Correct it and format the column as text."
        ),
        text=text[:40],
        one=one,
        other=other,
    )
