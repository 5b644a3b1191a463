"""Persons: entered with or without national ID, corrected, gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.registry import access, history, national_ids, values
from wattana.registry.models import Household, Person
from wattana.thai.dates import PartialDate
from wattana.thai.names import sex_of, sound_key

EDIT = Permission.HOUSEHOLD_EDIT


@transaction.atomic
def create(*, household: int, by: Actor, **fields: Any) -> Person:
    """Enter a person into a household. `fields` are those of `values.PERSON`.

    Either `national_id` or `no_id_reason` is needed; where no sex is given, the title may say it.
    Raises `Conflict` when the national ID belongs to somebody already.
    """
    home = access.open_household(by, household, EDIT)
    checked = values.parsed(values.PERSON, fields)
    _take_sex(checked, checked.get("title", ""), checked.get("sex", ""))
    digits = checked.pop("national_id", "")
    reason = checked.pop("no_id_reason", "")
    _need_name(checked.get("first_name", ""))
    refuse_second_head(home.pk, checked.get("relation", ""))
    person = Person(
        household=home,
        created_at=timezone.now(),
        created_by=by.user_id,
        **_identity(by, digits, reason),
        **_columns(checked),
    )
    if digits:
        _set_national_id(person, digits)
    _check_days(person)
    _save(person, by)
    audit.record(by, "person.create", kind="person", object_id=person.pk, area=home.area_id)
    return person


@transaction.atomic
def update(
    *, person: int, by: Actor, seen: int | None = None, reason: str = "", **fields: Any
) -> Person:
    """Correct fields of `values.PERSON`; only what differs is written and kept in the history.

    A `no_id_reason` without `national_id` takes a recorded number away. `seen` as in
    `households.update`.
    """
    record = access.person(by, person, EDIT)
    history.refuse_if_changed(record, seen)
    checked = values.parsed(values.PERSON, fields)
    if "first_name" in checked:
        _need_name(checked["first_name"])
    if {"title", "sex"} & checked.keys():
        _take_sex(checked, checked.get("title", record.title), checked.get("sex", record.sex))
    changes = _change_identity(record, by, checked)
    changes |= _birth_change(record, checked)
    changes |= history.assign(record, _columns(checked, with_birth=False))
    _check_days(record)
    if record.lives_here and changes.keys() & {"relation", "died_on", "left_on"}:
        refuse_second_head(record.household_id, record.relation, except_for=record.pk)
    changes = {field: pair for field, pair in changes.items() if field not in _DERIVED}
    if changes:
        _save(record, by)
        history.record_changes(record, changes, by=by, reason=values.text(300)(reason))
        audit.record(
            by, "person.update", kind="person", object_id=record.pk,
            area=record.household.area_id, fields=sorted(changes),
        )  # fmt: skip
    return record


@transaction.atomic
def record_death(*, person: int, on: dt.date | str, by: Actor) -> Person:
    """Record the day of a person's death; she stays on the page of her household."""
    if not on:
        raise Invalid(N_("Give the day of death."))
    return update(person=person, died_on=on, by=by)


@transaction.atomic
def end_membership(*, person: int, on: dt.date | str, by: Actor, reason: str = "") -> Person:
    """Record that a person left for a place outside the register."""
    if not on:
        raise Invalid(N_("Give the day when the person left."))
    return update(person=person, left_on=on, by=by, reason=reason)


def refuse_second_head(household: int, relation: str, except_for: int | None = None) -> None:
    """Raise `Conflict` when a household would have two living heads."""
    if relation != Person.Relation.HEAD:
        return
    heads = Person.objects.filter(
        household_id=household, relation=relation, died_on=None, left_on=None
    )
    if heads.exclude(pk=except_for).exists():
        raise Conflict(
            N_("This household has a head already. Change that person's relation first.")
        )


_DERIVED = {"first_key", "last_key"}


def _need_name(first_name: str) -> None:
    if not first_name:
        raise Invalid(N_("Give a first name, or what the person is called."))


def _take_sex(checked: dict[str, Any], title: str, sex: str) -> None:
    """What the title says stands where no sex is given."""
    if said := "" if sex else sex_of(title):
        checked["sex"] = said


