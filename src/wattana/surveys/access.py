"""How actions reach a visit: with the right permission, within the scope, locked."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import BooleanField, F, Func, QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel.problems import N_, Conflict, NotFound
from wattana.registry import withdrawals
from wattana.registry.access import refuse_merged, require
from wattana.surveys.models import Visit

NO_VISIT = N_("There is no such visit in your area.")
ACCEPTED = (Visit.Status.SUBMITTED, Visit.Status.APPROVED)
EDITABLE = (Visit.Status.DRAFT, Visit.Status.RETURNED)


def visible(by: Actor) -> QuerySet[Visit]:
    """The visits within the actor's scope; all of them for the operator."""
    rows = Visit.objects.all()
    return within(rows, by, "household__") if isinstance(by, Viewer) else rows


class _AtWork(Func):
    """The condition of the index `visit_at_work` to the letter, which SQLite asks for."""

    template = "%(expressions)s IN ('draft', 'submitted', 'returned')"
    output_field = BooleanField()


def at_work(by: Actor, status: Visit.Status) -> QuerySet[Visit]:
    """The visible visits of a status before approval; there are few among all visits."""
    return visible(by).filter(status=status).filter(_AtWork(F("status")))  # SQLite heeds the order


def analysed(households: Collection[int]) -> QuerySet[Visit]:
    """Accepted visits of some households, without those that withdrew consent to the analysis.

    The caller has checked that the viewer may read the households.
    """
    rows = Visit.objects.filter(household__in=households, status__in=ACCEPTED)
    return rows.exclude(household__in=withdrawals.households(households))


def visit(by: Actor, key: int, permission: Permission) -> Visit:
    """The visit with its household, locked. Raises `Forbidden`, or `NotFound` also out of scope."""
    require(by, permission)
    rows = visible(by).select_for_update(of=("self",)).select_related("household")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(NO_VISIT)
    return found


def draft(by: Actor, key: int) -> Visit:
    """A visit that is still being recorded, locked. Raises `Conflict` when it was handed in."""
    found = visit(by, key, Permission.SURVEY_RECORD)
    refuse_merged(by, found.household)
    if found.status not in EDITABLE:
        raise Conflict(
            N_("This visit was handed in already. Ask the tambon officer to return it to you.")
        )
    return found
