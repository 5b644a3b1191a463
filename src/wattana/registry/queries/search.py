"""Finding a household by what is at hand: an ID, a code, a name, a house number."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import in_areas
from wattana.accounts.viewer import Viewer
from wattana.kernel import keys
from wattana.kernel.problems import Problem
from wattana.registry import national_ids
from wattana.registry.models import Household, Identifier, Person
from wattana.registry.queries.places import narrowed, tambon_choices
from wattana.thai import names, national_id
from wattana.thai.numerals import to_arabic
from wattana.thai.text import clean

LIMIT = 200
SPELT, SOUNDS, BEGINS = 0, 1, 2
_FEW = 2_000
_A_VOWEL = "า"  # behind the last letter it begins a syllable: มาล of มาลี, เกร of เกรียง

_SEPARATORS = re.compile(r"[\s\-–]")
_MOO = r"(?:หมู่บ้านที่|หมู่ที่|หมู่|ม\.|moo)\s*(?P<moo>\d{1,2})"
_NAMED = r"(?:\s*บ้าน[^\s,\d]+)?"  # the village's name behind its number
_TAMBON = r"(?:[\s,]*(?:ต\.|ตำบล|tambon\s)\s*(?P<tambon>[^\d,]+))?"
_HOUSE_NUMBER = re.compile(
    r"(?:(?:(?:บ้าน)?เลขที่|house)\s*)?(?P<number>\d{1,5}(?:/\d{1,5}){0,2})"
    rf"(?:[\s,]*{_MOO}{_NAMED})?{_TAMBON}",
    re.I,
)
_VILLAGE = re.compile(_MOO + _NAMED + _TAMBON, re.I)


@dataclass(frozen=True, slots=True)
class Matched:
    """Somebody whose name fits what was looked for."""

    name: str
    relation: str
    likeness: int  # SPELT so, SOUNDS so, BEGINS so


@dataclass(frozen=True)
class Found:
    """Households that a search found, at most `LIMIT`, the best match first, and by what."""

    by: str  # national_id, code, name, house_number, village, nothing
    households: list[int]
    matched: Mapping[int, Matched] = field(default_factory=dict)  # by household, of a name
    too_wide: bool = False  # a village or house number says nothing in a whole district
    exact: bool = False  # an ID, a code, a house number with its village: means one household

    @property
    def more(self) -> bool:
        return len(self.households) >= LIMIT

    @property
    def meant(self) -> int | None:
        """The household that can only be meant: the single one, found by what it is called and
        not by what sounds or begins so."""
        if len(self.households) != 1:
            return None
        (home,) = self.households
        spelt = home in self.matched and self.matched[home].likeness == SPELT
        return home if self.exact or spelt else None


def search(viewer: Viewer, text: str, in_area: str = "") -> Found:
    """Find households of the scope by national ID, house code, household code or other number,
    record key, Thai name, village (หมู่ 3), or house number with or without it (25/2 หมู่ 3), also
    with the tambon behind it, as pages write an address.

    Of a name the first, the last or both, in either order, or the beginnings of them; the title,
    tone marks, vowels and letters that sound alike do not matter (`thai.names.sound_key`). Names
    that are spelt so come first, then those that sound so, then those that begin so.

    A village or house number is looked for inside `in_area`, or inside the scope where that is
    tambons or villages; else the search is `too_wide`. Raises `Invalid` for 13 digits whose check
    digit is wrong.
    """
    viewer.require(Permission.HOUSEHOLD_LIST)
    written = to_arabic(clean(text))
    if not written:
        return Found("nothing", [])
    homes = narrowed(Household.objects.filter(status="active"), viewer, in_area)
    digits = _SEPARATORS.sub("", written)
    if digits.isdigit() and len(digits) == 13:
        return _found("national_id", _by_national_id(homes, national_id.parse(digits)), exact=True)
    if by_code := _by_code(homes, written):
        return _found("code", by_code, exact=True)
    if place := _HOUSE_NUMBER.fullmatch(written) or _VILLAGE.fullmatch(written):
        return _by_place(homes, viewer, in_area, **place.groupdict())
    return _by_name(viewer, in_area, written)


def is_national_id(text: str) -> bool:
    """Whether a search text is a national ID, which may stand in no address."""
    digits = _SEPARATORS.sub("", to_arabic(text))
    return digits.isdigit() and len(digits) == 13


def _found(by: str, households: Iterable[int], *, exact: bool) -> Found:
    found = list(dict.fromkeys(households))[:LIMIT]
    return Found(by if found else "nothing", found, exact=exact)


def _by_national_id(homes: QuerySet[Household, Household], digits: str) -> list[int]:
    holder = Person.objects.filter(national_id_hash=national_ids.hashed(digits))
    return _seen(homes, holder.values_list("household_id", flat=True))


def _by_code(homes: QuerySet[Household, Household], written: str) -> list[int]:
    """By record key, house code, household code, or a number of another register."""
    compact = _SEPARATORS.sub("", written)
    every = Household.objects.order_by()
    candidates = [*every.filter(household_code=written).values_list("pk", flat=True)[:LIMIT]]
    if len(compact) == 11 and compact.isdigit():
        candidates += every.filter(house_code=compact).values_list("pk", flat=True)[:LIMIT]
    numbers = Identifier.objects.filter(value=written)
    for own, of_person in numbers.values_list("household_id", "person__household_id")[:LIMIT]:
        candidates.append(own or of_person)
    with contextlib.suppress(Problem):
        candidates.append(keys.from_text(written))
    return _seen(homes, candidates)


def _seen(homes: QuerySet[Household, Household], candidates: Iterable[int]) -> list[int]:
    """Those of some households that the viewer may see."""
    wanted = set(candidates)
    return list(homes.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else []


def _by_place(
    homes: QuerySet[Household, Household],
    viewer: Viewer,
    in_area: str,
    moo: str | None,
    number: str = "",
    tambon: str | None = None,
) -> Found:
    areas = (in_area,) if in_area else viewer.areas
    if tambon:  # as pages write an address, and officers copy it
        areas = _called(viewer, in_area, tambon)
        homes = homes.filter(in_areas(areas)) if areas else homes.none()
    if not viewer.own_records_only and any(len(code) < 6 for code in areas):
        return Found("nothing", [], too_wide=True)
    if moo:
        villages = [f"{code[:6]}{int(moo):02d}" for code in areas]
        homes = homes.filter(area_id__in=villages) if villages else homes
    if number:
        homes = homes.filter(house_no=number)
    rows = homes.order_by("area_id", "pk").values_list("pk", flat=True)[:LIMIT]
    in_village = bool(moo) or len(in_area) == 8
    return _found("house_number" if number else "village", rows, exact=bool(number) and in_village)


def _called(viewer: Viewer, in_area: str, name: str) -> tuple[str, ...]:
    """The viewer's tambons of a name, inside an area."""
    wanted = name.strip().casefold()
    return tuple(
        one.code
        for one in tambon_choices(viewer)
        if wanted in (one.name_th, one.name_en.casefold()) and one.code.startswith(in_area[:6])
    )


