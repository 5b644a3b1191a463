"""Taking an imported batch of visits back."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.kernel.problems import N_, Conflict
from wattana.registry.access import require
from wattana.surveys.actions.bulk.saving import CHUNK, Counts, write_documents
from wattana.surveys.actions.households import refresh_surveyed_on
from wattana.surveys.documents import load_many
from wattana.surveys.models import AnswerChange, Visit


@transaction.atomic
def undo_many(*, batch: int, by: Actor) -> Counts:
    """Take a batch back: visits that it created go, answers that it replaced return.

    An answer that was changed again since stays as it is. Raises `Conflict` when somebody recorded
    in a visit that the batch created. The caller audits.
    """
    require(by, Permission.IMPORT)
    created = Visit.objects.filter(batch=batch)
    touched = created.filter(revision__gt=1).count()
    if touched:
        raise Conflict(
            N_("%(count)s visits of this batch were changed since, so it cannot be undone."),
            count=touched,
        )
    households = list(created.values_list("household", flat=True))
    counts = Counts(created=len(households), updated=_restore(batch, by))
    created.delete()
    for start in range(0, len(households), CHUNK):
        refresh_surveyed_on(households[start : start + CHUNK])
    return counts


def _restore(batch: int, by: Actor) -> int:
    """Put the answers back that a batch replaced; returns how many visits it had changed."""
    by_visit: dict[int, list[AnswerChange]] = defaultdict(list)
    for change in AnswerChange.objects.filter(batch_id=batch).order_by("id"):
        by_visit[change.visit_id].append(change)
    keys = list(by_visit)
    for start in range(0, len(keys), CHUNK):
        _restore_chunk({key: by_visit[key] for key in keys[start : start + CHUNK]}, by)
    return len(keys)


def _restore_chunk(changes: dict[int, list[AnswerChange]], by: Actor) -> None:
    now = timezone.now()
    visits = list(Visit.objects.select_for_update(of=("self",)).filter(pk__in=changes))
    documents = load_many(visits)
    undone = []
    for visit in visits:
        for change in changes[visit.pk]:
            part = documents[visit.pk].part(change.person_id)
            if part.state(change.variable) == change.new:
                part.put(change.variable, change.old)
                undone.append(
                    AnswerChange(
                        visit=visit, person_id=change.person_id, variable=change.variable,
                        old=change.new, new=change.old, at=now, by=by.user_id,
                    )
                )  # fmt: skip
    AnswerChange.objects.bulk_create(undone, batch_size=2_000)
    for visit in visits:
        visit.source_digest = None  # so that the file can come in again
    write_documents(visits, [documents[visit.pk] for visit in visits], now)
