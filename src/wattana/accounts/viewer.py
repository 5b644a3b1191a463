"""Who is looking, and how far she may see. Every query of another room begins with a viewer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from wattana.accounts.permissions import Permission
from wattana.accounts.purposes import SERVES, Purpose
from wattana.kernel.problems import N_, Forbidden

_NOT_ALLOWED = N_("Your role does not allow this. Ask your administrator.")
_NO_ROLE = N_("You have no role at present. The first page says why, and whom to ask.")
_NOT_SERVED = N_(
    "No agreement in force shares data with your organisation for what this needs: %(purposes)s. "
    "Ask your administrator."
)


@dataclass(frozen=True)
class Viewer:
    """A signed-in member acting in one role of one organisation.

    `areas` are the codes, of any level, that an agreement in force opens to her; a code covers all
    below it. Without an agreement in force over her organisation's areas it is empty and only
    records that her own organisation entered remain (`own_records_only`), of `own_areas` where she
    herself is limited to some. `agreement_ends` is the first end among the agreements in force.

    A permission is held where an agreement in force names a purpose that it serves; `unserved` are
    those of her role that none does. Where agreements differ, `by_purpose` says which areas each
    purpose opens, and `toward` narrows to those of a permission.
    """

    user_id: int
    member_id: int
    organization_id: int
    role: str
    permissions: frozenset[Permission]
    unserved: frozenset[Permission] = frozenset()
    areas: tuple[str, ...] = ()
    by_purpose: tuple[tuple[str, tuple[str, ...]], ...] = ()
    own_records_only: bool = False
    own_areas: tuple[str, ...] = ()
    is_operator: bool = False  # her organisation runs this installation
    agreement_ends: dt.date | None = None
    closing: tuple[int, ...] = ()  # agreements whose near end, ahead or past, closes areas to her

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden` unless the viewer holds the permission."""
        if permission in self.unserved:
            wanted = [str(one.label) for one in Purpose if one in SERVES[permission]]
            raise Forbidden(_NOT_SERVED, purposes=", ".join(wanted))
        if not self.role:
            raise Forbidden(_NO_ROLE)
        if not self.can(permission):
            raise Forbidden(_NOT_ALLOWED)

    @property
    def lacking(self) -> list[Purpose]:
        """Purposes that no agreement in force names, and that her role would serve."""
        wanted = {purpose for one in self.unserved for purpose in SERVES[one]}
        return [purpose for purpose in Purpose if purpose in wanted]

    def toward(self, permission: Permission) -> Viewer:
        """Herself with no more areas than are open to her for what the permission serves."""
        wanted = SERVES.get(permission)
        if wanted is None or not self.by_purpose:
            return self
        some = (code for name, codes in self.by_purpose if name in wanted for code in codes)
        return replace(self, areas=widest(some))

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
