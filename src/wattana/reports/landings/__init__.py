"""What each role meets first: its work. One module per role, found by the role's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wattana.accounts.models import Member
from wattana.accounts.viewer import Viewer
from wattana.reports.landings import (
    administrator,
    agency_caseworker,
    district_officer,
    enumerator,
    researcher,
    tambon_officer,
)

Role = Member.Role


@dataclass(frozen=True)
class Landing:
    """The template of a role's landing page and what it needs, within the viewer's scope."""

    template: str
    context: Callable[[Viewer], dict[str, Any]]


LANDINGS = {
    Role.ENUMERATOR: Landing("enumerator", enumerator.context),
    Role.TAMBON_OFFICER: Landing("tambon_officer", tambon_officer.context),
    Role.DISTRICT_OFFICER: Landing("district_officer", district_officer.context),
    Role.AGENCY_CASEWORKER: Landing("agency_caseworker", agency_caseworker.context),
    Role.RESEARCHER: Landing("researcher", researcher.context),
    Role.ADMINISTRATOR: Landing("administrator", administrator.context),
}
"""All roles but the province officer, who lands on the page of her province."""
