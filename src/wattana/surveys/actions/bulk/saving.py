"""Whole visits at once, for the importer: the same documents that screens make, many at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel import keys
from wattana.kernel.problems import NotFound
from wattana.kit import bulk
from wattana.registry.access import NO_HOUSEHOLD, require
from wattana.registry.models import Household, Person
from wattana.rules import codebook as codebooks
from wattana.surveys import relevance
from wattana.surveys.actions.households import refresh_surveyed_on
from wattana.surveys.documents import FACT_FIELDS, Document, Member, Part, facts, load_many
from wattana.surveys.models import AnswerChange, Visit, VisitPerson
from wattana.surveys.progress import Progress

CHUNK = 2_000


@dataclass(slots=True)
class BulkPerson:
    """What one row of a file says about a member; values as `Codebook.parse` returns them."""

    person: int
    answers: dict[str, Any]
    skips: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class BulkVisit:
    """What a file says about one household in one round; `digest` recognises it the next time."""

    household: int
    year: int
    round: int
    surveyed_on: dt.date
    answers: dict[str, Any]
    persons: list[BulkPerson] = field(default_factory=list)
    skips: dict[str, str] = field(default_factory=dict)
    digest: int | None = None


@dataclass
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class _Job:
    by: Actor
    organization: int
    batch: int | None
    status: str
    now: dt.datetime
    version: str


@transaction.atomic
def save_many(
    rows: Iterable[BulkVisit],
    *,
    by: Actor,
    organization: int,
    batch: int | None = None,
    status: str = Visit.Status.APPROVED,
) -> Counts:
    """Write visits whose answers the codebook has parsed already.

    A visit that exists (household, year, round) keeps what the file does not mention; what differs
    is replaced and kept in the history under the batch. One with the same digest is left alone.
    Raises `NotFound` when a household is out of scope; then nothing is written. The caller audits.
    """
    require(by, Permission.IMPORT)
    job = _Job(by, organization, batch, status, timezone.now(), codebooks.load().version)
    counts = Counts()
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        _check_scope(by, {row.household for row in chunk})
        _save_chunk(job, chunk, counts)
    return counts


def _save_chunk(job: _Job, chunk: list[BulkVisit], counts: Counts) -> None:
    known = _existing(chunk)
    fresh, stale = [], []
    for row in chunk:
        found = known.get((row.household, row.year, row.round))
        if found is None:
            fresh.append(row)
        elif row.digest is None or found.source_digest != row.digest:
            stale.append((row, found))
        else:
            counts.unchanged += 1
    _create(job, fresh)
    changed = _update(job, stale)
    counts.created += len(fresh)
    counts.updated += changed
    counts.unchanged += len(stale) - changed
    refresh_surveyed_on([row.household for row in fresh] + [row.household for row, _ in stale])


def _create(job: _Job, rows: list[BulkVisit]) -> None:
    people = _people(one.person for row in rows for one in row.persons)
    visits = [_document(row, people) for row in rows]
    totals = relevance.settle_many(visits)
    ids = list(keys.new_keys(len(rows)))
    bulk.insert(Visit, _VISIT_FIELDS, (
        _visit_row(job, key, row, document, total)
        for key, row, document, total in zip(ids, rows, visits, totals, strict=True)
    ))  # fmt: skip
    count = sum(len(document.members) for document in visits)
    person_ids = keys.new_keys(count)
    bulk.insert(VisitPerson, _PERSON_FIELDS, (
        (next(person_ids), key, member.key, bulk.as_json(member.part.answers),
         bulk.as_json(member.part.skips), bulk.as_json(member.part.set_aside))
        for key, document in zip(ids, visits, strict=True)
        for member in document.members.values()
    ))  # fmt: skip


_VISIT_FIELDS = [
    "id", "instance_id", "household", "organization", "year", "round", "surveyed_on",
    "codebook_version", "status", "not_surveyed", "reason", "answers", "skips", "set_aside",
    "asked", "answered", "revision", "created_at", "created_by", "changed_at", "submitted_at",
    "submitted_by", "approved_at", "approved_by", "batch", "source_digest",
]  # fmt: skip
_PERSON_FIELDS = ["id", "visit", "person", "answers", "skips", "set_aside"]


def _visit_row(
    job: _Job, key: int, row: BulkVisit, document: Document, total: Progress
) -> tuple[Any, ...]:
    part, now, user = document.household, bulk.as_time(job.now), job.by.user_id
    handed_in = (now, user) if job.status != Visit.Status.DRAFT else (None, None)
    approved = (now, user) if job.status == Visit.Status.APPROVED else (None, None)
    return (
        key, uuid.uuid4().hex, row.household, job.organization, row.year, row.round,
        row.surveyed_on.isoformat(), job.version, job.status, "", "", bulk.as_json(part.answers),
        bulk.as_json(part.skips), bulk.as_json(part.set_aside), total.asked, total.answered, 1,
        now, user, now, *handed_in, *approved, job.batch, row.digest,
    )  # fmt: skip


def _update(job: _Job, rows: list[tuple[BulkVisit, Visit]]) -> int:
    """Merge rows into visits that exist; returns how many of them changed."""
    people = _people(one.person for row, _ in rows for one in row.persons)
    documents = load_many(found for _, found in rows)
    changed, changes = [], []
    for row, found in rows:
        document = documents[found.pk]
        made = list(_merge(row, found, document, people))
        unsurveyed = found.status == Visit.Status.NOT_SURVEYED
        if made or unsurveyed or found.surveyed_on != row.surveyed_on:
            changed.append((row, found, document))
        elif row.digest is not None:
            Visit.objects.filter(pk=found.pk).update(source_digest=row.digest)
        changes += made
    for change in changes:
        change.at, change.by, change.batch_id = job.now, job.by.user_id, job.batch
    AnswerChange.objects.bulk_create(changes, batch_size=2_000)
    _write_updates(job, changed)
    return len(changed)


def _merge(
    row: BulkVisit, found: Visit, document: Document, people: Mapping[int, Person]
) -> Iterator[AnswerChange]:
    """Put a row's answers into the document; yields what that replaced or added."""
    parts = [(None, row.answers, row.skips)]
    parts += [(one.person, one.answers, one.skips) for one in row.persons]
    for person, answers, skips in parts:
        if person is not None and person not in document.members:
            document.members[person] = _member(people[person], row.surveyed_on)
        part = document.part(person)
        states = {**{name: {"skip": why} for name, why in skips.items()}, **answers}
        for name, state in states.items():
            old = part.state(name)
            if old != state:
                part.put(name, state)
                yield AnswerChange(visit=found, person_id=person, variable=name, old=old, new=state)


