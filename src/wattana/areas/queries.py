"""Reads of areas. They are public reference data, so no viewer is asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import CharField, F, QuerySet

from wattana.areas.models import Area, Boundary, RetiredCode
from wattana.kernel.problems import N_, Invalid, Named, NotFound
from wattana.kit.prepared import Given, Many, prepared
from wattana.thai.names import sound_key
from wattana.thai.text import clean, folded

NO_SUCH_AREA = N_("There is no area with the code %(code)s.")
NOT_OPEN = N_("No area with the code %(code)s is open to you.")
_RETIRED = N_(
    "The code %(code)s (%(name)s) is no longer in use. It may now be %(candidates)s: give "
    "today's code."
)
_RETIRED_WITHOUT_TRACE = N_(
    "The code %(code)s (%(name)s) is no longer in use, and its successor is unknown. Look up "
    "where the place belongs today."
)
_VILLAGE_OF_RETIRED = N_(
    "The village code %(code)s belongs to a tambon code no longer in use, today %(candidates)s. "
    "Village numbers changed too: give the new village code."
)
_NO_SUCH_NAME = N_("There is no area of this name in %(within)s. Check the spelling.")
_PERHAPS = N_(
    "There is no area of this name in %(within)s. Perhaps %(candidates)s is meant: check the "
    "spelling."
)
_NO_SUCH_PROVINCE = N_("There is no province of this name. Check the spelling.")
_SEVERAL = N_("“%(name)s” may be %(candidates)s: choose one by its code.")

_ALIKE = 0.7  # the share of letters by which a name is taken for a slip of another (difflib)
_LEVEL_WORDS = {
    "จังหวัด": 2, "จ.": 2, "อำเภอ": 4, "อ.": 4, "กิ่งอำเภอ": 4, "เขต": 4, "ตำบล": 6, "ต.": 6, "แขวง": 6,
}  # fmt: skip
_LEVEL_WORD = re.compile(
    "("
    + "|".join(re.escape(word) for word in sorted(_LEVEL_WORDS, key=len, reverse=True))
    + r")\s*"
)
_VILLAGE_WORD = re.compile(r"บ้าน\s*")


@dataclass(frozen=True)
class Shape:
    """The outline of one area (GeoJSON geometry, WGS84) and the point for its label."""

    code: str
    name_th: str
    name_en: str
    geometry: dict[str, Any]
    label_lon: float
    label_lat: float


@dataclass(frozen=True)
class Boundaries:
    """The outlines of a map, and the attributions that must stand on it."""

    shapes: Sequence[Shape]
    attributions: Sequence[str]


def area(code: str) -> Area:
    """The area with a code in use today. Raises `NotFound`."""
    try:
        return Area.objects.get(code=code)
    except Area.DoesNotExist as error:
        raise NotFound(NO_SUCH_AREA, code=code[:8]) from error


def children(code: str) -> list[Area]:
    """The areas one level below, by code; the provinces for ""."""
    return _children(parent=code) if code else list(Area.objects.filter(parent=None))


@prepared(parent=CharField())
def _children(parent: Given) -> QuerySet[Area]:
    return Area.objects.filter(parent=parent).order_by("code")


def breadcrumb(code: str) -> list[Area]:
    """The area and all above it, the province first. Raises `NotFound`."""
    path = _of_codes(codes=_prefixes(code))
    if not path or path[-1].code != code:
        raise NotFound(NO_SUCH_AREA, code=code[:8])
    return path


@prepared(codes=Many(CharField()))
def _of_codes(codes: list[Given]) -> QuerySet[Area]:
    return Area.objects.filter(code__in=codes).order_by("level")


def current(code: str) -> Area:
    """The area that a code of any year stands for today.

    A retired code gives its only successor. Raises `Invalid`, naming the candidates, where it was
    split, where its successor is not stated, or where it is a village of a retired tambon;
    `NotFound` for a code that never was.
    """
    if found := Area.objects.filter(code=code).first():
        return found
    retired = RetiredCode.objects.filter(code__in=(code, code[:6])).order_by("-code").first()
    if retired is None:
        raise NotFound(NO_SUCH_AREA, code=code[:8])
    if retired.code == code and len(retired.successors) == 1:
        return area(retired.successors[0])
    candidates = _candidates(retired)
    if not candidates:
        raise Invalid(_RETIRED_WITHOUT_TRACE, code=code, name=retired.name_th)
    if retired.code == code:
        raise Invalid(_RETIRED, code=code, name=retired.name_th, candidates=_listed(candidates))
    raise Invalid(_VILLAGE_OF_RETIRED, code=code, candidates=_listed(candidates))


def find(name_th: str, *, within: str, level: int | None = None) -> Area:
    """The area with a Thai name below `within` ("" finds provinces only).

    Names repeat, so a name is never looked up without the area that it lies in. “อ.”, “ต.” and
    the like, or `level`, say which level is meant. Where no name is equal, the only one that
    differs by usual misspellings counts. Raises `NotFound`, and `Invalid` with the candidates when
    several fit.
    """
    name = clean(name_th)
    wanted, said = _without_level(name)
    rows = _below(within, level or (None if within else Area.Level.PROVINCE))
    at_level = [row for row in rows if said in (None, row.level)]
    fitting = (
        [row for row in rows if row.name_th == name]
        or [row for row in at_level if _same(row, wanted)]
        or [row for row in at_level if folded(row.name_th) == folded(wanted)]
    )
    if not fitting:
        raise _no_such_name(within, wanted, at_level)
    if len(fitting) > 1:
        raise Invalid(_SEVERAL, name=name[:60], candidates=_listed(fitting))
    return fitting[0]


@dataclass(frozen=True)
class Villages:
    """The numbers (moo) of a tambon's villages, and whether a list named them."""

    numbers: frozenset[int]
    listed: bool

    def told(self) -> str:
        """The numbers for a reader: 1–14, 16."""
        ordered = sorted(self.numbers)
        starts = [one for one in ordered if one - 1 not in self.numbers]
        ends = [one for one in ordered if one + 1 not in self.numbers]
        pairs = zip(starts, ends, strict=True)
        return ", ".join(f"{first}–{last}" if last > first else f"{first}" for first, last in pairs)


