"""Who is looking, and how far she may see. Every query of another room begins with a viewer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from wattana.accounts.permissions import Permission
from wattana.kernel.problems import N_, Forbidden

NOT_ALLOWED = N_("Your role does not allow this. Ask your administrator.")


@dataclass(frozen=True)
class Viewer:
    """A signed-in member acting in one role of one organisation.

    `areas` are the codes, of any level, that an agreement in force opens to her; a code covers all
    below it. Without an agreement in force over her organisation's areas it is empty and only
    records that her own organisation entered remain (`own_records_only`), of `own_areas` where she
    herself is limited to some. `agreement_ends` is the first end among the agreements in force.
    """

    user_id: int
    member_id: int
    organization_id: int
    role: str
    permissions: frozenset[Permission]
    areas: tuple[str, ...] = ()
    own_records_only: bool = False
    own_areas: tuple[str, ...] = ()
    is_operator: bool = False  # her organisation runs this installation
    agreement_ends: dt.date | None = None
    agreement_news: bool = False  # an agreement ends soon or ended: see `queries.notices`

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden` unless the viewer holds the permission."""
        if not self.can(permission):
            raise Forbidden(NOT_ALLOWED)

    def covers(self, code: str) -> bool:
        """Whether the whole of an area lies within the viewer's areas."""
        return any(code.startswith(area) for area in self.areas)

    def touches(self, code: str) -> bool:
        """Whether some part of an area lies within the viewer's areas."""
        return any(code.startswith(area) or area.startswith(code) for area in self.areas)

    def parts_of(self, code: str) -> tuple[str, ...]:
        """The viewer's areas inside `code`: the code itself when she sees it whole."""
        if self.covers(code):
            return (code,)
        return tuple(area for area in self.areas if area.startswith(code))


NOBODY = Viewer(user_id=0, member_id=0, organization_id=0, role="", permissions=frozenset())
"""The anonymous viewer: sees nothing, may do nothing."""


@dataclass(frozen=True)
class System:
    """Commands that an operator runs on the machine itself; named in audit rows and history."""

    user_id: None = None
    organization_id: int | None = None
    role: str = "system"
    is_operator: bool = True

    def require(self, permission: Permission) -> None:
        """Whoever may run commands on the machine may do everything."""


Actor = Viewer | System


def widest(codes: Iterable[str]) -> tuple[str, ...]:
    """Drop codes that another code of the set already covers, and sort the rest."""
    kept: list[str] = []
    for code in sorted(set(codes)):
        if not (kept and code.startswith(kept[-1])):
            kept.append(code)
    return tuple(kept)