def _by_name(viewer: Viewer, in_area: str, written: str) -> Found:
    """Names spelt so, then names that sound so, then names that begin so.

    Of each kind the households whose head is so named come before those of other members.
    """
    _, first, last = names.split(written)
    one, other = names.sound_key(first), names.sound_key(last)
    begins = list(_ways(one, other, _begins))
    if goes_on := _going_on(first, last):
        begins += _ways(*goes_on, _begins)
    found = _first_of(viewer, in_area, [*_ways(one, other, _sounds), *begins])
    found = list(dict.fromkeys(found))[:LIMIT]
    matched = _matched(found, {first, last} - {""}, {one, other} - {""}, begins)
    ranks = {home: _rank(who.likeness, who.relation) for home, who in matched.items()}
    found.sort(key=lambda home: ranks.get(home, (3, True)))  # gone since, where it has none
    return Found("name" if found else "nothing", found, matched)


def _going_on(first: str, last: str) -> tuple[str, str] | None:
    """The keys where the last letter begins a syllable, if it is then heard as another sound."""
    key = names.sound_key(last or first)
    longer = names.sound_key(f"{last or first}{_A_VOWEL}")
    if longer.startswith(key):
        return None
    return (names.sound_key(first), longer) if last else (longer, "")


def _first_of(viewer: Viewer, in_area: str, ways: Iterable[Q]) -> list[int]:
    found: list[int] = []
    for some in ways:
        if len(found) < LIMIT:
            found += _homes(viewer, in_area, some)
    return found


def _matched(
    homes: list[int], written: set[str], sounds: set[str], ways: Iterable[Q]
) -> dict[int, Matched]:
    """The person of each household whose name fits best; the head where several fit alike."""
    named = Q()
    for some in ways:
        named |= some
    people = Person.objects.filter(named, household__in=homes).order_by("pk")
    best: dict[int, tuple[tuple[int, bool], Matched]] = {}
    for person in people if homes else ():
        likeness = BEGINS
        if sounds <= {person.first_key, person.last_key}:
            likeness = SPELT if written <= {person.first_name, person.last_name} else SOUNDS
        full = names.joined(person.title, person.first_name, person.last_name)
        rank = _rank(likeness, person.relation)
        if person.household_id not in best or rank < best[person.household_id][0]:
            best[person.household_id] = rank, Matched(full, person.relation, likeness)
    return {home: who for home, (_, who) in best.items()}


def _rank(likeness: int, relation: str) -> tuple[int, bool]:
    return likeness, relation != Person.Relation.HEAD


def _ways(one: str, other: str, fits: Callable[[str, str], Q]) -> Iterator[Q]:
    """How a name may stand in its two columns; some write the surname first."""
    if one and other:
        yield fits("first_key", one) & fits("last_key", other)
        yield fits("first_key", other) & fits("last_key", one)
    elif key := one or other:
        yield fits("first_key", key)
        yield fits("last_key", key)


def _sounds(field: str, key: str) -> Q:
    return Q(**{field: key})


def _begins(field: str, key: str) -> Q:
    """Keys that begin with `key`, as a range that an index can answer."""
    return Q(**{f"{field}__gte": key, f"{field}__lt": f"{key}\uffff"})


def _homes(viewer: Viewer, in_area: str, named: Q) -> list[int]:
    """Households of the scope with people so named.

    A name that few bear is looked for among the names: in the scope a database without statistics
    would walk through its households. Of one that many bear, the scope soon has enough.
    """
    bearers = Person.objects.filter(named).order_by()
    few = bearers.values_list("household_id", flat=True)[: _FEW + 1]
    candidates = list(few)
    if len(candidates) <= _FEW:
        homes = Household.objects.filter(status="active")
        return _seen(narrowed(homes, viewer, in_area), candidates)
    people = bearers.filter(household__status="active")
    inside = narrowed(people, viewer, in_area, "household__")
    return list(inside.values_list("household_id", flat=True).distinct()[:LIMIT])
