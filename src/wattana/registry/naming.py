"""How places, people, levels and changed fields are called on the pages of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from wattana.areas.models import Area
from wattana.kernel import keys
from wattana.kit.dates import format_date, format_year
from wattana.kit.templatetags.wattana import in_language
from wattana.kit.words import kept_by_language
from wattana.registry.models import Consent, Household, Identifier, ListEntry, Person
from wattana.registry.queries.history import ADDED, CAME_IN, GIVEN, Change
from wattana.registry.queries.places import Place
from wattana.rules.measures import load_measure
from wattana.thai.dates import PartialDate
from wattana.thai.names import joined

MEASURE = "five_capitals"
Named = Area | Place


def level_name(number: int) -> str:
    """The name of a level, 1 … 4, as the measure calls it."""
    words = load_measure(MEASURE).levels[number]
    return words.th if get_language() == "th" else words.en


def place(code: str, areas: Mapping[str, Named]) -> str:
    """Village and tambon of a code, from the areas at hand."""
    parts = [
        area_label(area)
        for area in (areas.get(code[:8]) if len(code) == 8 else None, areas.get(code[:6]))
        if area is not None
    ]
    return ", ".join(parts) or code


def called(codes: Iterable[str]) -> dict[str, str]:
    """Village and tambon of each code."""
    wanted = list(codes)
    found = Area.objects.in_bulk([code[:length] for code in wanted for length in (6, 8)])
    return {code: place(code, found) for code in wanted}


def area_label(area: Named) -> str:
    """An area's name; a village's as “หมู่ 3”, or “หมู่ 3 บ้านคูซอด” where it has one of its own."""
    return _label(Place(area.code, area.level, area.name_th, area.name_en))


@kept_by_language(16_384)
def _label(area: Place) -> str:
    name = in_language(area)
    if area.level == Area.Level.VILLAGE:
        number = gettext("Moo %(number)s") % {"number": int(area.code[6:])}
        return number if name.split()[-1].isdigit() else f"{number} {name}"
    if area.level == Area.Level.TAMBON:
        return pgettext("tambon", "Tambon %(name)s") % {"name": name}
    return name


def address(household: Household, areas: Mapping[str, Named]) -> str:
    """House number, village and tambon in one line."""
    return f"{home(household)}, {place(household.area_id, areas)}"


def house_at(number: str, road: str, code: str, areas: Mapping[str, Named]) -> str:
    """The same from what a list reads of a household."""
    return f"{house(number, road)}, {place(code, areas)}"


def above(household: Household) -> list[Area]:
    """The areas of a household, the province first."""
    areas, area = [], household.area
    while area is not None:
        areas.insert(0, area)
        area = area.parent
    return areas


def full_address(household: Household) -> str:
    """`address` with the areas read from the database."""
    return address(household, {area.code: area for area in above(household)})


def house(number: str, road: str) -> str:
    """“House 25/2”; for people without a house the place where they live, as it was described."""
    return _numbered(number) if number or not road else road


@kept_by_language(16_384)
def _numbered(number: str) -> str:
    if not number:  # not that there is none: the record does not say so
        return gettext("House number not recorded")
    return gettext("House %(number)s") % {"number": number}


def home(household: Household) -> str:
    """The same of a whole record."""
    return house(household.house_no, household.road)


def full_name(person: Person) -> str:
    """Title, first and last name as people write them."""
    return joined(person.title, person.first_name, person.last_name)


def without_head(members: int) -> str:
    """What stands for the head's name where nobody of a household is named."""
    return gettext("No head is recorded") if members else gettext("Nobody is recorded yet")


def born(date: PartialDate | None) -> str:
    """A birth date as far as it is known, in the era of the language."""
    if date is None:
        return "–"
    if date.month and date.day:
        return format_date(dt.date(date.year, date.month, date.day))
    year = format_year(date.year)
    return f"{date.month}/{year}" if date.month else year


def typed_birth(date: PartialDate | None) -> str:
    """A birth date as one types it: 25/2/2508, 2/2508 or 2508."""
    if date is None:
        return ""
    known = [str(part) for part in (date.day, date.month) if part]
    return "/".join([*known, format_year(date.year)])


