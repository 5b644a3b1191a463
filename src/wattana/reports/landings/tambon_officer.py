"""The tambon officer: what waits for her, how her households live, those at level 1 first."""

from __future__ import annotations

from typing import Any

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.entitlements import queries as rights
from wattana.referrals.queries import lists, needs
from wattana.registry import naming
from wattana.registry.models import Household
from wattana.registry.queries import Filters, counted, household_list
from wattana.reports import queries
from wattana.reports.landings.places import begun, task
from wattana.reports.landings.summary import summary
from wattana.surveys import queries as surveys

_FIRST = 10  # households at level 1 named on the page


def context(viewer: Viewer) -> dict[str, Any]:
    """Waiting work, list status, levels, who needs help first, rights that are missed."""
    work = surveys.work(viewer, size=1)
    listed = household_list(viewer, Filters(level="1"), size=_FIRST)
    return {
        "summary": summary(viewer),
        "work": work,
        "referrals": lists.counts(viewer),
        "needs": needs.count_waiting(viewer) if viewer.can(Permission.NEED_REPORT) else None,
        **begun(work),
        "to_review": [task(item, work.areas) for item in work.to_review],
        "unverified": counted(viewer, Filters(list_status=Household.ListStatus.FROM_LIST)),
        "unsurveyed": counted(viewer, Filters(surveyed="no")),
        "unfinished_imports": queries.unfinished_imports(viewer),
        "statuses": _statuses(viewer),
        "struggling": [
            (
                row,
                naming.house_at(row.house_no, row.road, row.area, listed.areas),
                (row.score or 0) / 1000,
            )
            for row in listed.rows
        ],
        "struggling_count": listed.count,
        "missing": _missing(viewer) if viewer.can(Permission.RIGHTS_VIEW) else None,
    }


def _missing(viewer: Viewer) -> list[tuple[str, str, int, int]]:
    return [
        (area.code, naming.area_label(area), count, satang)
        for area, count, satang in rights.missing_by_area(viewer, 8)
    ]


def _statuses(viewer: Viewer) -> list[tuple[str, str, int]]:
    """(code, name, households) of each list status, in the order in which work proceeds."""
    found = queries.list_statuses(viewer)
    return [(code, label, found.get(code, 0)) for code, label in Household.ListStatus.choices]
