"""Writes of areas: reference data that an operator loads on the machine itself."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geothai
from django.conf import settings
from django.db import transaction
from geothai.abolished import abolished_areas

from wattana.areas import geojson
from wattana.areas.codes import parse_code
from wattana.areas.models import Area, Boundary, BoundarySource, RetiredCode
from wattana.areas.queries import NO_SUCH_AREA, current
from wattana.kernel.problems import N_, Invalid, NotFound, Problem
from wattana.thai.files import decode
from wattana.thai.text import clean

Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""

_VILLAGE_HEADERS = {
    "code": ("village_code", "code", "รหัสหมู่บ้าน", "vill_code"),
    "name_th": ("name_th", "ชื่อหมู่บ้าน", "หมู่บ้าน", "name", "village_name"),
    "name_en": ("name_en", "ชื่อภาษาอังกฤษ"),
}
_AREA_FIELDS = ["level", "parent", "name_th", "name_en", "postcode", "listed"]


@dataclass(frozen=True)
class Fault:
    """A row (line, or feature counted from 1) that was not taken, and why."""

    row: int
    column: str
    problem: Problem


@dataclass
class Report:
    """What came of a file: nothing is written when there are faults, unless that was asked for."""

    rows: int = 0
    written: int = 0
    faults: list[Fault] = field(default_factory=list)


@transaction.atomic
def load_areas(progress: Progress | None = None) -> int:
    """Load or refresh provinces, districts, tambons and retired codes; return how many areas.

    From the package geothai (DOPA's codes, CC-BY-4.0). Villages and boundaries stay as they are.
    """
    levels = _areas_of_thailand()
    total = sum(map(len, levels))
    done = 0
    for rows in levels:
        _upsert(rows)
        done += len(rows)
        if progress:
            progress(done, total)
    retired = [
        RetiredCode(
            code=one.code,
            name_th=one.name_th,
            retired_on=dt.date.fromisoformat(one.abolished_on) if one.abolished_on else None,
            successors=list(one.successors),
        )
        for one in abolished_areas()
    ]
    RetiredCode.objects.bulk_create(
        retired, update_conflicts=True, unique_fields=["code"],
        update_fields=["name_th", "retired_on", "successors"],
    )  # fmt: skip
    return total


@transaction.atomic
def ensure_villages(codes: Iterable[str], *, listed: bool = False) -> int:
    """Make the villages that are not there yet, as “หมู่ N”; return how many were made.

    `listed` when the codes are all that there are, and not those that households happen to name.
    Raises `Invalid` or `NotFound` when a code is not of a village, or its tambon is not in use.
    """
    wanted = set(codes)
    there = set(Area.objects.filter(level=Area.Level.VILLAGE).values_list("code", flat=True))
    new = sorted(wanted - there)
    tambons = _tambons()
    for code in new:
        _check_village(code, tambons)
    villages = [_area(code, f"หมู่ {int(code[6:])}", f"Moo {int(code[6:])}") for code in new]
    for village in villages:
        village.listed = listed
    return len(Area.objects.bulk_create(villages, ignore_conflicts=True))


def import_villages(path: Path, *, accept_valid: bool = False) -> Report:
    """Load villages from a CSV file with the columns village_code and name_th (also name_en).

    All or nothing, unless `accept_valid`; loading it again changes nothing. Raises `Invalid` for a
    file that is not such a table.
    """
    rows = list(_table(_bytes(path)))
    report, tambons = Report(rows=len(rows)), _tambons()
    villages: dict[str, Area] = {}
    for line, row in rows:
        try:
            village = _read_village(row, tambons)
            if village.code in villages:
                raise Invalid(N_("The code %(code)s stands in the file twice."), code=village.code)
            villages[village.code] = village
        except Problem as problem:
            report.faults.append(Fault(line, "village_code", problem))
    if villages and (accept_valid or not report.faults):
        with transaction.atomic():
            _upsert(list(villages.values()))
        report.written = len(villages)
    return report


def load_boundaries(
    path: Path,
    *,
    attribution: str = "",
    accept_valid: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Load the outlines of areas from GeoJSON and keep whom to credit for them.

    Features are matched by P-code or DOPA code and replace what was there. All or nothing, unless
    `accept_valid`. Raises `Invalid` for a file that is not GeoJSON in WGS84, and for one that says
    nothing about its source when no `attribution` is given.
    """
    content = geojson.read_collection(_bytes(path))
    credit = clean(attribution) or clean(geojson.attribution_of(content))
    if not credit:
        raise Invalid(
            N_(
                "The file does not say where the boundaries come from. Give the attribution that "
                "its licence asks for (--attribution)."
            )
        )
    report = Report(rows=len(content["features"]))
    outlines = _outlines(content["features"], report, progress)
    if not report.rows:
        raise Invalid(N_("The file has no features."))
    if outlines and (accept_valid or not report.faults):
        name = content.get("name")
        _replace_boundaries(outlines, name if isinstance(name, str) else path.stem, credit)
        report.written = len(outlines)
    return report


def _areas_of_thailand() -> list[list[Area]]:
    """Provinces, districts and tambons: parents before children."""
    provinces = geothai.provinces()
    districts = [one for province in provinces for one in geothai.districts(province.code)]
    tambons = [one for district in districts for one in geothai.subdistricts(district.code)]
    return [
        [_area(one.code, one.name_th, one.name_en) for one in provinces],
        [_area(one.code, one.name_th, one.name_en) for one in districts],
        [_area(one.code, one.name_th, one.name_en, one.postal_codes[0]) for one in tambons],
    ]


def _area(code: str, name_th: str, name_en: str, postcode: str = "") -> Area:
    return Area(
        code=code,
        level=len(code),
        parent_id=code[:-2] or None,
        name_th=name_th,
        name_en=name_en,
        postcode=postcode,
    )


def _upsert(rows: list[Area]) -> None:
    Area.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=_AREA_FIELDS
    )


