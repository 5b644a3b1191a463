"""Reads of imports: batches of the viewer's own organisation, a file's look, saved mappings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext

from wattana.accounts import queries as accounts
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, NotFound
from wattana.kit.dates import format_year
from wattana.kit.pages import Page, keyset_page
from wattana.registry.imports import checking, folders, people, reasons
from wattana.registry.imports.fields import Field
from wattana.registry.imports.files import open_source
from wattana.registry.imports.kinds import Job, kind_of
from wattana.registry.imports.mapping import ColumnMapping, from_json
from wattana.registry.models import ImportBatch, ImportMapping, Person
from wattana.registry.naming import called
from wattana.thai.national_id import masked

SAMPLES = 5
_LETTERS = 60  # of a sample value

NO_BATCH = N_("There is no such import in your organisation.")
GONE = N_("The file of this import is no longer here. Upload it again.")
_COLUMNS = ("id", "kind", "year", "file_name", "status", "rows", "accepted", "rejected", "created",
            "updated", "unchanged", "uploaded_at", "uploaded_by")  # fmt: skip


@dataclass(frozen=True)
class Look:
    """The header of a file, and the first values below each name."""

    names: list[str]
    line: int
    samples: list[list[str]]


def batches(viewer: Viewer, cursor: str | None = None) -> Page[Mapping[str, Any]]:
    """The imports of the viewer's organisation, the latest first."""
    viewer.require(Permission.IMPORT)
    rows = ImportBatch.objects.filter(organization=viewer.organization_id).values(*_COLUMNS)
    return keyset_page(rows, ["-id"], cursor, size=30)


def batch(viewer: Viewer, key: int) -> ImportBatch:
    """One import. Raises `NotFound` for another organisation's, too."""
    viewer.require(Permission.IMPORT)
    found = (
        ImportBatch.objects.select_related("organization")
        .filter(pk=key, organization=viewer.organization_id)
        .first()
    )
    if found is None:
        raise NotFound(NO_BATCH)
    return found


def who(ids: Iterable[int | None]) -> dict[int | None, str]:
    """Names of those who brought imports, and what stands for nobody: a command."""
    return {None: gettext("a command of the operator"), **accounts.people(ids)}


def saved_mappings(viewer: Viewer) -> list[ImportMapping]:
    """The mappings that the viewer's organisation has saved."""
    viewer.require(Permission.IMPORT)
    rows = ImportMapping.objects.filter(organization=viewer.organization_id)
    return list(rows.order_by("kind", "name"))


def look(found: ImportBatch, mapping: ColumnMapping) -> Look:
    """The file's header and some values; read once, and again for another header line or sheet.

    Raises `Invalid` for an unusable file, `Conflict` when it is no longer here.
    """
    upload = folders.folder(found.pk) / folders.UPLOAD
    asked = hashlib.sha256(f"{mapping.header_line or ''} {mapping.sheet}".encode()).hexdigest()
    path = upload.with_name(f"look-{asked[:16]}.json")
    if not upload.exists():
        raise Conflict(GONE)
    if path.exists():
        return Look(**json.loads(path.read_bytes()))
    source = open_source(upload, header_line=mapping.header_line, sheet=mapping.sheet)
    first = next(source.batches(careful=True), None)
    samples = []
    for column in first.columns[2:] if first is not None else []:
        values = (value.strip()[:_LETTERS] for value in column.slice(0, 200).to_pylist())
        samples.append(list(islice(dict.fromkeys(filter(None, values)), SAMPLES)))
    seen = Look(source.header.names, source.header.line, samples)
    folders.write(path, [json.dumps(asdict(seen)).encode()])
    return seen


def why_rejected(found: ImportBatch, *, start: int, count: int) -> list[checking.Fault]:
    """Some of the reasons that stayed with an import whose good rows were taken."""
    kept = folders.folder(found.pk) / folders.REASONS
    if not kept.exists():
        return []
    mapping = from_json(found.mapping)
    return checking.kept_faults(kept, kind_of(found.kind), mapping, start=start, count=count)


