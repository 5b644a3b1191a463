"""Two records of one household become one, and can become two again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.registry import access, history, values
from wattana.registry.actions import lists, standings
from wattana.registry.models import (
    Consent,
    FieldChange,
    Household,
    Identifier,
    ListEntry,
    Membership,
    Merge,
    Person,
)

MERGE = Permission.HOUSEHOLD_MERGE

# What follows the household, by the name under which `Merge.moved` lists it.
_FOLLOW: Mapping[str, type[Model]] = {
    "list_entries": ListEntry,
    "consents": Consent,
    "identifiers": Identifier,
}


@transaction.atomic
def merge(*, kept: int, absorbed: int, reason: str, by: Viewer) -> Merge:
    """Bring people, list entries, consents and identifiers of `absorbed` over to `kept`.

    Both must lie in the scope. A list entry that `kept` has too stays where it is. Surveys stay
    with the household that was surveyed.
    """
    if kept == absorbed:
        raise Conflict(N_("A household cannot be merged with itself. Choose two."))
    why = values.text(300)(reason)
    if not why:
        raise Invalid(N_("Say why the two are one household."))
    access.hold_areas(homes=(kept, absorbed))
    both = {key: access.open_household(by, key, MERGE) for key in sorted((kept, absorbed))}
    target, source = both[kept], both[absorbed]
    record = Merge(kept=target, absorbed=source, reason=why, at=timezone.now(), by=by.user_id)
    record.moved = {
        **_move_people(source, target, record, by),
        **{name: _move(model, source, target) for name, model in _FOLLOW.items()},
        "absorbed_status": source.status,
        "kept_list_status": target.list_status,
    }
    record.save()
    _set(source, {"status": Household.Status.MERGED, "merged_into_id": kept}, record, by)
    lists.keep_in_step(target, by=by, merge_id=record.pk)
    standings.clear_if_withdrawn(kept)
    _audit("household.merge", record, target, by)
    return record


@transaction.atomic
def undo(*, merge: int, by: Viewer) -> Merge:
    """Part the two records again, as they were; what was recorded since stays with each.

    Raises `Conflict`, naming the household, when a later change makes it impossible.
    """
    record = Merge.objects.select_for_update().filter(pk=merge).first()
    if record is None:
        raise NotFound(access.NO_HOUSEHOLD)
    access.hold_areas(homes=(record.kept_id, record.absorbed_id))
    both = {
        key: access.household(by, key, MERGE)
        for key in sorted((record.kept_id, record.absorbed_id))
    }
    target, source = both[record.kept_id], both[record.absorbed_id]
    refuse_impossible(record, target)
    _return_people(record, by)
    for name, model in _FOLLOW.items():
        model.objects.filter(pk__in=record.moved[name]).update(household=source)
    parted = {"status": record.moved["absorbed_status"], "merged_into_id": None}
    _set(source, parted, record, by)
    _restore_list_status(record, target, source, by)
    record.undone_at, record.undone_by = timezone.now(), by.user_id
    record.save(update_fields=["undone_at", "undone_by"])
    _audit("household.unmerge", record, target, by)
    return record


def _move_people(
    source: Household, target: Household, record: Merge, by: Viewer
) -> dict[str, list[Any]]:
    has_head = Person.objects.filter(
        household=target, relation=Person.Relation.HEAD, died_on=None, left_on=None
    ).exists()
    people, memberships = [], []
    for person in source.persons.select_for_update().order_by("pk"):
        people.append([person.pk, person.relation])
        memberships.append(
            Membership(
                person=person, household=source, relation=person.relation,
                since=person.member_since, until=timezone.localdate(record.at),
                reason=Membership.EndReason.MERGED,
            )
        )  # fmt: skip
        second_head = has_head and person.relation == Person.Relation.HEAD
        relation = Person.Relation.UNKNOWN.value if second_head else person.relation
        _set(person, {"household_id": target.pk, "relation": relation}, record, by)
    Membership.objects.bulk_create(memberships)
    return {"persons": people, "memberships": [row.pk for row in memberships]}


def _move(model: type[Model], source: Household, target: Household) -> list[int]:
    rows = model.objects.filter(household=source)
    if model is ListEntry:
        rows = rows.exclude(pk__in=_on_both(source, target))
    moved = list(rows.order_by("pk").values_list("pk", flat=True))
    model.objects.filter(pk__in=moved).update(household=target)
    return moved


def _on_both(source: Household, target: Household) -> list[int]:
    """Entries of `source` whose list and year name `target` too."""

    def whole(home: Household) -> QuerySet[ListEntry, Any]:
        return home.list_entries.filter(person=None).values_list("source", "source_year", "pk")

    there = {row[:2] for row in whole(target)}
    return [pk for *entry, pk in whole(source) if tuple(entry) in there]


def refuse_impossible(record: Merge, target: Household) -> None:
    """Raise `Conflict` when the merge into `target` was undone, or cannot be any more."""
    if record.undone_at is not None:
        raise Conflict(N_("This merge was undone already."))
    if target.merged_into_id is not None:
        raise Conflict(
            N_(
                "Household %(household)s was itself merged into %(other)s since. Undo that merge "
                "first."
            ),
            household=keys.to_text(target.pk),
            other=keys.to_text(target.merged_into_id),
        )
    people = dict(record.moved["persons"])
    homes = dict(Person.objects.filter(pk__in=people).values_list("pk", "household_id"))
    for key in people:
        if key not in homes:
            raise Conflict(
                N_("A person who came with the merge was removed since: it cannot be undone.")
            )
        if homes[key] != target.pk:
            raise Conflict(
                N_(
                    "A person who came with the merge has moved to household %(household)s since. "
                    "Move her back, then undo the merge."
                ),
                household=keys.to_text(homes[key]),
            )
    for name, model in _FOLLOW.items():
        present = model.objects.filter(pk__in=record.moved[name], household=target).count()
        if present != len(record.moved[name]):
            raise Conflict(
                N_(
                    "A list entry, consent or number that came with the merge was removed since: "
                    "it cannot be undone."
                )
            )


def _return_people(record: Merge, by: Viewer) -> None:
    relations = dict(record.moved["persons"])
    for person in Person.objects.select_for_update().filter(pk__in=relations).order_by("pk"):
        back = {"household_id": record.absorbed_id, "relation": relations[person.pk]}
        _set(person, back, record, by)
    Membership.objects.filter(pk__in=record.moved["memberships"]).delete()


def _restore_list_status(record: Merge, target: Household, source: Household, by: Viewer) -> None:
    """As before the merge, unless lists were decided since: then as those decisions say."""
    if _decided_since(record, target):
        lists.keep_in_step(target, by=by, merge_id=record.pk)
    else:
        _set(target, {"list_status": record.moved["kept_list_status"]}, record, by)
    if source.list_entries.filter(decided_at__gt=record.at).exists():
        lists.keep_in_step(source, by=by, merge_id=record.pk)


def _decided_since(record: Merge, target: Household) -> bool:
    changes = FieldChange.objects.filter(
        kind="household", object_id=target.pk, field="list_status", at__gt=record.at
    )
    return (
        changes.exclude(merge_id=record.pk).exists()
        or target.list_entries.filter(decided_at__gt=record.at).exists()
        or Merge.objects.filter(kept=target, pk__gt=record.pk, undone_at=None).exists()
    )


def _set(of: Household | Person, fields: dict[str, Any], record: Merge, by: Viewer) -> None:
    changes = history.assign(of, fields)
    if changes:
        of.save(update_fields=list(changes))
        history.record_changes(of, changes, by=by, reason=record.reason, merge_id=record.pk)


def _audit(action: str, record: Merge, target: Household, by: Viewer) -> None:
    audit.record(
        by, action, kind="household", object_id=target.pk, area=target.area_id,
        merge=record.pk, other=record.absorbed_id, persons=len(record.moved["persons"]),
    )  # fmt: skip
