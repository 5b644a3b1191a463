"""Choosing another household by a search, without scripts."""

from __future__ import annotations

from django.http import HttpRequest

from wattana.accounts import audit
from wattana.kernel import keys
from wattana.registry import naming, queries
from wattana.registry.queries.lists import Row, rows_of
from wattana.registry.queries.places import places

MOST = 20


def text(request: HttpRequest) -> str:
    """What was searched for; it is sent along with the form so that its results stay."""
    return (request.POST.get("text") or request.GET.get("text") or "").strip()[:80]


def candidates(request: HttpRequest, leave_out: int) -> list[tuple[Row, str]]:
    """Households that fit the search, with their address; looking is audited as a list."""
    wanted = text(request)
    if not wanted:
        return []
    found = queries.search(request.viewer, wanted).households
    rows = rows_of(request.viewer, [key for key in found if key != leave_out][:MOST])
    audit.record(
        request.viewer, "household.search", kind="household", found_by="choosing", rows=len(rows)
    )
    areas = places({row.area for row in rows})
    return [(row, naming.house_at(row.house_no, row.area, areas)) for row in rows]


def choices(found: list[tuple[Row, str]]) -> list[tuple[str, str]]:
    """The candidates as choices of a form."""
    return [(keys.to_text(row.id), f"{row.head or '–'} · {where}") for row, where in found]