def reasons_of_rejected(found: ImportBatch, most: int) -> list[reasons.Reason]:
    """The same with equal reasons together, those of most rows first."""
    kept = folders.folder(found.pk) / folders.REASONS
    if not kept.exists():
        return []
    return reasons.kept(kept, kind_of(found.kind), from_json(found.mapping), most=most)


_ANSWERS_SHOWN = 6
_PREVIEW = {
    "area": N_("Village or tambon"), "household_key": N_("Household's key in your file"),
    "household_code": N_("Household code"), "house_code": N_("House code"),
    "house_no": N_("House number"), "first_name": N_("First name"), "last_name": N_("Last name"),
    "national_id": N_("National ID"), "birth_year": N_("Year of birth"), "age": N_("Age"),
    "sex": N_("Sex"),
}  # fmt: skip


def _sex(code: str) -> str:
    return str(Person.Sex(code).label)


# All others as they stand.
_TOLD = {"national_id": masked, "birth_year": format_year, "sex": _sex}

_COMING = {
    "homes": "SELECT line, id IS NULL, line IN (FROM same) FROM homes",
    "people": "SELECT line, id IS NULL, FALSE FROM found_people"
    " UNION SELECT line, FALSE, TRUE FROM same",
}


@dataclass(frozen=True)
class Coming:
    """How many households, or people, a commit of the good rows would enter, or find again."""

    new: int
    known: int
    unchanged: int  # of those known: said by the same row when they came last


def coming(job: Job) -> Coming | None:
    """What the good rows would do; None where they are neither households nor people."""
    if job.kind.counted not in _COMING:
        return None
    counted = job.staging.rows(
        "SELECT count(*) FILTER (c.new), count(*) FILTER (NOT c.new), count(*) FILTER (c.same)"
        f" FROM ({_COMING[job.kind.counted]}) c (line, new, same) ANTI JOIN errors USING (line)"
    )
    return Coming(*counted[0])


def preview(job: Job, count: int = 8) -> tuple[list[str], list[list[Any]]]:
    """The first good rows as they will be written: headings and cells, in the language in force.

    Of people with what the check took from elsewhere, such as the sex from the title; of a survey
    the first answers.
    """
    whose = {}
    if job.kind.people:
        people.define(job)
        whose = dict.fromkeys(people.COLUMNS, "persons")
    there = job.staging.columns("typed")
    shown = [n for n in _PREVIEW if n in there and (n in ("area", "sex") or job.says(n))]
    answers = _first_answers(job)
    values = [f"{whose.get(name, 'typed')}.{name}" for name in shown]
    values += [f'typed."{one.name}"' for one in answers]
    rows = job.staging.rows(
        f"SELECT typed.line, {', '.join(values)} FROM typed ANTI JOIN errors USING (line)"
        f" {'LEFT JOIN persons USING (line)' if whose else ''} ORDER BY typed.line LIMIT {count:d}"
    )
    codes = {row[1 + shown.index("area")] for row in rows} if "area" in shown else set()
    places = called([code for code in codes if code])
    told = [(_TOLD | {"area": places.get}).get(name, str) for name in ("line", *shown)]
    told += [one.told or str for one in answers]
    cells = [
        [tell(cell) if cell else cell for tell, cell in zip(told, row, strict=True)] for row in rows
    ]
    filled = [0, *(n for n in range(1, len(told)) if any(row[n] is not None for row in cells))]
    names = [*(gettext(_PREVIEW[name]) for name in shown), *(one.label for one in answers)]
    return [names[n - 1] for n in filled[1:]], [[row[n] for n in filled] for row in cells]


def _first_answers(job: Job) -> list[Field]:
    """What the first columns with answers fill, so that a wrong meaning is seen in time."""
    filled = [job.kind.fields[name] for name in job.mapping.columns.values()]
    return [one for one in filled if one.told][:_ANSWERS_SHOWN]
