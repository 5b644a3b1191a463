"""This room's own sections of a household's page: lists, consent, numbers, history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wattana.accounts import queries as accounts
from wattana.accounts.permissions import Permission
from wattana.registry import naming, panels, queries
from wattana.registry.models import Household, Person
from wattana.registry.queries.history import Change
from wattana.registry.queries.lists import rows_of
from wattana.registry.queries.places import places
from wattana.thai.names import joined

LATEST_CHANGES = 5
LISTS, CONSENT, NUMBERS, HISTORY = "lists", "consent", "numbers", "history"


def install() -> None:
    """Put the sections on the household page; harmless to repeat."""
    for order, (key, title, render) in enumerate(
        (
            (LISTS, _("Lists"), _lists),
            (CONSENT, _("Consent"), _consent),
            (NUMBERS, _("Address and numbers"), _numbers),
            (HISTORY, _("History"), _history),
        ),
        100,
    ):
        panels.register(panels.Panel(key, title, order, Permission.HOUSEHOLD_VIEW, render))


def changes(
    request: HttpRequest, home: Household, members: list[Person], cursor: str | None
) -> tuple[list[dict[str, Any]], Any]:
    """A page of the household's history in words."""
    page = queries.history(request.viewer, home.pk, cursor)
    codes = {
        value
        for change in page.changes
        if change.field == "area_id"
        for value in (change.old, change.new)
        if value
    }
    names = {person.pk: naming.full_name(person) for person in members}
    gone = {c.object_id for c in page.changes if c.field == "household_id"} - names.keys()
    if gone:
        names |= {
            row.person: joined(row.title, row.first_name, row.last_name)
            for row in queries.past_members(request.viewer, home.pk)
            if row.person in gone
        }
    areas = places(codes) if codes else {}
    homes = _homes(request, page.changes)
    return [naming.told_change(change, areas, names, homes) for change in page.changes], page


def _homes(request: HttpRequest, changes: list[Change]) -> dict[int, str]:
    """Head and place of the households that a history names, as far as she may see them."""
    wanted = {
        int(value)
        for change in changes
        if change.field in naming.HOMES
        for value in (change.old, change.new)
        if value
    }
    rows = rows_of(request.viewer, sorted(wanted)) if wanted else []
    areas = places({row.area for row in rows})
    heads = queries.past_heads(request.viewer, [row.id for row in rows if not row.head])
    told = {}
    for row in rows:
        head = row.head or heads.get(row.id, "")
        place = naming.house_at(row.house_no, row.road, row.area, areas)
        told[row.id] = f"{head} · {place}" if head else place
    return told


def _lists(request: HttpRequest, home: Household) -> SafeString:
    entries = list(queries.list_entries(request.viewer, home.pk))
    names = accounts.people(one.decided_by for one in entries)
    return _section(request, home, LISTS, entries=entries, names=names)


def _consent(request: HttpRequest, home: Household) -> SafeString:
    found = queries.consents(request.viewer, home.pk)
    told = [(one, *naming.PURPOSES[one.purpose]) for one in found]
    told.sort(key=lambda one: one[0].withdrawn_at is not None)  # what stands comes first
    return _section(request, home, CONSENT, consents=told)


def _numbers(request: HttpRequest, home: Household) -> SafeString:
    identifiers = queries.identifiers(request.viewer, home.pk)
    return _section(request, home, NUMBERS, identifiers=identifiers)


def _history(request: HttpRequest, home: Household) -> SafeString:
    members = queries.persons(request.viewer, home.pk)
    latest = changes(request, home, members, None)[0][:LATEST_CHANGES]
    names = accounts.people([home.created_by])
    return _section(request, home, HISTORY, changes=latest, names=names)


def _section(request: HttpRequest, home: Household, key: str, **context: Any) -> SafeString:
    context |= {
        "home": home,
        "open": home.merged_into_id is None,
        "may": {"household_edit": request.viewer.can(Permission.HOUSEHOLD_EDIT)},
    }
    return render_to_string(f"registry/sections/{key}.html", context, request)