def villages(tambon: str) -> Villages:
    """The villages that are known of a tambon."""
    return villages_within(tambon).get(tambon, Villages(frozenset(), listed=False))


def villages_within(code: str) -> dict[str, Villages]:
    """The same of each tambon within an area."""
    rows = Area.objects.filter(code__range=(code, code + "99999999"), level=Area.Level.VILLAGE)
    numbers: dict[str, dict[int, bool]] = {}
    for village, listed in rows.values_list("code", "listed"):
        numbers.setdefault(village[:6], {})[int(village[6:])] = listed
    return {
        tambon: Villages(frozenset(of), listed=any(of.values())) for tambon, of in numbers.items()
    }


def moos_of(codes: Iterable[str]) -> Villages:
    """The numbers in the codes of villages."""
    return Villages(frozenset(int(code[6:]) for code in codes if len(code) == 8), listed=True)


def boundaries_of(parent: str, level: int | None = None) -> Boundaries:
    """The loaded outlines of the areas one level below `parent`, or at a deeper `level`."""
    level = level or len(parent) + 2
    rows = Boundary.objects.filter(
        area__level=level, area__code__range=(parent, parent + "9" * 8)
    ).order_by("area_id")
    shapes = [
        Shape(**row)
        for row in rows.values(
            "geometry", "label_lon", "label_lat",
            code=F("area_id"), name_th=F("area__name_th"), name_en=F("area__name_en"),
        )
    ]  # fmt: skip
    attributions = rows.order_by().values_list("source__attribution", flat=True).distinct()
    return Boundaries(shapes, sorted(attributions))


def tile_grid(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """A tile (column, row), from 0, for each area, where no boundaries are loaded.

    A proposed layout: in reading order by code, nearly square. It keeps no geography.
    """
    ordered = sorted(set(codes))
    columns = max(1, math.ceil(math.sqrt(len(ordered))))
    return {code: (place % columns, place // columns) for place, code in enumerate(ordered)}


def _below(within: str, level: int | None) -> list[Area]:
    rows = Area.objects.filter(code__range=(within, within + "9" * 8), level__gt=len(within))
    return list((rows.filter(level=level) if level else rows).order_by("code"))


def _prefixes(code: str) -> list[str]:
    return [code[:length] for length in (2, 4, 6, 8) if length <= len(code)]


def _candidates(retired: RetiredCode) -> list[Area]:
    """The stated successors, else those of its level in the province with its name or sound."""
    if retired.successors:
        return list(Area.objects.filter(code__in=retired.successors).order_by("code"))
    same_level = Area.objects.filter(
        level=len(retired.code), code__range=(retired.code[:2], retired.code[:2] + "9" * 8)
    ).order_by("code")
    named = [row for row in same_level if folded(row.name_th) == folded(retired.name_th)]
    sound = sound_key(retired.name_th)
    return named or [row for row in same_level if sound_key(row.name_th) == sound]


def name_of(code: str) -> Named | str:
    """What an area is called in a message; its code where it has no name."""
    found = Area.objects.filter(code=code).first()
    return Named(found.name_th, found.name_en) if found else code


def _no_such_name(within: str, wanted: str, rows: Sequence[Area]) -> NotFound:
    if not within:
        return NotFound(_NO_SUCH_PROVINCE)
    alike = get_close_matches(wanted, [row.name_th for row in rows], n=2, cutoff=_ALIKE)
    candidates = [row for name in alike for row in rows if row.name_th == name]
    if not candidates:
        return NotFound(_NO_SUCH_NAME, within=name_of(within))
    return NotFound(_PERHAPS, within=name_of(within), candidates=_listed(candidates))


def _listed(areas: Iterable[Area]) -> Named:
    told = [
        [f"{name} ({row.code})" for name in (row.name_th, row.name_en or row.name_th)]
        for row in areas
    ]
    thai, english = (", ".join(names) for names in zip(*told, strict=True))
    return Named(thai, english)


def _without_level(name: str) -> tuple[str, int | None]:
    found = _LEVEL_WORD.match(name)
    if found and found.end() < len(name):
        return name[found.end() :], _LEVEL_WORDS[found[1]]
    return name, None


def _same(row: Area, wanted: str) -> bool:
    if _without_level(row.name_th)[0] == wanted:  # districts of Bangkok are named “เขต…”
        return True
    if row.level == Area.Level.VILLAGE:
        return _VILLAGE_WORD.sub("", row.name_th, 1) == _VILLAGE_WORD.sub("", wanted, 1)
    # “อ.เมือง” is written for the district of the provincial seat, which has the number 01
    return row.level == Area.Level.DISTRICT and wanted == "เมือง" and row.code.endswith("01")
