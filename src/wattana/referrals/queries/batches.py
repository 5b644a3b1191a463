"""Batches of the viewer's organisation, their cases, and drafts that could go together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wattana.accounts.models import Organization
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, NotFound
from wattana.kit.pages import Page, keyset_page
from wattana.methods.referral.machine import State
from wattana.referrals import access
from wattana.referrals.actions.batches import MOST, visible
from wattana.referrals.models import Batch
from wattana.referrals.queries import lists
from wattana.referrals.queries.lists import Row

_COLUMNS = ("id", "number", "state", "sent_at", "sender__name_th", "sender__name_en",
            "receiver__name_th", "receiver__name_en")  # fmt: skip
_FIRST = 5


@dataclass(frozen=True)
class Group:
    """Drafts with a ground that go to one receiver."""

    receiver: Organization
    rows: Sequence[Row]


@dataclass(frozen=True)
class Waiting:
    """What a rejection of a batch concerns: its cases that are still as they were sent."""

    services: Sequence[tuple[str, int]]  # what is needed, and how often; the most frequent first
    count: int
    first: Sequence[Row]
    more: int  # beside the first
    gone_on: int  # received, returned or ended by themselves since: they stay as they are


def batches(viewer: Viewer, cursor: str | None = None) -> Page[Any]:
    """The batches that the viewer's organisation sent or received, newest first."""
    return keyset_page(visible(viewer).values(*_COLUMNS), ("-id",), cursor, size=25)


def batch(viewer: Viewer, key: int) -> Batch:
    """One batch. Raises `NotFound`."""
    found = visible(viewer).filter(pk=key).first()
    if found is None:
        raise NotFound(N_("There is no such batch among those that you may see."))
    return found


def items(viewer: Viewer, found: Batch) -> list[Row]:
    """Its cases in their order, as the viewer may see them."""
    order = dict(found.items.values_list("referral_id", "position"))
    rows = lists.rows_of(viewer, order)
    return sorted(rows, key=lambda one: order[one.id])


def waiting(viewer: Viewer, found: Batch) -> Waiting:
    """What is decided with the batch as a whole, in brief."""
    rows = items(viewer, found)
    left = [one for one in rows if one.state == State.SENT]
    return Waiting(
        services=Counter(one.title for one in left).most_common(),
        count=len(left),
        first=left[:_FIRST],
        more=len(left[_FIRST:]),
        gone_on=len(rows) - len(left),
    )


def ready(viewer: Viewer) -> list[Group]:
    """Drafts of the viewer's organisation that could be sent, by receiver."""
    rows = access.visible(viewer).filter(
        sender_id=viewer.organization_id, state__in=[State.DRAFT, State.RETURNED],
        receiver__isnull=False, sensitive=False,
    )  # fmt: skip
    keys = dict(rows.exclude(basis="").values_list("pk", "receiver_id")[:MOST])
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in lists.rows_of(viewer, keys):
        groups[keys[row.id]].append(row)
    bodies = Organization.objects.in_bulk(list(groups))
    return [Group(bodies[key], some) for key, some in groups.items()]
