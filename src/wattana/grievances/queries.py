"""Reads of complaints: the desk of the handlers, one complaint, what the complainant sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattana.accounts import queries as accounts
from wattana.accounts.models import Member, Organization
from wattana.accounts.permissions import Permission, roles_with
from wattana.accounts.viewer import Viewer
from wattana.grievances import access, handling, words
from wattana.grievances.models import Grievance, GrievanceStep, Handler
from wattana.kit import moments
from wattana.kit.pages import Count, Page, counted_page
from wattana.kit.templatetags.wattana import in_language
from wattana.kit.vault import vault
from wattana.methods.grievance import FINAL, Side, Step, possible
from wattana.methods.referral.clocks import Clock, status

OPEN, DONE = "open", "done"
_COLUMNS = ("id", "number", "kind", "channel", "about_id", "tier", "state", "created_at", "due_on",
            "risk_on", "closed_at")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A complaint in the list of its handlers; its words stay closed there."""

    id: int
    number: str
    kind: str
    about: str
    state: str
    tier: str
    clock: Clock
    due_on: dt.date | None
    created_at: dt.datetime
    closed_at: dt.datetime | None


@dataclass(frozen=True)
class Desk:
    page: Page[Any]
    rows: Sequence[Row]
    count: Count


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    at: dt.datetime
    done: str
    side: str
    who: str
    words: str
    shown: bool


@dataclass(frozen=True)
class Opened:
    """A complaint as its handlers see it."""

    row: Grievance
    text: str
    name: str
    contact: str
    about: str
    clock: Clock
    story: Sequence[Told]
    steps: Sequence[Step]


@dataclass(frozen=True)
class Followed:
    """What the complainant sees by her code: where it stands and the answers, nothing of people."""

    row: Grievance
    office: str
    clock: Clock
    story: Sequence[Told]
    steps: Sequence[Step]
    open: bool


def desk(viewer: Viewer, box: str = OPEN, cursor: str | None = None) -> Desk:
    """The complaints of the viewer's office, those due first. Raises `Forbidden`."""
    rows = access.visible(viewer).filter(closed_at__isnull=box != DONE)
    order = ("-closed_at", "id") if box == DONE else ("due_on", "id")
    page, count = counted_page(rows.values(*_COLUMNS), order, cursor)
    names = _names({one["about_id"] for one in page.rows})
    return Desk(page, [_row(one, names) for one in page.rows], count)


def opened(viewer: Viewer, key: int) -> Opened:
    """One complaint with its words. Raises `NotFound`."""
    row = access.grievance(viewer, key)
    return Opened(
        row=row,
        text=access.opened(row, "text"),
        name=access.opened(row, "name"),
        contact=access.opened(row, "contact"),
        about=in_language(row.about) if row.about else "",
        clock=status(moments.today(), row.due_on, row.risk_on),
        story=_story(row, shown_only=False),
        steps=possible(row.state, Side.HANDLER, higher=handling.higher(row)),
    )


def followed(code: str) -> Followed:
    """What the complainant of a code sees. Raises `NotFound`."""
    row = access.of_code(code)
    return Followed(
        row=row,
        office=in_language(row.organization) if row.organization else "",
        clock=status(moments.today(), row.due_on, row.risk_on),
        story=_story(row, shown_only=True),
        steps=possible(row.state, Side.COMPLAINANT, higher=handling.higher(row)),
        open=row.state not in FINAL,
    )


def offices() -> list[Organization]:
    """The organisations about which somebody may complain, by kind and name."""
    return list(Organization.objects.filter(ended_on__isnull=True).order_by("kind", "name_th"))


def nameable(viewer: Viewer) -> list[tuple[Member, bool]]:
    """The members whom the viewer may name as handlers, and whether they are."""
    viewer.require(Permission.MEMBERS_MANAGE)
    roles = roles_with(Permission.GRIEVANCE_HANDLE)
    rows = Member.objects.filter(
        organization__in=accounts.managed(viewer), role__in=roles, ended_at__isnull=True
    ).select_related("organization", "user")
    named = set(Handler.objects.values_list("organization_id", "user_id"))
    return [
        (one, (one.organization_id, one.user_id) in named)
        for one in rows.order_by("organization__code", "user__username")
    ]


def _row(one: Mapping[str, Any], names: Mapping[int, str]) -> Row:
    return Row(
        id=one["id"],
        number=one["number"],
        kind=words.kind(one["kind"]),
        about=names.get(one["about_id"], ""),
        state=str(words.STATES[one["state"]]),
        tier=str(Grievance.Tier(one["tier"]).label),
        clock=status(moments.today(), one["due_on"], one["risk_on"]),
        due_on=one["due_on"],
        created_at=one["created_at"],
        closed_at=one["closed_at"],
    )


def _names(keys: set[int | None]) -> dict[int, str]:
    rows = Organization.objects.filter(pk__in=keys - {None}).values("id", "name_th", "name_en")
    return {one["id"]: in_language(one) for one in rows}


def _story(row: Grievance, *, shown_only: bool) -> list[Told]:
    """The history; for the complainant without names and without words between handlers."""
    steps = list(row.steps.order_by("version"))
    people = {} if shown_only else accounts.people([one.by for one in steps])
    sides = {Side.HANDLER: words.HANDLER, Side.COMPLAINANT: words.COMPLAINANT}
    return [
        Told(
            at=one.at,
            done=str(words.DONE.get(one.action, one.action)),
            side=str(sides.get(Side(one.side), "")),
            who=people.get(one.by, "") if one.by else "",
            words="" if shown_only and not one.shown else _opened(one),
            shown=one.shown,
        )
        for one in steps
    ]


def _opened(step: GrievanceStep) -> str:
    if step.words is None:
        return ""
    return vault().open(bytes(step.words), table="grievances_step", column="words", row=step.pk)