PURPOSES: Mapping[str, tuple[Promise, Promise]] = {
    Consent.Purpose.SURVEY: (
        _("Its answers count in levels, rights and figures of the area."),
        _(
            "It has no level from then on, and new analyses leave its answers out; the household "
            "stays on the list."
        ),
    ),
    Consent.Purpose.REFERRAL: (
        _("What an agency needs to help may be sent to it."),
        _(
            "The agencies see the facts of its cases no more, and nothing new is sent on this "
            "ground."
        ),
    ),
    Consent.Purpose.RESEARCH: (
        _("Its data may be used for research, without names and numbers."),
        _("Its data are not given to research from then on."),
    ),
}
"""What a consent is for, and what follows when it is withdrawn."""


KINDS: Mapping[str, Promise] = {
    "household": _("household"),
    "person": _("person"),
    "list_entry": _("list entry"),
    "consent": _("consent"),
}

FIELDS: Mapping[str, Promise | str] = {
    "area_id": _("village"),
    "house_no": _("house number"),
    "road": _("lane, road or place"),
    "house_code": _("house code"),
    "household_code": _("household code"),
    "latitude": _("latitude"),
    "longitude": _("longitude"),
    "location_accuracy": _("accuracy of the position (metres)"),
    "status": _("state of the household"),
    "list_status": _("list status"),
    "merged_into_id": _("merged into"),
    "household_id": _("lives in household"),
    "relation": _("relation to the head"),
    "registered": _("house register"),
    "title": _("title"),
    "first_name": _("first name"),
    "last_name": _("last name"),
    "sex": _("sex"),
    "birth_date": _("date of birth"),
    "national_id": _("national ID (last four digits)"),
    "no_id_reason": _("why there is no national ID"),
    "phone": _("telephone"),
    "member_since": _("lives here since"),
    "died_on": _("died on"),
    "left_on": _("left on"),
    "verification": _("verification"),
    "reason": _("reason"),
    "withdrawn_at": _("withdrawn"),
    ADDED: _("added"),
    CAME_IN: _("another record merged into this one"),
    GIVEN: _("recorded"),
    **dict(Identifier.Kind.choices),
}

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "status": dict(Household.Status.choices),
    "list_status": dict(Household.ListStatus.choices),
    "relation": dict(Person.Relation.choices),
    "registered": dict(Person.Registered.choices),
    "sex": dict(Person.Sex.choices),
    "no_id_reason": dict(Person.NoIdReason.choices),
    "verification": dict(ListEntry.Verification.choices),
    GIVEN: dict(Consent.Purpose.choices),
}
HOMES = {"merged_into_id", "household_id", CAME_IN}
_DATES = {"member_since", "died_on", "left_on", "withdrawn_at"}


def told_value(
    field: str, value: str | None, areas: Mapping[str, Named], homes: Mapping[int, str]
) -> str:
    """A value of a history row in words."""
    if value is None:
        return "–"
    if field in _CHOICES:
        return str(_CHOICES[field].get(value, value))
    if field in HOMES:
        key = keys.to_text(int(value))
        home = homes.get(int(value))
        return f"{home} ({key})" if home else key
    if field in _DATES:
        return format_date(dt.datetime.fromisoformat(value))
    if field == "birth_date":
        return born(PartialDate(*[int(part) for part in value.split("-")]))
    if field == "area_id":
        return place(value, areas)
    return f"…{value}" if field == "national_id" else value


def told_change(
    change: Change,
    areas: Mapping[str, Named],
    people: Mapping[int, str],
    homes: Mapping[int, str],
) -> dict[str, Any]:
    """A change as the history shows it."""
    kind = str(KINDS[change.kind])
    name = people.get(change.object_id, "") if change.kind == "person" else ""
    return {
        "at": change.at,
        "who": change.who or gettext("operator of the system"),
        "what": f"{kind}: {name}" if name else kind,
        "field": FIELDS.get(change.field, change.field),
        "old": told_value(change.field, change.old, areas, homes),
        "new": told_value(change.field, change.new, areas, homes),
        "reason": change.reason,
    }
