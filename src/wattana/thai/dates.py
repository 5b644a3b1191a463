"""Dates as Thai offices write them: พ.ศ. or CE, Thai months and digits, often only a year.

Everything comes out in CE. Years printed for the time before 1941, when the year began on 1 April,
are read as registers print them: minus 543.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from wattana.kernel.problems import N_, Invalid
from wattana.thai.numerals import to_arabic

BUDDHIST_ERA = 543  # พ.ศ. = CE + 543
FIRST_BE, _LAST_BE = 2400, 2699
_FIRST_CE, _LAST_CE = FIRST_BE - BUDDHIST_ERA, _LAST_BE - BUDDHIST_ERA

MONTHS_TH = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
_SHORT_TH = ["มค", "กพ", "มีค", "เมย", "พค", "มิย", "กค", "สค", "กย", "ตค", "พย", "ธค"]
_EN = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS: dict[str, int] = {
    name: number
    for names in (
        MONTHS_TH,
        [re.sub("(คม|ยน|พันธ์)$", "", name) for name in MONTHS_TH],
        _SHORT_TH,
        _EN,
        [name[:3] for name in _EN],
    )
    for number, name in enumerate(names, 1)
    if name
}
"""Month names, long and short, Thai and English, in lower case without dots → 1 … 12."""

_NOT_A_DATE = N_("This is not a date. Write day/month/year, for example 25/2/2508.")
_NOT_A_YEAR = N_("This is not a year. Write it in four digits.")
# Messages repeat only what has the form of a date: a shifted column may hold a name or an ID.

_WORDS = re.compile(r"วันที่|เดือน|เวลา|ปี")
_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_ERA = re.compile(r"(พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|\bb\.?e\.?|\ba\.?d\.?|\bc\.?e\.?)(?=\s*\d|\s*$)", re.I)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.\s]+(\d{1,2})[-/.\s]+(\d+)")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})")  # as `PartialDate.isoformat` writes it
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d+)")
_NAMED = re.compile(r"(?:(\d{1,2})[-/.\s]*)?([^\d\s/-][^\d/-]*?)[-/.,\s]*(\d+)")
_EPOCH_OF_EXCEL = dt.date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date (CE) of which the day, or the day and the month, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    def earliest(self) -> dt.date:
        """The first day that it can be."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> dt.date:
        """The last day that it can be."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def age_on(self, day: dt.date) -> int | None:
        """Completed years on a day; None before birth.

        An unknown day counts as the first of the month, an unknown month as the first of the year
        (Civil and Commercial Code, section 16).
        """
        born = self.earliest()
        if born > day:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @staticmethod
    def age_in_sql(born: str = "", on: str = "surveyed_on") -> str:
        """`age_on` as SQL of DuckDB over birth_year, birth_month, birth_day of the table `born.`"""
        return f"""CAST(CASE WHEN make_date({born}birth_year, coalesce({born}birth_month, 1),
                    coalesce({born}birth_day, 1)) <= {on}
            THEN year({on}) - {born}birth_year - CAST(
                (month({on}), day({on}))
                < (coalesce({born}birth_month, 1), coalesce({born}birth_day, 1)) AS INTEGER)
            END AS INTEGER)"""

    def isoformat(self) -> str:
        """“1965”, “1965-02” or “1965-02-25”."""
        known = [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join([f"{self.year:04}", *known])


def parse_year(text: str) -> int:
    """Read a year in พ.ศ. (2400 and later) or CE; return CE. Raises `Invalid`."""
    era, rest = _era(_tidied(text))
    if not re.fullmatch(r"\d+", rest, re.ASCII):
        raise Invalid(_NOT_A_YEAR)
    return _year(rest, era)


def parse_partial(text: str, *, excel_serial: bool = False) -> PartialDate:
    """Read a date of which the day or the month may be missing or 0.

    Accepts 25/2/2508, 2508-02-25, 25 ก.พ. 2508, ก.พ. 2508, 2/2508, 2508, 00/00/2508, Thai digits, a
    time behind the date, and a spreadsheet's day number where `excel_serial` says so.
    Raises `Invalid`, also for a year of two digits.
    """
    if text.isascii() and (plain := _DAY_FIRST.fullmatch(text)):  # most are; nothing to tidy
        return _checked(_year(plain[3], None), int(plain[2]), int(plain[1]), text)
    written = _tidied(text)
    if excel_serial and re.fullmatch(r"\d{5}(\.\d+)?", written, re.ASCII):
        day = _EPOCH_OF_EXCEL + dt.timedelta(days=int(float(written)))
        return PartialDate(day.year, day.month, day.day)
    era, rest = _era(written)
    parts = _parts(rest)
    if parts is None:
        raise Invalid(_NOT_A_DATE)
    year, month, day_of_month = parts
    return _checked(_year(year, era), month, day_of_month, text)


def parse_date(text: str, *, excel_serial: bool = False) -> dt.date:
    """Read a full date, as `parse_partial` does. Raises `Invalid` when day or month is missing."""
    found = parse_partial(text, excel_serial=excel_serial)
    if found.month is None or found.day is None:
        raise Invalid(
            N_("“%(text)s” lacks the day or the month. Write day/month/year."), text=text[:40]
        )
    return dt.date(found.year, found.month, found.day)


def month_number(name: str) -> int | None:
    """1 … 12 for a month's name or abbreviation in Thai or English, with or without dots."""
    return MONTHS.get(re.sub(r"[.\s]", "", name).lower())


