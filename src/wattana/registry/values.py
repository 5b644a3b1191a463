"""What a value of the registry must look like, field by field: the parsers of screens and actions.

Every parser takes what a person typed, or the value itself, and returns the value as it is stored.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from wattana.kernel.problems import N_, Invalid
from wattana.registry.models import Consent, Household, Identifier, ListEntry, Person
from wattana.thai import dates, house_code, house_number, national_id
from wattana.thai.numerals import parse_number, to_arabic
from wattana.thai.text import clean

Parser = Callable[[Any], Any]

_OLDEST = 130  # years
_SOUTH, _NORTH, _WEST, _EAST = 5.5, 20.6, 97.3, 105.8  # Thailand


def text(longest: int) -> Parser:
    """Cleaned text of at most `longest` letters."""

    def parse(value: Any) -> str:
        cleaned = clean(str(value or ""))
        if len(cleaned) > longest:
            raise Invalid(N_("This is longer than %(longest)s letters."), longest=longest)
        return cleaned

    return parse


def choice(choices: type[TextChoices], *, blank: bool = False) -> Parser:
    """One of the codes of a list."""

    def parse(value: Any) -> str:
        code = str(value or "")
        if code not in choices.values and not (blank and code == ""):
            raise Invalid(N_("Choose one of the answers of the list."))
        return code

    return parse


def optional(parser: Callable[[str], Any], empty: Any = "") -> Parser:
    """What `parser` reads, or `empty` where nothing was typed."""

    def parse(value: Any) -> Any:
        return parser(str(value)) if str(value if value is not None else "").strip() else empty

    return parse


def past_date(value: Any) -> dt.date | None:
    """A full day (พ.ศ. or CE) that is not in the future; None where nothing was typed."""
    if value in (None, ""):
        return None
    day = value if isinstance(value, dt.date) else dates.parse_date(value)
    if day > timezone.localdate():
        raise Invalid(N_("This day is in the future."))
    return day


def birth_date(value: Any) -> dates.PartialDate | None:
    """A birth date of which the day or the month may be unknown."""
    if value in (None, ""):
        return None
    born = value if isinstance(value, dates.PartialDate) else dates.parse_partial(value)
    today = timezone.localdate()
    if born.earliest() > today:
        raise Invalid(N_("The birth date is in the future."))
    if today.year - born.year > _OLDEST:
        raise Invalid(N_("The birth date is more than %(years)s years ago."), years=_OLDEST)
    return born


def year(value: Any) -> int:
    """A year (พ.ศ. or CE) that has begun, as CE."""
    number = dates.parse_year(str(value))
    if not 1990 <= number <= timezone.localdate().year:
        raise Invalid(N_("Give a year between 2533 (1990) and this year."))
    return number


def phone(value: Any) -> str:
    """A Thai telephone number as digits: 9 or 10, beginning with 0."""
    digits = re.sub(r"[\s\-().]", "", to_arabic(str(value or "")))
    digits = re.sub(r"^\+66", "0", digits)
    if digits and not re.fullmatch(r"0\d{8,9}", digits, re.ASCII):
        raise Invalid(N_("A telephone number has 9 or 10 digits and begins with 0."))
    return digits


def area_code(value: Any) -> str:
    """The code of a tambon (6 digits) or a village (8 digits)."""
    digits = to_arabic(str(value or "")).strip()
    if not re.fullmatch(r"\d{6}(\d{2})?", digits, re.ASCII):
        raise Invalid(N_("Choose a tambon, and give the village (moo) as a number from 1 to 99."))
    return digits


def moo(value: Any) -> int | None:
    """The number of a village in its tambon (หมู่ที่), 1 … 99; None where nothing was typed."""
    typed = re.sub(r"^(หมู่ที่|หมู่|ม\.|moo)\s*", "", clean(to_arabic(str(value or ""))), flags=re.I)
    if not typed:
        return None
    if not re.fullmatch(r"\d{1,2}", typed, re.ASCII) or int(typed) == 0:
        raise Invalid(N_("The village (moo) is a number from 1 to 99."))
    return int(typed)


def _degrees(low: float, high: float) -> Parser:
    def parse(value: Any) -> float | None:
        if value in (None, ""):
            return None
        number = float(value if isinstance(value, int | float) else parse_number(str(value)))
        if not low <= number <= high:
            raise Invalid(
                N_("This does not lie in Thailand: between %(low)s and %(high)s degrees."),
                low=low,
                high=high,
            )
        return round(number, 6)

    return parse


def _metres(value: Any) -> float | None:
    if value in (None, ""):
        return None
    number = float(value if isinstance(value, int | float) else parse_number(str(value)))
    if not 0 <= number <= 10_000:
        raise Invalid(N_("Give the accuracy in metres, between 0 and 10,000."))
    return number


HOUSEHOLD: Mapping[str, Parser] = {
    "area": area_code,
    "house_no": optional(house_number.parse),
    "road": text(120),
    "house_code": optional(house_code.parse),
    "household_code": text(20),
    "latitude": _degrees(_SOUTH, _NORTH),
    "longitude": _degrees(_WEST, _EAST),
    "location_accuracy": _metres,
    "status": choice(Household.Status),
    "list_status": choice(Household.ListStatus),
}

PERSON: Mapping[str, Parser] = {
    "relation": choice(Person.Relation),
    "registered": choice(Person.Registered),
    "title": text(30),
    "first_name": text(100),
    "last_name": text(100),
    "sex": choice(Person.Sex, blank=True),
    "birth_date": birth_date,
    "national_id": optional(national_id.parse),
    "no_id_reason": choice(Person.NoIdReason, blank=True),
    "phone": phone,
    "member_since": past_date,
    "died_on": past_date,
    "left_on": past_date,
}

LIST_ENTRY: Mapping[str, Parser] = {
    "source": choice(ListEntry.Source),
    "source_year": year,
    "verification": choice(ListEntry.Verification),
    "reason": text(300),
}

CONSENT: Mapping[str, Parser] = {
    "purpose": choice(Consent.Purpose),
    "method": choice(Consent.Method),
    "given_on": past_date,
}

IDENTIFIER: Mapping[str, Parser] = {"kind": choice(Identifier.Kind), "value": text(40)}


def parsed(parsers: Mapping[str, Parser], fields: Mapping[str, Any]) -> dict[str, Any]:
    """All `fields` as they are stored. Raises `Invalid` for the first that is not well formed."""
    return {name: parsers[name](value) for name, value in fields.items()}
