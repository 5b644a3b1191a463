"""A committed batch taken back: its records go, unless somebody worked on them since; its changes
return to what the history says was there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

from wattana.accounts.viewer import Actor
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict
from wattana.kit import bulk
from wattana.registry import history
from wattana.registry.imports.kinds import kind_of
from wattana.registry.models import (
    FieldChange,
    Household,
    Identifier,
    ImportBatch,
    ListEntry,
    Person,
)
from wattana.thai.dates import parse_partial
from wattana.thai.names import sound_key

_MODELS: dict[str, type[Model]] = {"household": Household, "person": Person}
_CHUNK = 2_000
_NAMED = 3  # records that a refusal names

_going_along: dict[type[Model], Q] = {}


def takes_along(model: type[Model], which: Q | None = None) -> None:
    """Rows of an upper room that go with the household or person they are about: what was worked
    out by itself and nobody has touched, all of them or those for which a condition holds."""
    _going_along[model] = Q() if which is None else which


def undo(batch: ImportBatch, *, by: Actor) -> None:
    """Take everything of a batch back. Call it in a transaction. Raises `Conflict`."""
    kind_of(batch.kind).undo(batch.pk, by)
    for model in _MODELS.values():
        _forget_what_goes_along(model, batch)
    _refuse_touched(batch)
    _restore(batch, by)
    bulk.delete(_made(ListEntry, batch))
    Identifier.objects.filter(household__in=_made(Household, batch)).delete()
    bulk.delete(_made(Person, batch))
    bulk.delete(_made(Household, batch))


def _made(model: type[Model], batch: ImportBatch) -> Any:
    """The rows that a batch made."""
    rows = model._default_manager.filter(batch=batch).order_by()
    return rows if batch.first_key is None else rows.filter(pk__gt=batch.first_key)


def _refuse_touched(batch: ImportBatch) -> None:
    """Raise `Conflict` when records of the batch were changed, or others now depend on them."""
    undone = ImportBatch.objects.filter(status=ImportBatch.Status.UNDONE).values("pk")
    touched: dict[str, None] = {}
    for kind, model in _MODELS.items():
        made = _made(model, batch)
        others = FieldChange.objects.filter(kind=kind, object_id=OuterRef("pk"))
        others = others.exclude(batch_id=batch.pk).exclude(batch_id__in=undone)
        _collect(touched, made.filter(Exists(others)))
        for relation in _relations(model):
            if relation.related_model is not Identifier:
                _collect(touched, made.filter(Exists(_strangers(relation, batch))))
    _refuse(touched, batch)


def _relations(model: type[Model]) -> list[ForeignObjectRel]:
    """What refers to a model, also without a name of its own to follow back."""
    found = model._meta.get_fields(include_hidden=True)
    return [one for one in found if isinstance(one, ForeignObjectRel)]


def _forget_what_goes_along(model: type[Model], batch: ImportBatch) -> None:
    """What then still refers to a record was made by somebody."""
    made = _made(model, batch).values("pk")
    for relation in _relations(model):
        if (which := _going_along.get(relation.related_model)) is not None:
            rows = relation.related_model._default_manager.filter(which)
            bulk.delete(rows.filter(**{f"{relation.field.name}__in": made}))


_CHANGED = N_(
    "Records of this import were changed since: %(records)s. Undo those changes first, or correct "
    "the records one by one."
)
_CHANGED_BY_IMPORT = N_(
    "Records of this import were changed since: %(records)s. Files were imported after it: undo "
    "those first, the newest before the others; or correct the records one by one."
)


def _refuse(touched: Iterable[str], batch: ImportBatch) -> None:
    if touched:
        message = _CHANGED_BY_IMPORT if _later_files_did(touched, batch) else _CHANGED
        raise Conflict(message, records=", ".join(touched))


def _later_files_did(touched: Iterable[str], batch: ImportBatch) -> bool:
    """Whether a later import changed one of some records, or entered what refers to it."""
    records = [keys.from_text(one) for one in touched]
    later = ImportBatch.objects.filter(
        status=ImportBatch.Status.COMMITTED, committed_at__gt=batch.committed_at
    ).values("pk")
    changes = FieldChange.objects.filter(kind__in=_MODELS, object_id__in=records)
    entered = (
        relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": records})
        for model in _MODELS.values()
        for relation in _relations(model)
        if _has_batch(relation)
    )
    return any(rows.filter(batch_id__in=later).exists() for rows in (changes, *entered))


def _has_batch(relation: ForeignObjectRel) -> bool:
    return any(field.name == "batch" for field in relation.related_model._meta.fields)


def _strangers(relation: Any, batch: ImportBatch) -> Any:
    """Rows that depend on a record and did not come with the batch."""
    rows = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
    if _has_batch(relation):
        return rows.filter(Q(batch=None) | ~Q(batch=batch))
    return rows


def _collect(touched: dict[str, None], rows: Any) -> None:
    room = max(0, _NAMED - len(touched))
    touched |= dict.fromkeys(map(keys.to_text, rows.order_by().values_list("pk", flat=True)[:room]))


def _restore(batch: ImportBatch, by: Actor) -> None:
    changes = FieldChange.objects.filter(batch_id=batch.pk).order_by("kind", "object_id", "id")
    chunk: list[FieldChange] = []
    for change in changes.iterator(chunk_size=_CHUNK):
        if len(chunk) >= _CHUNK and change.object_id != chunk[-1].object_id:
            _restore_chunk(chunk, batch, by)
            chunk = []
        chunk.append(change)
    _restore_chunk(chunk, batch, by)


def _restore_chunk(chunk: Sequence[FieldChange], batch: ImportBatch, by: Actor) -> None:
    _refuse_changed_again(chunk, batch)
    by_record: dict[tuple[str, int], dict[str, str | None]] = defaultdict(dict)
    rows = []
    now, reason = timezone.now(), gettext("import undone")
    for change in chunk:
        by_record[change.kind, change.object_id].setdefault(change.field, change.old)
        rows.append(
            FieldChange(
                at=now, by=by.user_id, organization_id=batch.organization_id, kind=change.kind,
                object_id=change.object_id, field=change.field, old=change.new, new=change.old,
                batch_id=batch.pk, reason=reason,
            )
        )  # fmt: skip
        if change.field in Identifier.Kind.values:
            Identifier.objects.filter(
                household=change.object_id, kind=change.field, value=change.new
            ).delete()
    for (kind, key), old in by_record.items():
        _restore_record(_MODELS[kind], key, old)
    FieldChange.objects.bulk_create(rows)


def _refuse_changed_again(chunk: Sequence[FieldChange], batch: ImportBatch) -> None:
    """Raise `Conflict` for records whose fields no longer hold what the batch wrote."""
    touched = {}
    for kind, model in _MODELS.items():
        written = {(one.object_id, one.field): one.new for one in chunk if one.kind == kind}
        records = model._default_manager.in_bulk({key for key, _ in written})
        for (key, field), value in written.items():
            if key not in records or _now(records[key], field, value) != value:
                touched[keys.to_text(key)] = None
    _refuse(list(touched)[:_NAMED], batch)


def _now(record: Any, field: str, written: str | None) -> str | None:
    """What a field of the history holds now, as the history writes it."""
    if field == "birth_date":
        return history.as_text(record.born)
    if field == "national_id":
        return written if record.has_national_id else None
    if field in Identifier.Kind.values:
        return written
    return history.as_text(getattr(record, field))


def _restore_record(model: type[Model], key: int, old: dict[str, str | None]) -> None:
    values: dict[str, Any] = {"source_digest": None}
    for field, text in old.items():
        if field == "birth_date":
            born = parse_partial(text) if text else None
            for part in ("year", "month", "day"):
                values[f"birth_{part}"] = getattr(born, part) if born else None
        elif field == "national_id":
            values |= {"national_id_sealed": None, "national_id_hash": None}
        elif field not in Identifier.Kind.values:
            column = model._meta.get_field(field)
            values[column.attname] = (
                column.to_python(text) if text else (None if column.null else "")
            )
        if field in ("first_name", "last_name"):
            values[field.replace("_name", "_key")] = sound_key(text or "")
    model._default_manager.filter(pk=key).update(**values)
