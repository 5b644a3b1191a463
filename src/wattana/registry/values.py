"""What a value of the registry must look like, field by field: the parsers of screens and actions.

Fields that the codebook knows are read by it, as the importer does. Every parser takes what a
person typed, or the value itself, and returns the value as it is stored.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from wattana.kernel.problems import N_, Invalid
from wattana.registry.models import Consent, Household, Identifier, ListEntry, Membership, Person
from wattana.rules import codebook
from wattana.thai import dates
from wattana.thai.numerals import parse_number, to_arabic
from wattana.thai.text import clean

Parser = Callable[[Any], Any]

_OLDEST = 130  # years
_FIRST_LIST_YEAR = 1990
_NO_NAME = re.compile(r"[<>=]|https?:", re.I)
_NOT_A_NAME = N_(
    "This is not a name: it holds <, > or =, or the address of a web page, as formulas and web "
    "pages leave behind. Write the name as it is on the ID card."
)


def of_codebook(name: str, empty: Any = "") -> Parser:
    """Read as the codebook's variable of that name; `empty` where nothing was said."""

    def parse(value: Any) -> Any:
        found = codebook.load().parse(name, value)
        return empty if found is None else found

    return parse


def name(variable: str) -> Parser:
    """A first or last name; what is left of a web page, a formula or an address is none."""
    read = of_codebook(variable)

    def parse(value: Any) -> str:
        found: str = read(value)
        if _NO_NAME.search(found):
            raise Invalid(_NOT_A_NAME)
        return found

    return parse


def text(longest: int) -> Parser:
    """Cleaned text of at most `longest` letters."""

    def parse(value: Any) -> str:
        cleaned = clean(str(value or ""))
        if len(cleaned) > longest:
            raise Invalid(N_("This is longer than %(longest)s letters."), longest=longest)
        return cleaned

    return parse


def choice(choices: type[TextChoices]) -> Parser:
    """One of the codes of a list."""

    def parse(value: Any) -> str:
        code = str(value or "")
        if code not in choices.values:
            raise Invalid(N_("Choose one of the answers of the list."))
        return code

    return parse


def past_date(value: Any) -> dt.date | None:
    """A full day (พ.ศ. or CE) that is not in the future; None where nothing was typed."""
    if value in (None, ""):
        return None
    day = value if isinstance(value, dt.date) else dates.parse_date(str(value))
    if day > timezone.localdate():
        raise Invalid(N_("This day is in the future."))
    return day


def birth_date(value: Any) -> dates.PartialDate | None:
    """A birth date of which the day or the month may be unknown."""
    if isinstance(value, dates.PartialDate):
        value = value.isoformat()
    found = codebook.load().parse("birth_date", value)
    if found is None:
        return None
    born = dates.PartialDate(*[int(part) for part in str(found).split("-")])
    today = timezone.localdate(timezone=timezone.get_default_timezone())  # a file has many
    if born.earliest() > today:
        raise Invalid(N_("The birth date is in the future."))
    if today.year - born.year > _OLDEST:
        raise Invalid(N_("The birth date is more than %(years)s years ago."), years=_OLDEST)
    return born


def year(value: Any) -> int:
    """A year (พ.ศ. or CE) that has begun, as CE."""
    number = dates.parse_year(str(value))
    if not _FIRST_LIST_YEAR <= number <= timezone.localdate().year:
        raise Invalid(N_("Give a year between 2533 (1990) and this year."))
    return number


def area_code(value: Any) -> str:
    """The code of a tambon (6 digits) or a village (8 digits)."""
    digits = to_arabic(str(value or "")).strip()
    if not re.fullmatch(r"\d{6}(\d{2})?", digits, re.ASCII):
        raise Invalid(N_("Choose a tambon, and give the village (moo) as a number from 1 to 99."))
    return digits


def _degrees(name: str) -> Parser:
    def parse(value: Any) -> float | None:
        found = codebook.load().parse(name, value)
        return None if found is None else round(float(found), 6)

    return parse


def _metres(value: Any) -> float | None:
    if value in (None, ""):
        return None
    number = float(parse_number(str(value)))
    if not 0 <= number <= 10_000:
        raise Invalid(N_("Give the accuracy in metres, between 0 and 10,000."))
    return number


HOUSEHOLD: Mapping[str, Parser] = {
    "area": area_code,
    "house_no": of_codebook("house_no"),
    "road": of_codebook("road"),
    "house_code": of_codebook("house_code"),
    "household_code": of_codebook("household_code"),
    "latitude": _degrees("latitude"),
    "longitude": _degrees("longitude"),
    "location_accuracy": _metres,
    "status": choice(Household.Status),
    "list_status": choice(Household.ListStatus),
}

PERSON: Mapping[str, Parser] = {
    "relation": of_codebook("relation", Person.Relation.UNKNOWN.value),
    "registered": of_codebook("registered", Person.Registered.UNKNOWN.value),
    "title": of_codebook("title"),
    "first_name": name("first_name"),
    "last_name": name("last_name"),
    "sex": of_codebook("sex"),
    "birth_date": birth_date,
    "national_id": of_codebook("national_id"),
    "no_id_reason": of_codebook("no_id_reason"),
    "phone": of_codebook("phone"),
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

MOVE: Mapping[str, Parser] = {
    "on": past_date,
    "relation": PERSON["relation"],
    "reason": choice(Membership.EndReason),
}

IDENTIFIER: Mapping[str, Parser] = {"kind": choice(Identifier.Kind), "value": text(40)}


def parsed(parsers: Mapping[str, Parser], fields: Mapping[str, Any]) -> dict[str, Any]:
    """All `fields` as they are stored. Raises `Invalid` for the first that is not well formed."""
    return {name: parsers[name](value) for name, value in fields.items()}
