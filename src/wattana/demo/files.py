"""The files that the authorities of the demo bring: household lists and people."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from random import Random

from wattana.demo.people import Home

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


def write_households(path: Path, homes: Iterable[tuple[Home, list[str]]]) -> None:
    """A household list as an authority would bring it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(_LIST)
        for home, sources in homes:
            out.writerow((key(home), f"HC33{home.number:08}", _house_code(home), home.house_no,
                          home.village, ";".join(sources)))  # fmt: skip


def _house_code(home: Home) -> str:
    """11 digits that begin with the registry office (the district)."""
    return f"{home.village[:4]}{home.number + 1000:07}"


def write_people(path: Path, homes: Iterable[Home]) -> None:
    """The members of the households, one row each."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(_PEOPLE)
        for home in homes:
            for person in home.persons:
                born = person.birth
                out.writerow((key(home), person.title, person.first_name, person.last_name,
                              person.sex, f"{born.day}/{born.month}/{born.year + 543}",
                              person.national_id, person.no_id_reason, person.relation,
                              person.registered, person.phone))  # fmt: skip
