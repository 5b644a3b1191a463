"""How actions reach a record: with the right permission, within the scope, locked."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

from django.db.models import Model, QuerySet
from django.utils.functional import lazy

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Actor, Viewer
from wattana.areas.models import Area
from wattana.areas.queries import moos_of
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict, Forbidden, Lead, NotFound
from wattana.kit.templatetags.wattana import in_language
from wattana.registry import entering
from wattana.registry.models import Consent, Household, ListEntry, Person

NO_HOUSEHOLD = N_("There is no such household in your area.")
NO_PERSON = N_("There is no such person in your area.")
NO_ENTRY = N_("There is no such list entry in your area.")
NO_CONSENT = N_("There is no such consent in your area.")
_MERGED_AWAY = N_(
    "This household was merged into one that is not open to you. Ask whoever serves its area now."
)


def require(by: Actor, permission: Permission) -> None:
    """Raise `Forbidden` unless the actor is the operator or holds the permission."""
    if isinstance(by, Viewer):
        by.require(permission)


def hold_areas(
    *, homes: Collection[int] = (), people: Collection[int] = (), area: str = ""
) -> None:
    """Hold an area, and those of some households and people, before one of them is opened.

    For who writes in several: all at once and in the order of imports, or an import into two areas
    and somebody who goes from the one to the other would wait for each other for ever.
    """
    of_homes = Household.objects.filter(pk__in=homes).values_list("area_id", flat=True)
    of_people = Person.objects.filter(pk__in=people).values_list("household__area_id", flat=True)
    entering.by_hand(chain(of_homes, of_people, [area] if area else []))


def household(by: Actor, key: int, permission: Permission) -> Household:
    """The household, locked. Raises `Forbidden`, or `NotFound` also when it is out of scope."""
    return _one(by, Household.objects.all(), key, permission, "", NO_HOUSEHOLD)


def open_household(by: Actor, key: int, permission: Permission) -> Household:
    """A household that is not merged into another; `Conflict` leads to the other."""
    found = household(by, key, permission)
    refuse_merged(by, found)
    return found


def person(by: Actor, key: int, permission: Permission) -> Person:
    """The person, locked, as `household`."""
    return _one(by, Person.objects.all(), key, permission, "household__", NO_PERSON)


def list_entry(by: Actor, key: int, permission: Permission) -> ListEntry:
    """The list entry, locked, as `household`."""
    return _one(by, ListEntry.objects.all(), key, permission, "household__", NO_ENTRY)


def consent(by: Actor, key: int, permission: Permission) -> Consent:
    """The consent, locked, as `household`."""
    return _one(by, Consent.objects.all(), key, permission, "household__", NO_CONSENT)


def refuse_merged(by: Actor, found: Household) -> None:
    """Raise `Conflict` for a household that became part of another, with the way to the one that
    it lives on in, where the actor may see that one."""
    if found.merged_into_id is None:
        return
    present = lives_on_in(by, found)
    if present is None:
        raise Conflict(_MERGED_AWAY)
    problem = Conflict(
        N_("This household was merged into %(household)s. Open that one."),
        household=keys.to_text(present),
    )
    problem.lead = Lead("registry:household", present, N_("Open that household"))
    raise problem


def lives_on_in(by: Actor, merged: Household) -> int | None:
    """The household that a merged one became part of in the end; None where it is out of scope."""
    following = merged.merged_into
    while following is not None and following.merged_into_id is not None:
        following = following.merged_into
    if following is None:
        return None
    rows = Household.objects.filter(pk=following.pk)
    open_to = within(rows, by) if isinstance(by, Viewer) else rows
    return following.pk if open_to.exists() else None


def require_area(by: Actor, code: str) -> None:
    """Raise `Forbidden` unless records of this area are open to the actor.

    Who has only some villages of its tambon is told which, beside the field for the village.
    """
    if not isinstance(by, Viewer) or by.covers(code):
        return
    some = moos_of(by.parts_of(code[:6]))
    if some.numbers:
        raise Forbidden(
            N_("Of this tambon only moo %(open)s is open to you. Enter one of these villages."),
            open=some.told(), field="moo",
        )  # fmt: skip
    raise Forbidden(
        N_("%(place)s is not open to you: no agreement in force covers it."),
        place=lazy(_name_of, str)(code), field="tambon",
    )  # fmt: skip


def _name_of(code: str) -> str:
    """An area's name in the language in force; its code where no area has it."""
    found = Area.objects.filter(code=code).first()
    return in_language(found) if found else code


def _one(
    by: Actor, rows: QuerySet, key: int, permission: Permission, prefix: str, missing: str
) -> Model:
    require(by, permission)
    rows = within(rows, by, prefix) if isinstance(by, Viewer) else rows
    entering.by_hand(rows.filter(pk=key).values_list(f"{prefix}area_id", flat=True))
    found = rows.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound(missing)
    return found
