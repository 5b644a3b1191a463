"""Recording answers: each is checked by the codebook and saved at once.

Two people may record one visit: a save reads the documents under a lock and changes its own
question only, so that answers to different questions all survive. To the same question the last
answer stands, and `AnswerChange` keeps the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel.problems import N_, Invalid, NotFound, Problem
from wattana.rules import codebook as codebooks
from wattana.rules.codebook import Codebook, Variable
from wattana.surveys import access, documents, layout, relevance
from wattana.surveys.documents import Document, Part
from wattana.surveys.models import AnswerChange, Skip, Visit


@dataclass
class Saved:
    """What a save did: the visit after it, and what was not saved because it is not an answer."""

    visit: Visit
    document: Document
    problems: dict[str, Problem] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    elsewhere: bool = False  # somebody else changed the visit since the page was opened


def answer(
    *,
    visit: int,
    variable: str,
    value: Any,
    by: Actor,
    person: int | None = None,
    seen: int | None = None,
) -> Saved:
    """Save one answer as it was typed (or typed already); a blank one clears it.

    `seen` is the revision that the page showed. Raises `Invalid` for what the codebook refuses,
    `Conflict` for a visit that was handed in.
    """
    saved = record(visit=visit, edits={variable: value}, by=by, person=person, seen=seen)
    for problem in saved.problems.values():
        raise problem
    return saved


def clear(*, visit: int, variable: str, by: Actor, person: int | None = None) -> Saved:
    """Take an answer, or the reason why there is none, away again."""
    return answer(visit=visit, variable=variable, value=None, by=by, person=person)


def skip(
    *,
    visit: int,
    variable: str,
    reason: str,
    by: Actor,
    person: int | None = None,
    seen: int | None = None,
) -> Saved:
    """Say why a question has no answer; an answer that stood there goes into the history."""
    chosen = _reason(reason)
    return answer(visit=visit, variable=variable, value=chosen, by=by, person=person, seen=seen)


@transaction.atomic
def skip_row(
    *,
    visit: int,
    variable: str,
    reason: str,
    by: Actor,
    person: int | None = None,
    seen: int | None = None,
) -> Saved:
    """Give one reason for the questions of a table's row that have no answer; "" takes it back."""
    chosen = _reason(reason) if reason else None
    part = documents.load(access.draft(by, visit)).part(person)
    row = [name for name in layout.row_of(variable) if name not in part.answers]
    return record(visit=visit, edits=dict.fromkeys(row, chosen), by=by, person=person, seen=seen)


@transaction.atomic
def skip_open(
    *, visit: int, section: str, reason: str, by: Actor, person: int | None = None
) -> Saved:
    """Give one reason for all questions of a section that are still open."""
    chosen = _reason(reason)
    found = access.draft(by, visit)
    document = documents.load(found)
    names = {variable.name for variable in codebooks.load().section(section).variables}
    still_open = relevance.of_one(document).open_of(person)
    edits = {name: chosen for name in still_open if name in names}
    return record(visit=visit, edits=edits, by=by, person=person)


@transaction.atomic
def record(
    *,
    visit: int,
    edits: Mapping[str, Any],
    by: Actor,
    person: int | None = None,
    seen: int | None = None,
) -> Saved:
    """Save several answers about the household or one member; what is refused is told, not saved.

    An edit is an answer as typed, a `Skip`, or None to clear.
    """
    found = access.draft(by, visit)
    document = documents.load(found)
    saved = Saved(found, document, elsewhere=seen is not None and seen != found.revision)
    part = document.part(person)
    changes = []
    for name, raw in edits.items():
        try:
            change = _put(part, name, _state(by, name, raw, person))
        except Problem as problem:
            saved.problems[name] = problem
            continue
        if change:
            saved.changed.add(name)
            changes.append(AnswerChange(variable=name, old=change[0], new=change[1]))
    if changes:
        _save(found, document, changes, by, person)
    return saved


def _put(part: Part, name: str, state: Any) -> tuple[Any, Any] | None:
    old = part.state(name)
    if old == state:
        return None
    part.put(name, state)
    return old, state


def _save(
    found: Visit,
    document: Document,
    changes: list[AnswerChange],
    by: Actor,
    person: int | None,
) -> None:
    relevance.settle(found, document)
    documents.save(found, document)
    now = timezone.now()
    for change in changes:
        change.visit, change.person_id, change.at, change.by = found, person, now, by.user_id
    AnswerChange.objects.bulk_create(changes)


def _state(by: Actor, name: str, raw: Any, person: int | None) -> Any:
    """What will stand for a question: an answer of the codebook's type, a skip, or None."""
    codebook = codebooks.load()
    _variable(codebook, by, name, person)
    if isinstance(raw, Skip):
        return {"skip": raw.value}
    return None if raw is None else codebook.parse(name, raw)


def _variable(codebook: Codebook, by: Actor, name: str, person: int | None) -> Variable:
    variable = codebook.variables.get(name)
    if variable is None or variable.level != ("household" if person is None else "person"):
        raise NotFound(N_("There is no question “%(name)s” here."), name=name[:60])
    if variable.stored != "answers":
        raise Invalid(
            N_("“%(name)s” is kept in the register. Change it on the household's page."), name=name
        )
    if variable.sensitivity == "sensitive" and isinstance(by, Viewer):
        by.require(Permission.SENSITIVE_VIEW)
    return variable


def _reason(reason: str) -> Skip:
    try:
        return Skip(reason)
    except ValueError as error:
        raise Invalid(N_("Choose one of the reasons why there is no answer.")) from error
