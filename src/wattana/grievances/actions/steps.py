"""The one way in which a complaint changes its state: a step of the table, written with it."""

from __future__ import annotations

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.viewer import System, Viewer
from wattana.grievances import access, handling, telling
from wattana.grievances.models import Grievance, GrievanceStep
from wattana.grievances.winding import wind
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.kit import moments
from wattana.kit.vault import vault
from wattana.methods.grievance import BY_ACTION, FINAL, Needs, Side, Step

LONGEST = 5_000
FASTER = N_("Somebody else was faster. Look at it again.")
_NOT_NOW = N_("This is not possible in the state that the complaint has now.")


@transaction.atomic
def take(*, grievance: int, action: str, version: int, words: str = "", by: Viewer) -> Grievance:
    """A handler takes a step. `words` of an answer are read by the complainant, others by handlers.

    Raises `NotFound` beyond her sight, `Conflict` when somebody was faster or the state forbids it,
    `Invalid` without the words that the step needs.
    """
    found = access.grievance(by, grievance, lock=True)
    step = _step(action, Side.HANDLER)
    _require(found, step, version, words)
    _go(found, step, words, by=by, shown=action == "answer")
    audit.record(by, f"grievance.{action}", kind="grievance", object_id=found.pk)
    return found


@transaction.atomic
def take_by_code(*, code: str, action: str, version: int, words: str = "") -> Grievance:
    """The complainant takes a step, by the code that she keeps. Raises as `take`."""
    found = access.of_code(code, lock=True)
    step = _step(action, Side.COMPLAINANT)
    _require(found, step, version, words)
    _go(found, step, words, shown=True)
    audit.record(System(role="public"), f"grievance.{action}", kind="grievance", object_id=found.pk)
    return found


@transaction.atomic
def take_by_clock(*, grievance: int, action: str) -> Grievance | None:
    """The nightly job takes a step; None where the complaint moved on meanwhile."""
    found = Grievance.objects.select_for_update().get(pk=grievance)
    step = _step(action, Side.CLOCK)
    late = found.due_on is not None and found.due_on < moments.today()
    if found.state not in step.sources or not late:
        return None
    if Needs.HIGHER in step.needs and not handling.higher(found):
        return None
    _go(found, step, "")
    audit.record(System(), f"grievance.{action}", kind="grievance", object_id=found.pk)
    return found


@transaction.atomic
def add(*, code: str, version: int, words: str) -> Grievance:
    """The complainant adds a word while it is open; the state stays."""
    found = access.of_code(code, lock=True)
    if found.state in FINAL:
        raise Conflict(_NOT_NOW)
    _require_words(words)
    if found.version != version:
        raise Conflict(FASTER)
    write(found, "add", Side.COMPLAINANT, old=found.state, words=words, shown=True)
    found.save(update_fields=["version"])
    telling.new(found)
    return found


def write(
    row: Grievance, action: str, side: Side, *, old: str, by: Viewer | None = None,
    words: str = "", shown: bool = False,
) -> None:  # fmt: skip
    """Count the version up and write what happened; the caller saves the row."""
    row.version += 1
    key = keys.new_key()
    said = words.strip()
    GrievanceStep.objects.create(
        pk=key, grievance=row, at=moments.now(), side=side, by=by.user_id if by else None,
        organization_id=by.organization_id if by else None, action=action, old_state=old,
        new_state=row.state, version=row.version, shown=shown,
        words=vault().seal(said, table="grievances_step", column="words", row=key)
        if said else None,
    )  # fmt: skip
    Grievance.objects.filter(pk=row.pk).update(version=row.version)


def _step(action: str, side: Side) -> Step:
    step = BY_ACTION.get(action)
    if step is None or step.side != side:
        raise Invalid(N_("There is no such step."))
    return step


def _require(found: Grievance, step: Step, version: int, words: str) -> None:
    if found.version != version:
        raise Conflict(FASTER)
    if found.state not in step.sources:
        raise Conflict(_NOT_NOW)
    if Needs.WORDS in step.needs:
        _require_words(words)
    elif len(words) > LONGEST:
        raise Invalid(N_("Write at most %(most)s letters."), most=LONGEST)
    if Needs.HIGHER in step.needs and not handling.higher(found):
        raise Conflict(N_("There is no higher office here that may handle it."))


def _require_words(words: str) -> None:
    if not words.strip():
        raise Invalid(N_("Write it in words."))
    if len(words) > LONGEST:
        raise Invalid(N_("Write at most %(most)s letters."), most=LONGEST)


def _go(
    row: Grievance, step: Step, words: str, *, by: Viewer | None = None, shown: bool = False
) -> None:
    old = row.state
    row.state = step.target
    if step.up:
        handling.place(row, row.tier)
    if step.target in FINAL:
        row.closed_at = moments.now()
    wind(row, moments.today())
    write(row, step.action, step.side, old=old, by=by, words=words, shown=shown)
    row.save()
    telling.step(row, step)
