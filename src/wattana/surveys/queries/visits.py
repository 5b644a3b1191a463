"""Visits of a household, one visit, its answers and what was changed in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from wattana.accounts import queries as accounts
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import NotFound
from wattana.rules import codebook as codebooks
from wattana.surveys import access
from wattana.surveys.models import AnswerChange, Visit, VisitPerson

SENSITIVE = "sensitive"
_THIN = 60  # per cent of the answers of the visit before (proposed); with fewer, a visit warns


@dataclass(frozen=True)
class Round:
    """A visit as a household's page lists it."""

    id: int
    year: int  # CE
    round: int
    surveyed_on: dt.date
    status: str
    status_label: str
    reason_label: str  # why the household could not be surveyed
    who: str  # who began it; "" for an import or the operator
    imported: bool
    asked: int
    answered: int

    @property
    def completeness(self) -> float | None:
        """Share of the questions asked that were answered, 0 … 1."""
        return self.answered / self.asked if self.asked else None

    @property
    def in_work(self) -> bool:
        return self.status in access.EDITABLE


def visit(viewer: Viewer, key: int) -> Visit:
    """The visit with its household and area. Raises `NotFound`, also out of scope."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    rows = access.visible(viewer).select_related("household__area__parent")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(access.NO_VISIT)
    return found


def visits(viewer: Viewer, household: int) -> list[Round]:
    """The visits of a household, the latest round first (two queries)."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    rows = list(
        access.visible(viewer)
        .filter(household=household)
        .order_by("-year", "-round")
        .values(
            "id", "year", "round", "surveyed_on", "status", "not_surveyed", "created_by", "batch",
            "asked", "answered",
        )
    )  # fmt: skip
    names = accounts.people(row["created_by"] for row in rows)
    return [_round(row, names) for row in rows]


def much_fuller(found: Visit, answered: int) -> Visit | None:
    """The accepted visit that this one takes the place of, when it answered much more.

    The caller has read `found` within the viewer's scope.
    """
    others = access.analysed([found.household_id]).exclude(pk=found.pk)
    last = others.defer("answers", "skips", "set_aside").order_by("-year", "-round").first()
    if last is None or (last.year, last.round) > (found.year, found.round):
        return None
    return last if 100 * answered < _THIN * last.answered else None


def answers_of(viewer: Viewer, key: int) -> dict[int | None, dict[str, Any]]:
    """The answers of a visit: of the household under None, of each person under her key.

    Sensitive variables only for who may see them.
    """
    found = visit(viewer, key)
    people = VisitPerson.objects.filter(visit=found).values_list("person", "answers")
    documents = {None: found.answers, **dict(people)}
    if viewer.can(Permission.SENSITIVE_VIEW):
        return documents
    hidden = sensitive_names()
    return {
        person: {name: value for name, value in answers.items() if name not in hidden}
        for person, answers in documents.items()
    }


def changes(viewer: Viewer, key: int, limit: int = 200) -> list[AnswerChange]:
    """Answers that were replaced or taken away, the newest first; not the first answers.

    Values of sensitive variables are blanked for who may not see them.
    """
    found = visit(viewer, key)
    rows = AnswerChange.objects.filter(visit=found, old__isnull=False).order_by("-id")[:limit]
    hidden = frozenset() if viewer.can(Permission.SENSITIVE_VIEW) else sensitive_names()
    listed = list(rows)
    for row in listed:
        if row.variable in hidden:
            row.old = row.new = None
    return listed


def sensitive_names() -> frozenset[str]:
    """The variables that only who holds the permission may read."""
    variables = codebooks.load().variables.values()
    return frozenset(v.name for v in variables if v.sensitivity == SENSITIVE)


def _round(row: dict[str, Any], names: dict[int, str]) -> Round:
    reason = row["not_surveyed"]
    return Round(
        id=row["id"],
        year=row["year"],
        round=row["round"],
        surveyed_on=row["surveyed_on"],
        status=row["status"],
        status_label=Visit.Status(row["status"]).label,
        reason_label=Visit.NotSurveyed(reason).label if reason else "",
        who=names.get(row["created_by"], ""),
        imported=row["batch"] is not None,
        asked=row["asked"],
        answered=row["answered"],
    )