def _tambons() -> set[str]:
    return set(Area.objects.filter(level=Area.Level.TAMBON).values_list("code", flat=True))


def _check_village(code: str, tambons: set[str]) -> None:
    if len(code) != Area.Level.VILLAGE or not code.isascii() or not code.isdigit():
        raise Invalid(N_("This is not a village code of 8 digits."))
    if code.endswith("00"):
        raise Invalid(N_("The village code %(code)s has no village number (moo)."), code=code)
    if code[:6] not in tambons:
        current(code)  # tells a retired tambon and its successors
        raise NotFound(NO_SUCH_AREA, code=code[:6])


def _read_village(row: dict[str, str], tambons: set[str]) -> Area:
    code = parse_code(row["code"])
    _check_village(code, tambons)
    name = clean(row["name_th"])
    if not name:
        raise Invalid(N_("The village %(code)s has no name."), code=code)
    return _area(code, name[:120], clean(row["name_en"])[:120])


def _bytes(path: Path) -> bytes:
    limit = settings.IMPORT_MAX_BYTES
    if path.stat().st_size > limit:
        raise Invalid(
            N_("The file is larger than %(limit)s MB. Split it."), limit=limit // (1024 * 1024)
        )
    return path.read_bytes()


def _table(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers and rows under the names of `_VILLAGE_HEADERS`."""
    if not data.strip():
        raise Invalid(N_("The file is empty."))
    text, _encoding = decode(data)
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise Invalid(N_("The file is not a table of comma-separated values (CSV).")) from error
    header = [clean(name).lower() for name in rows[0][1]]
    columns = {
        name: next((header.index(one) for one in synonyms if one in header), None)
        for name, synonyms in _VILLAGE_HEADERS.items()
    }
    if columns["code"] is None or columns["name_th"] is None:
        raise Invalid(N_("The first line must name the columns village_code and name_th."))
    for line, cells in rows[1:]:
        if any(cell.strip() for cell in cells):
            row = {
                name: cells[at] if at is not None and at < len(cells) else ""
                for name, at in columns.items()
            }
            yield line, row


def _outlines(
    features: list[Any], report: Report, progress: Progress | None
) -> dict[str, geojson.Outline]:
    """The usable features by code; the others go into the report."""
    known = set(Area.objects.values_list("code", flat=True))
    outlines: dict[str, geojson.Outline] = {}
    for number, feature in enumerate(features, 1):
        code = ""
        try:
            code = geojson.code_of(feature)
            if code not in known:
                raise _no_area(code)
            if code in outlines:
                raise Invalid(N_("The code %(code)s stands in the file twice."), code=code)
            outlines[code] = geojson.read_outline(code, feature)
        except Problem as problem:
            report.faults.append(Fault(number, code, problem))
        if progress:
            progress(number, len(features))
    return outlines


def _no_area(code: str) -> Problem:
    """Why an outline has no place; that of a retired code may differ from its successor's."""
    if RetiredCode.objects.filter(code=code).exists():
        return Invalid(
            N_("The area code %(code)s is no longer in use. Take boundaries of a later edition."),
            code=code,
        )
    return NotFound(NO_SUCH_AREA, code=code)


@transaction.atomic
def _replace_boundaries(outlines: dict[str, geojson.Outline], name: str, credit: str) -> None:
    source = BoundarySource.objects.create(name=name[:200], attribution=credit)
    Boundary.objects.bulk_create(
        [
            Boundary(
                area_id=one.code,
                source=source,
                geometry=one.geometry,
                label_lon=one.label[0],
                label_lat=one.label[1],
            )
            for one in outlines.values()
        ],
        update_conflicts=True,
        unique_fields=["area"],
        update_fields=["source", "geometry", "label_lon", "label_lat"],
    )
    BoundarySource.objects.filter(boundary=None).delete()
