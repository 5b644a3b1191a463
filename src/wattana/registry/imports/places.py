"""The area of a household, from the code, the names and the village number that a file gives.

Names repeat, so a name counts only inside the area above it; where a file names no district, inside
the areas of the organisation. Each combination is resolved once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from wattana.areas import codes, queries
from wattana.kernel.problems import N_, Invalid, NotFound, Phrase, Problem
from wattana.registry.imports import spoilt
from wattana.registry.imports.fields import as_written
from wattana.thai import house_number

HOUSE_MOO = "house_moo"  # a house number with the moo behind it, told beside the fields of PLACE
_LEVEL_NAMES = frozenset({"อยู่ลำบาก", "อยู่ยาก", "อยู่พอได้", "พออยู่ได้", "อยู่ดี", "อยู่พอดี"})
_SHIFTED = N_(
    "This is a level of poverty or a number, not the name of an area: the columns of the row seem "
    "to be shifted. Compare it with the header."
)
_NOT_THERE = N_(
    "The area code %(code)s is %(official)s, which is another name than this. Correct the code or "
    "the name; or the columns of this row are shifted."
)
_OUTSIDE = N_(
    "%(name)s (%(code)s) is not an area of this organisation, so the row is not taken. Let the "
    "organisation that serves the area import it."
)
_RETIRED = N_("The area code %(code)s is no longer in use; its successor %(successor)s was taken.")
_NO_VILLAGE = N_(
    "The village is not known by this name in its tambon; the household was placed in the tambon."
)
_OTHER_MOO = N_(
    "The house number names moo %(house)s, but the row lies in moo %(moo)s. Correct one of them."
)
_UNLISTED = N_(
    "%(tambon)s has no moo %(moo)s in the list of villages, only %(known)s. Correct the number. If "
    "it is a new village, say so: %(how)s."
)
ON_PAGE = Phrase(
    N_("go back to the columns of the file and tick “%(label)s”"),
    label=Phrase(N_("The file names villages that are new")),
)
BY_COMMAND = "--new-villages"
_NEW_VILLAGE = N_(
    "Moo %(moo)s of %(tambon)s is new; known until now: %(known)s. Is the number right?"
)


@dataclass
class Place:
    """What a combination came to: the area, or what is wrong with it and at which field."""

    area: str = ""
    problem: Problem | None = None
    at: str = "area_code"
    warnings: list[tuple[str, Problem]] = field(default_factory=list)  # at which field, what


class Resolver:
    """Finds areas for rows of an organisation that serves `areas` (codes of any level).

    One import has one resolver: it remembers what it looked up. `new_villages`: a number that a
    tambon's list of villages does not have is a new village, and no mistake; `how` tells the reader
    how to say so.
    """

    def __init__(
        self, areas: tuple[str, ...], *, new_villages: bool = False, how: str | Phrase = ON_PAGE
    ) -> None:
        self._areas = areas
        self._new_villages = new_villages
        self._how = how
        self._villages = lru_cache(None)(queries.villages_within)  # of a district at once
        self._successor = lru_cache(None)(lambda code: queries.current(code).code)
        self._find = lru_cache(None)(_find)
        provinces = {area[:2] for area in areas}
        self._province = provinces.pop() if len(provinces) == 1 else ""

    def resolve(self, written: Mapping[str, str | None]) -> Place:
        """`written` holds fields of `fields.PLACE` and `HOUSE_MOO`; an empty one is absent. Never
        raises."""
        cleaned = {name: as_written(text) for name, text in written.items()}
        texts = {name: text for name, text in cleaned.items() if text}
        place = Place()
        if not texts.keys() - {HOUSE_MOO}:
            return place
        try:
            for place.at, text in texts.items():
                spoilt.refuse(text)
            self._resolve(texts, place)
        except Problem as problem:
            place.area, place.problem = "", problem
        return place

    def _resolve(self, texts: Mapping[str, str], place: Place) -> None:
        _refuse_shifted(texts, place)
        if "area_code" in texts:
            tambon, moo = self._by_code(texts["area_code"], place)
            self._compare_names(texts, tambon, place)
        else:
            tambon, moo = self._by_names(texts, place), ""
        said = "area_code" if moo or "moo" not in texts else "moo"
        moo = moo or self._village(texts, tambon, place)
        if behind := house_number.with_moo(texts.get(HOUSE_MOO, ""))[1]:
            place.at = "house_no"
            behind = codes.village_code(tambon, behind)[6:]
            if moo and moo != behind:
                raise Invalid(_OTHER_MOO, house=int(behind), moo=int(moo))
            moo, said = behind, said if moo else "house_no"
        place.area = tambon + moo
        place.at = "area_code" if "area_code" in texts else "tambon_name"
        if not place.area.startswith(self._areas):
            raise Invalid(_OUTSIDE, code=place.area, name=queries.name_of(tambon))
        if moo:
            place.at = said
            self._doubt_new(tambon, int(moo), place)

    def _doubt_new(self, tambon: str, moo: int, place: Place) -> None:
        """A number that a list of villages does not have is refused, unless new ones are meant;
        where no list was loaded, it is noted beside those that households have named."""
        known = self._villages(tambon[:4]).get(tambon)
        if known is None or moo in known.numbers:
            return
        told = {"moo": moo, "tambon": queries.name_of(tambon), "known": known.told()}
        if known.listed and not self._new_villages:
            raise Invalid(_UNLISTED, how=self._how, **told)
        place.warnings.append((place.at, Invalid(_NEW_VILLAGE, **told)))

    def _by_code(self, text: str, place: Place) -> tuple[str, str]:
        """Tambon and village number of a code of 6 or 8 digits, today's where it is retired."""
        place.at = "area_code"
        code = codes.parse_code(text)
        if len(code) < 6:
            raise Invalid(
                N_("The area code %(code)s is of a province or district. Give that of the tambon."),
                code=code,
            )
        today = self._today(code[:6])
        if today != code[:6]:
            retired = Invalid(_RETIRED, code=code[:6], successor=today)
            place.warnings.append(("area_code", retired))
        if len(code) == 8 and code.endswith("00"):
            raise Invalid(N_("The village code %(code)s has no village number (moo)."), code=code)
        return today, code[6:]

    def _today(self, tambon: str) -> str:
        """The code itself where villages lie in it, else what it stands for today."""
        return tambon if tambon in self._villages(tambon[:4]) else self._successor(tambon)

    def _by_names(self, texts: Mapping[str, str], place: Place) -> str:
        province = self._named(texts, "province_name", "", place) or self._province
        district = self._named(texts, "district_name", province, place)
        place.at = "tambon_name"
        if "tambon_name" not in texts:
            if (
                len(self._areas) == 1
                and len(self._areas[0]) >= 6
                and self._areas[0].startswith(district)
            ):
                return self._areas[0][:6]
            raise Invalid(N_("The row does not say in which tambon the household is."))
        if district:
            return self._named(texts, "tambon_name", district, place)
        return self._tambon_of_organisation(texts["tambon_name"])

    def _named(self, texts: Mapping[str, str], name: str, within: str, place: Place) -> str:
        if name not in texts:
            return ""
        place.at = name
        levels = {"province_name": 2, "district_name": 4, "tambon_name": 6}
        return self._find(texts[name], within, levels[name])

    def _tambon_of_organisation(self, name: str) -> str:
        """A tambon whose district the file does not tell: the only one of that name served here."""
        found, problem = set(), None
        for area in self._areas:
            try:
                within = area[:4] if len(area) >= 6 else area
                code = self._find(name, within, 6)
            except Problem as error:
                problem = error
                continue
            if code.startswith(area[:6]) or area.startswith(code):
                found.add(code)
        if len(found) == 1:
            return found.pop()
        if len(found) > 1 or problem is None:
            raise Invalid(N_("There may be several tambons of this name: give the district too."))
        raise problem

    def _village(self, texts: Mapping[str, str], tambon: str, place: Place) -> str:
        """The village number, or "" where only the tambon is known."""
        if "moo" in texts:
            place.at = "moo"
            return codes.village_code(tambon, texts["moo"])[6:]
        if "village_name" in texts:
            try:
                return self._find(texts["village_name"], tambon, 8)[6:]
            except NotFound:
                place.warnings.append(("village_name", NotFound(_NO_VILLAGE)))
        return ""

    def _compare_names(self, texts: Mapping[str, str], tambon: str, place: Place) -> None:
        """Raise `Invalid` when a name beside the code is of another area."""
        for name, length in (("province_name", 2), ("district_name", 4), ("tambon_name", 6)):
            if name not in texts:
                continue
            code = tambon[:length]
            place.at = name
            try:
                same = self._find(texts[name], code[:-2], length) == code
            except Problem:
                same = False
            if not same:
                raise Invalid(_NOT_THERE, code=code, official=queries.name_of(code))


def _refuse_shifted(texts: Mapping[str, str], place: Place) -> None:
    for name in ("province_name", "district_name", "tambon_name"):
        text = texts.get(name, "")
        if text in _LEVEL_NAMES or text.replace(".", "").isdigit():
            place.at = name
            raise Invalid(_SHIFTED)


def _find(name: str, within: str, level: int) -> str:
    return queries.find(name, within=within, level=level).code
