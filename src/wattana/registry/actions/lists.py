"""List entries: which list names a household, and what verification in the field found.

An entry found `not_poor` is an inclusion error of its list; one `added` is an exclusion error of
every list. The household's own list status follows the decisions (`keep_in_step`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.registry import access, history, values
from wattana.registry.models import Household, ListEntry

EDIT = Permission.HOUSEHOLD_EDIT
Verification = ListEntry.Verification

_DECIDES = {
    Verification.CONFIRMED: Household.ListStatus.CONFIRMED_POOR,
    Verification.NOT_POOR: Household.ListStatus.NOT_POOR,
    Verification.ADDED: Household.ListStatus.ADDED,
}
NEEDS_REASON = {
    Verification.NOT_POOR,
    Verification.DUPLICATE,
    Verification.DECLINED,
    Verification.NOT_FOUND,
}


@transaction.atomic
def add(
    *, household: int, source: str, source_year: int | str, by: Actor, person: int | None = None,
    newly_found: bool = False,
) -> ListEntry:  # fmt: skip
    """Note that a list of a year (CE or พ.ศ. text) names a household or one person of it.

    `newly_found` says that no list named it before: an exclusion error, decided at once.
    Raises `Conflict` when the entry exists.
    """
    home = access.open_household(by, household, EDIT)
    checked = values.parsed(values.LIST_ENTRY, {"source": source, "source_year": source_year})
    if person is not None and not home.persons.filter(pk=person).exists():
        raise NotFound(access.NO_PERSON)
    same = ListEntry.objects.filter(person_id=person, **checked)
    if (same if person is not None else same.filter(household=home)).exists():
        raise Conflict(N_("This list of this year names the household already."))
    entry = ListEntry(household=home, person_id=person, **checked)
    if newly_found:
        _decide(entry, Verification.ADDED, "", by)
    entry.save()
    audit.record(
        by, "list.add", kind="list_entry", object_id=entry.pk, area=home.area_id,
        source=entry.source, source_year=entry.source_year,
    )  # fmt: skip
    keep_in_step(home, by=by)
    return entry


@transaction.atomic
def verify(*, entry: int, verification: str, by: Viewer, reason: str = "") -> ListEntry:
    """Record what verification found; a later decision takes the place of an earlier one."""
    record = access.list_entry(by, entry, EDIT)
    home = access.open_household(by, record.household_id, EDIT)
    checked = values.parsed(values.LIST_ENTRY, {"verification": verification, "reason": reason})
    if checked["verification"] in NEEDS_REASON and not checked["reason"]:
        raise Invalid(N_("Say why: this decision needs a reason."))
    changes = _decide(record, checked["verification"], checked["reason"], by)
    record.save()
    history.record_changes(record, changes, by=by, reason=checked["reason"])
    audit.record(
        by, "list.verify", kind="list_entry", object_id=record.pk, area=home.area_id,
        verification=record.verification,
    )  # fmt: skip
    keep_in_step(home, by=by)
    return record


def keep_in_step(household: Household, *, by: Actor, merge_id: int | None = None) -> None:
    """Give the household the list status that its entries' latest decision says."""
    status = status_of(household.list_entries.all(), household.list_status)
    changes = history.assign(household, {"list_status": status})
    if changes:
        household.save(update_fields=["list_status"])
        history.record_changes(household, changes, by=by, merge_id=merge_id)


def status_of(entries: Iterable[ListEntry], present: str) -> str:
    """The list status that entries imply; `present` where no list names the household."""
    entries = list(entries)
    deciding = [entry for entry in entries if entry.verification in _DECIDES]
    if deciding:
        # an entry that an import brought decided has no time of decision: it counts as the earliest
        latest = max(deciding, key=lambda e: (e.decided_at is not None, e.decided_at or 0, e.pk))
        return _DECIDES[Verification(latest.verification)]
    return Household.ListStatus.FROM_LIST if entries else present


def _decide(
    entry: ListEntry, verification: str, reason: str, by: Actor
) -> dict[str, tuple[Any, Any]]:
    open_again = verification == Verification.PENDING
    entry.decided_at = None if open_again or by.user_id is None else timezone.now()
    entry.decided_by = None if open_again else by.user_id
    return history.assign(entry, {"verification": verification, "reason": reason})