def _columns(checked: Mapping[str, Any], *, with_birth: bool = True) -> dict[str, Any]:
    """Model fields of checked values: sound keys beside names, a birth date in its three parts."""
    columns = {name: value for name, value in checked.items() if name != "birth_date"}
    for part in ("first", "last"):
        if f"{part}_name" in columns:
            columns[f"{part}_key"] = sound_key(columns[f"{part}_name"])
    if with_birth and checked.get("birth_date"):
        columns |= _birth_columns(checked["birth_date"])
    return columns


def _birth_columns(born: PartialDate | None) -> dict[str, int | None]:
    return {
        "birth_year": born.year if born else None,
        "birth_month": born.month if born else None,
        "birth_day": born.day if born else None,
    }


def _birth_change(record: Person, checked: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Three columns, but one date in the history."""
    if "birth_date" not in checked:
        return {}
    old = record.born
    if not history.assign(record, _birth_columns(checked["birth_date"])):
        return {}
    return {"birth_date": (old, checked["birth_date"])}


def _identity(by: Actor, digits: str, reason: str) -> dict[str, Any]:
    """The reason of a person without national ID; a number that is free."""
    if bool(digits) == bool(reason):
        raise Invalid(N_("Give the national ID, or the reason why there is none; one of the two."))
    if digits:
        _refuse_taken(by, digits)
    return {"no_id_reason": reason}


def _set_national_id(person: Person, digits: str) -> None:
    person.national_id_sealed, person.national_id_hash = national_ids.seal(digits, person.pk)
    person.no_id_reason = ""


def _change_identity(
    record: Person, by: Actor, checked: dict[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Exchange, add or take away the national ID; the history gets last four digits."""
    digits = checked.pop("national_id", "")
    reason = checked.pop("no_id_reason", "")
    if digits and reason:
        raise Invalid(N_("Give the national ID, or the reason why there is none; one of the two."))
    if not digits and not reason:
        return {}
    old = (
        national_ids.reveal(record.national_id_sealed, record.pk) if record.has_national_id else ""
    )
    if digits and digits != old:
        _refuse_taken(by, digits, except_for=record.pk)
        former = record.no_id_reason
        _set_national_id(record, digits)
        changes = {"national_id": (old[-4:], digits[-4:])}
        return changes | ({"no_id_reason": (former, "")} if former else {})
    if reason:
        changes = history.assign(record, {"no_id_reason": reason})
        if old:
            record.national_id_sealed = record.national_id_hash = None
            changes["national_id"] = (old[-4:], "")
        return changes
    return {}


def _refuse_taken(by: Actor, digits: str, except_for: int | None = None) -> None:
    """Say where a national ID stands already, if the actor may know it."""
    taken = Person.objects.filter(national_id_hash=national_ids.hashed(digits))
    home = taken.exclude(pk=except_for).values_list("household_id", flat=True).first()
    if home is None:
        return
    homes = Household.objects.filter(pk=home)
    if isinstance(by, Viewer) and not within(homes, by).exists():
        raise Conflict(_TAKEN_ELSEWHERE)
    raise Conflict(
        N_(
            "This national ID belongs to a person of household %(household)s already. Compare the "
            "number with the card; if it is the same person, move her from there."
        ),
        household=keys.to_text(home),
    )


_TAKEN_ELSEWHERE = N_(
    "This national ID belongs to a person in another area already. Compare the number with the "
    "card; if it is right, ask the district office to settle where the person lives."
)


def _check_days(person: Person) -> None:
    """Raise `Invalid` when somebody dies, leaves or comes before she is born."""
    if person.born is None:
        return
    for day in (person.died_on, person.left_on, person.member_since):
        if day is not None and day < person.born.earliest():
            raise Invalid(N_("A day of this person lies before her birth."))


def _save(person: Person, by: Actor) -> None:
    """Save; two people at once may enter one number, which the database then refuses."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        if "national_id" not in str(error):
            raise
        raise Conflict(_TAKEN_ELSEWHERE) from error