def _write_updates(job: _Job, changed: list[tuple[BulkVisit, Visit, Document]]) -> None:
    for row, found, _document in changed:
        found.surveyed_on, found.source_digest = row.surveyed_on, row.digest
        if found.status == Visit.Status.NOT_SURVEYED:
            found.status, found.not_surveyed = job.status, ""
            found.submitted_at, found.submitted_by = job.now, job.by.user_id
    write_documents(
        [found for _, found, _ in changed], [document for _, _, document in changed], job.now
    )


def write_documents(visits: list[Visit], documents: list[Document], now: dt.datetime) -> None:
    """Settle, count and write the documents of visits that exist."""
    fresh, known = [], []
    totals = relevance.settle_many(documents)
    for found, document, total in zip(visits, documents, totals, strict=True):
        part = document.household
        found.answers, found.skips, found.set_aside = part.answers, part.skips, part.set_aside
        found.asked, found.answered = total.asked, total.answered
        found.changed_at, found.revision = now, found.revision + 1
        for member in document.members.values():
            (fresh if member.row is None else known).append(member.as_row(found))
    Visit.objects.bulk_update(visits, _UPDATED, batch_size=500)
    VisitPerson.objects.bulk_create(fresh, batch_size=1_000)
    VisitPerson.objects.bulk_update(known, ["answers", "skips", "set_aside"], batch_size=1_000)


_UPDATED = [
    "answers", "skips", "set_aside", "asked", "answered", "surveyed_on", "source_digest",
    "changed_at", "revision", "status", "not_surveyed", "submitted_at", "submitted_by",
]  # fmt: skip


def _existing(chunk: list[BulkVisit]) -> dict[tuple[int, int, int], Visit]:
    rows = Visit.objects.select_for_update(of=("self",)).filter(
        household__in={row.household for row in chunk}, year__in={row.year for row in chunk}
    )
    return {(row.household_id, row.year, row.round): row for row in rows}


def _check_scope(by: Actor, households: set[int]) -> None:
    if not isinstance(by, Viewer):
        return
    if within(Household.objects.filter(pk__in=households), by).count() != len(households):
        raise NotFound(NO_HOUSEHOLD)


def _people(ids: Iterable[int]) -> dict[int, Person]:
    wanted = Person.objects.filter(pk__in=set(ids)).only(*FACT_FIELDS)
    return {person.pk: person for person in wanted}


def _member(person: Person, day: dt.date) -> Member:
    return Member(person.pk, facts(person, day), Part())


def _document(row: BulkVisit, people: Mapping[int, Person]) -> Document:
    members = {}
    for one in row.persons:
        members[one.person] = _member(people[one.person], row.surveyed_on)
        members[one.person].part = Part(dict(one.answers), dict(one.skips))
    return Document(row.surveyed_on, Part(dict(row.answers), dict(row.skips)), members)
