"""What each role meets first: its work. One module per role, found by the role's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wattana.accounts.models import Member
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.reports.landings import (
    administrator,
    agency_caseworker,
    district_officer,
    enumerator,
    researcher,
    tambon_officer,
)

Role, P = Member.Role, Permission


@dataclass(frozen=True)
class Landing:
    """The template of a role's landing page and what it needs, within the viewer's scope.

    Without the permissions in `needs`, which an agreement may not serve, there is no such page.
    """

    template: str
    context: Callable[[Viewer], dict[str, Any]]
    needs: frozenset[Permission] = field(default_factory=frozenset)


LANDINGS = {
    Role.ENUMERATOR: Landing("enumerator", enumerator.context, frozenset({P.SURVEY_RECORD})),
    Role.TAMBON_OFFICER: Landing(
        "tambon_officer", tambon_officer.context, frozenset({P.HOUSEHOLD_LIST, P.SURVEY_RECORD})
    ),
    Role.DISTRICT_OFFICER: Landing(
        "district_officer", district_officer.context, frozenset({P.AREA_VIEW, P.REFERRAL_BOARD})
    ),
    Role.AGENCY_CASEWORKER: Landing("agency_caseworker", agency_caseworker.context),
    Role.RESEARCHER: Landing("researcher", researcher.context, frozenset({P.AREA_VIEW, P.ASSESS})),
    Role.ADMINISTRATOR: Landing("administrator", administrator.context),
}
"""All roles but the province officer, who lands on the page of her province."""
