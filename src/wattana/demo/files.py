"""The files that the authorities of the demo bring: household lists and people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from random import Random

from wattana.demo.people import Home, Person

_LIST = ("household_key", "household_code", "house_code", "house_no", "area_code", "list_source")
_PEOPLE = ("household_key", "title", "first_name", "last_name", "sex", "birth_date", "national_id",
           "no_id_reason", "relation", "registered", "phone")  # fmt: skip
# Which lists name a household, by how hard its life is: each misses some of the poor and names some
# who are not; most of the poor stand on more than one, some on none and were found in the field.
_LISTS = {
    "tpmap": (0.62, 0.10),
    "bmn": (0.45, 0.16),
    "mso": (0.30, 0.05),
    "welfare_card": (0.55, 0.22),
}


def key(home: Home) -> str:
    """The household's own key in the authority's files."""
    return f"D{home.number + 1:06}"


def lists_of(draw: Random, home: Home) -> list[str]:
    """The lists that name a household; none for those whom only a neighbour knew of."""
    poor = home.hardship > -1.9
    named = [name for name, share in _LISTS.items() if draw.random() < share[0 if poor else 1]]
    return named or [draw.choice(("leader", "villager"))]


def of_households(homes: Iterable[tuple[Home, list[str]]]) -> bytes:
    """A household list as an authority would bring it."""
    return _file(
        _LIST,
        ((key(home), f"HC33{home.number:08}", _house_code(home), home.house_no, home.village,
          ";".join(sources)) for home, sources in homes),
    )  # fmt: skip


def _house_code(home: Home) -> str:
    """11 digits that begin with the registry office (the district)."""
    return f"{home.village[:4]}{home.number + 1000:07}"


def of_people(homes: Iterable[Home]) -> bytes:
    """The members of the households, one row each."""
    return _file(_PEOPLE, (_person(home, person) for home in homes for person in home.persons))


def _person(home: Home, person: Person) -> tuple[str, ...]:
    born = person.birth
    return (
        key(home), person.title, person.first_name, person.last_name, person.sex,
        f"{born.day}/{born.month}/{born.year + 543}", person.national_id, person.no_id_reason,
        person.relation, person.registered, person.phone,
    )  # fmt: skip


def _file(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(header)
    out.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
