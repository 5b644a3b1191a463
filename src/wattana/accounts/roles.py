"""Which roles an organisation of a kind may give, as `rulebook/roles.yaml` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

from django.utils.translation import override

from wattana.accounts.models import Member, Organization
from wattana.kernel.problems import N_, Invalid, Named
from wattana.rules.files import RULEBOOK, read

_MISFIT = N_(
    "The role “%(role)s” does not fit an organisation of this kind: %(kind)s. Roles that fit: "
    "%(fitting)s."
)
_NO_KIND = N_("%(place)s: “%(kind)s” is no kind of organisation.")
Table = Mapping[str, frozenset[str]]


@cache
def table() -> Table:
    """The kinds of organisation that each role fits."""
    return read_table(RULEBOOK)


def read_table(root: Traversable) -> Table:
    """Read `roles.yaml` under `root`. Raises `Invalid` that names file and key."""
    file = read("roles.yaml", root)
    file.one_of("status", ("stated", "proposed"))
    rows = file.table("roles")
    found = {role: frozenset(rows.texts(role)) for role in Member.Role.values}
    for kind in sorted(frozenset().union(*found.values()) - set(Organization.Kind.values)):
        rows.refuse(_NO_KIND, kind=kind)
    rows.end()
    file.end()
    return found


def fitting(kinds: Iterable[str]) -> list[str]:
    """The roles that fit one of some kinds of organisation."""
    wanted = set(kinds)
    return [role for role in Member.Role.values if table()[role] & wanted]


def refuse_misfit(role: str, organization: Organization) -> None:
    """Raise `Invalid`, naming the roles that fit, for one that does not fit an organisation."""
    if organization.kind not in table()[role]:
        fits = [Member.Role(one).label for one in fitting([organization.kind])]
        raise Invalid(
            _MISFIT,
            role=_named([Member.Role(role).label]),
            kind=_named([Organization.Kind(organization.kind).label]),
            fitting=_named(fits),
        )


def _named(labels: list[Any]) -> Named:
    said = {}
    for language in ("th", "en"):
        with override(language):
            said[language] = ", ".join(str(label) for label in labels)
    return Named(**said)
