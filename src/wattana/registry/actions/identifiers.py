"""Numbers by which other registers know a household or a person."""

from __future__ import annotations

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.registry import access, history, values
from wattana.registry.models import Identifier

EDIT = Permission.HOUSEHOLD_EDIT


@transaction.atomic
def add(
    *, household: int, kind: str, value: str, by: Actor, person: int | None = None
) -> Identifier:
    """Note another number of a household, or of one person of it."""
    home = access.open_household(by, household, EDIT)
    checked = values.parsed(values.IDENTIFIER, {"kind": kind, "value": value})
    if not checked["value"]:
        raise Invalid(N_("Give the number."))
    owner = home if person is None else home.persons.filter(pk=person).first()
    if owner is None:
        raise NotFound(access.NO_PERSON)
    of = {"household": home} if person is None else {"person": owner}
    if Identifier.objects.filter(**of, **checked).exists():
        raise Conflict(N_("This number is recorded already."))
    made = Identifier.objects.create(**of, **checked)
    history.record_changes(owner, {made.kind: ("", made.value)}, by=by)
    audit.record(
        by, "identifier.add", kind="household", object_id=home.pk, area=home.area_id,
        identifier=made.kind,
    )  # fmt: skip
    return made


@transaction.atomic
def remove(*, household: int, identifier: int, by: Actor) -> None:
    """Take a number away that was recorded by mistake; the history keeps it."""
    home = access.open_household(by, household, EDIT)
    found = Identifier.objects.select_related("person").filter(pk=identifier).first()
    if found is None or home.pk != (found.household_id or found.person.household_id):
        raise NotFound(N_("There is no such number on this household."))
    history.record_changes(found.person or home, {found.kind: (found.value, "")}, by=by)
    found.delete()
    audit.record(
        by, "identifier.remove", kind="household", object_id=home.pk, area=home.area_id,
        identifier=found.kind,
    )  # fmt: skip
