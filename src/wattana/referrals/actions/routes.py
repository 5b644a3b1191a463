"""The operator decides which agencies meet a kind of need."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import Invalid
from wattana.kit import moments
from wattana.referrals.actions.needs import CHOOSE
from wattana.referrals.models import Route
from wattana.rules import referrals as rulebook


@transaction.atomic
def set_route(*, service: str, agencies: Sequence[str], by: Viewer) -> None:
    """Set the agencies of a kind of need, the first proposed; none: those of the rulebook again.

    Holds for cases opened from now on. Raises `Forbidden` without `AGREEMENTS_MANAGE`.
    """
    by.require(Permission.AGREEMENTS_MANAGE)
    book, wanted = rulebook.load(), list(dict.fromkeys(agencies))
    if service not in book.services or not set(wanted) <= set(book.agencies):
        raise Invalid(CHOOSE)
    if wanted and wanted != list(book.services[service].agencies):
        kept = {"agencies": wanted, "changed_at": moments.now(), "changed_by": by.user_id}
        Route.objects.update_or_create(service=service, defaults=kept)
    else:
        Route.objects.filter(service=service).delete()
    audit.record(by, "route.set", kind="route", service=service, agencies=len(wanted))
