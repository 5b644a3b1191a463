"""Which agencies meet which kind of need: the province's own table over the rulebook's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kit.words import said
from wattana.referrals.models import Route
from wattana.rules import referrals as rulebook


@dataclass(frozen=True)
class Row:
    """A kind of need with its agencies in words; `own` where the province changed them."""

    service: str
    title: str
    dimension: str
    agencies: Sequence[str]
    chosen: Sequence[str]  # their ids
    own: bool
    status: str  # of the rulebook's entry: stated or proposed


def table(viewer: Viewer) -> list[Row]:
    """All kinds of need in the order of the rulebook. Raises `Forbidden`."""
    viewer.require(Permission.AGREEMENTS_MANAGE)
    book = rulebook.load()
    own = dict(Route.objects.values_list("service", "agencies"))
    return [
        Row(
            service=one.id,
            title=said(one.title),
            dimension=said(book.dimensions[one.dimension]),
            agencies=[said(book.agencies[key].name) for key in own.get(one.id, one.agencies)],
            chosen=own.get(one.id, one.agencies),
            own=one.id in own,
            status=one.status,
        )
        for one in book.services.values()
    ]
