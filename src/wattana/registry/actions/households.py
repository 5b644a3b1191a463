"""Households: entered, corrected, placed, classified; and people who move between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.areas import actions as area_actions
from wattana.areas import queries as area_queries
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.registry import access, entering, history, values
from wattana.registry.actions import persons
from wattana.registry.models import Household, Membership, Person
from wattana.registry.queries.lists import Row, look_alikes

EDIT = Permission.HOUSEHOLD_EDIT
FOUND_BY = ("house_no", "house_code", "household_code", "road", "latitude")


class Alike(Conflict):
    """The register has households that look the same; `found` are they."""

    def __init__(self, found: list[Row]) -> None:
        super().__init__(
            N_("Open the household, or say that this is another one."), field="another"
        )
        self.found = found


@transaction.atomic
def create(
    *, by: Actor, area: str, owner_id: int | None = None, another: bool = True, **fields: Any
) -> Household:
    """Enter a household in a village (8 digits) or, where the village is not known, a tambon.

    `fields` are those of `values.HOUSEHOLD`. The owner is the actor's organisation; a command names
    another. Raises `Forbidden` for an area outside the scope, `Invalid` where no field of
    `FOUND_BY` would lead anybody there again, and `Alike` where it may be one that is there, unless
    it is said to be `another`.
    """
    access.require(by, EDIT)
    checked = _checked(fields)
    entering.anew(values.area_code(area))
    code = _open_area(by, area)
    _refuse_without_trace(checked)
    if not another and isinstance(by, Viewer):
        _refuse_alike(by, code, checked)
    household = Household.objects.create(
        area_id=code,
        owner_id=by.organization_id or owner_id,
        created_at=timezone.now(),
        created_by=by.user_id,
        **checked,
    )
    _audit(by, "household.create", household)
    return household


@transaction.atomic
def update(
    *, household: int, by: Actor, seen: int | None = None, reason: str = "", **fields: Any
) -> Household:
    """Correct fields of `values.HOUSEHOLD`; only what differs is written and kept in the history.

    `seen` is `history.latest` of the household when the form was shown: a later change of somebody
    else raises `Conflict`. `Invalid` where the last field of `FOUND_BY` would be taken away.
    """
    area = fields.pop("area", None)
    if area is not None:
        access.hold_areas(homes=[household], area=values.area_code(area))
    record = access.open_household(by, household, EDIT)
    history.refuse_if_changed(record, seen)
    checked = _checked(fields, record)
    found_by = {name: getattr(record, name) for name in FOUND_BY}
    if _leads_there(found_by):
        _refuse_without_trace(found_by | checked)
    if area is not None and area != record.area_id:
        checked["area_id"] = _open_area(by, area)
    _save(record, checked, by=by, reason=reason)
    return record


@transaction.atomic
def set_location(
    *, household: int, latitude: float, longitude: float, accuracy: float | None, by: Actor
) -> Household:
    """Record where the house stands (WGS84 degrees) and how exactly that is known (metres)."""
    return update(
        household=household,
        by=by,
        latitude=latitude,
        longitude=longitude,
        location_accuracy=accuracy,
    )


@transaction.atomic
def set_list_status(*, household: int, list_status: str, by: Actor, reason: str = "") -> Household:
    """Say where a household stands between the lists and the field, without a list's entry."""
    return update(household=household, list_status=list_status, by=by, reason=reason)


@transaction.atomic
def move_person(
    *, person: int, to_household: int, on: dt.date | str, relation: str, reason: str = "moved",
    by: Actor,
) -> Person:  # fmt: skip
    """Let a person live in another household from a day on; the time before is a `Membership`.

    Both households must lie in the scope. `reason` is one of `Membership.EndReason`.
    """
    access.hold_areas(homes=[to_household], people=[person])
    moved = access.person(by, person, EDIT)
    target = access.open_household(by, to_household, EDIT)
    checked = values.parsed(values.MOVE, {"on": on, "relation": relation, "reason": reason})
    day = checked["on"]
    if day is None:
        raise Invalid(N_("Give the day of the move."))
    if target.pk == moved.household_id:
        raise Conflict(N_("The person lives in this household already."))
    if moved.died_on:
        raise Conflict(N_("The person has died and cannot move."))
    if moved.member_since and day < moved.member_since:
        raise Invalid(N_("The person came to the present household after that day."))
    persons.refuse_second_head(target.pk, checked["relation"])
    origin = moved.household_id
    Membership.objects.create(
        person=moved, household_id=origin, relation=moved.relation,
        since=moved.member_since, until=day, reason=checked["reason"],
    )  # fmt: skip
    changes = history.assign(
        moved,
        {
            "household_id": target.pk,
            "relation": checked["relation"],
            "member_since": day,
            "left_on": None,
        },
    )
    moved.save(update_fields=list(changes))
    history.record_changes(moved, changes, by=by)
    audit.record(
        by, "person.move", kind="person", object_id=moved.pk, area=target.area_id,
        from_household=origin, to_household=target.pk,
    )  # fmt: skip
    return moved


def _checked(fields: dict[str, Any], record: Household | None = None) -> dict[str, Any]:
    checked = values.parsed(values.HOUSEHOLD, fields)
    if checked.get("status") == Household.Status.MERGED:
        raise Invalid(N_("To merge a household into another, use “Merge”."))
    latitude = checked.get("latitude", record.latitude if record else None)
    longitude = checked.get("longitude", record.longitude if record else None)
    if (latitude is None) != (longitude is None):
        raise Invalid(N_("Give both latitude and longitude, or neither."))
    return checked


def _leads_there(fields: Mapping[str, Any]) -> bool:
    return any(fields.get(name) not in (None, "") for name in FOUND_BY)


def _refuse_without_trace(checked: Mapping[str, Any]) -> None:
    if not _leads_there(checked):
        raise Invalid(
            N_(
                "Nothing would find this household again. Give its house number, house code or "
                "household code. Where people live without a house, describe the place under "
                "“Lane, road or place”, or give its coordinates."
            ),
            field="house_no",
        )


def _refuse_alike(by: Viewer, area: str, checked: Mapping[str, Any]) -> None:
    given = {name: checked.get(name, "") for name in ("house_no", "house_code")}
    if found := look_alikes(by, area=area, **given):
        raise Alike(found)


def _open_area(by: Actor, code: str) -> str:
    """The code of an area that exists and is open to the actor; a new village number is added."""
    code = values.area_code(code)
    access.require_area(by, code)
    entering.by_hand([code])
    try:
        area_queries.area(code)
    except NotFound:
        if len(code) != 8:
            raise
        area_actions.ensure_villages([code])
    return code


def _save(record: Household, checked: dict[str, Any], *, by: Actor, reason: str) -> None:
    changes = history.assign(record, checked)
    if not changes:
        return
    record.save(update_fields=list(changes))
    history.record_changes(record, changes, by=by, reason=values.text(300)(reason))
    _audit(by, "household.update", record, fields=sorted(changes))


def _audit(by: Actor, action: str, record: Household, **detail: Any) -> None:
    audit.record(by, action, kind="household", object_id=record.pk, area=record.area_id, **detail)