def _tidied(text: str) -> str:
    return _TIME.sub("", _WORDS.sub(" ", to_arabic(text)).strip()).strip()


def _era(text: str) -> tuple[str | None, str]:
    """The era that is written (BE or CE), and the text without it."""
    found = _ERA.search(text)
    if not found:
        return None, text
    era = "BE" if found[1][0] in "พbB" else "CE"
    return era, " ".join((text[: found.start()] + " " + text[found.end() :]).split())


def _parts(text: str) -> tuple[str, int, int] | None:
    """Year as written, month and day; 0 where unknown."""
    if re.fullmatch(r"\d+", text, re.ASCII):
        return text, 0, 0
    if found := _YEAR_FIRST.fullmatch(text):
        return found[1], int(found[2]), int(found[3])
    if found := _DAY_FIRST.fullmatch(text):
        return found[3], int(found[2]), int(found[1])
    if found := _YEAR_MONTH.fullmatch(text):
        return found[1], int(found[2]), 0
    if found := _MONTH_YEAR.fullmatch(text):
        return found[2], int(found[1]), 0
    found = _NAMED.fullmatch(text)
    month = month_number(found[2]) if found else None
    return (found[3], month, int(found[1] or 0)) if found and month else None


def _year(digits: str, era: str | None) -> int:
    if len(digits) <= 2:
        raise Invalid(
            N_("The year %(year)s has two digits, so its century is unclear. Write four digits."),
            year=digits,
        )
    if len(digits) > 4:
        raise Invalid(_NOT_A_YEAR)
    number = int(digits)
    if era == "BE" or (era is None and number >= FIRST_BE):
        number -= BUDDHIST_ERA
    if not _FIRST_CE <= number <= _LAST_CE:
        raise Invalid(
            N_("The year %(year)s is out of range. Write พ.ศ. (2568) or CE (2025)."),
            year=digits,
        )
    return number


def _checked(year: int, month: int, day: int, text: str) -> PartialDate:
    if not 0 <= month <= 12:
        raise Invalid(
            N_("“%(text)s” has no such month. Write day/month/year, for example 25/2/2508."),
            text=text[:40],
        )
    if day and not month:
        raise Invalid(N_("“%(text)s” has a day but no month."), text=text[:40])
    if month and day > calendar.monthrange(year, month)[1]:
        raise Invalid(N_("“%(text)s” has no such day in that month."), text=text[:40])
    return PartialDate(year, month or None, day or None)
