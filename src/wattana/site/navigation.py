"""The few places that a role goes to; what a viewer may not do is not offered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer


@dataclass(frozen=True)
class Entry:
    title: Promise
    route: str
    permission: Permission

    @cached_property
    def url(self) -> str:
        """Its address; empty where no page of this name is served."""
        try:
            return reverse(self.route)
        except NoReverseMatch:
            return ""


_ENTRIES = [
    Entry(_("Areas"), "reports:areas", Permission.AREA_VIEW),
    Entry(_("Poverty"), "reports:measures", Permission.AREA_VIEW),
    Entry(_("Rights"), "entitlements:programmes", Permission.RIGHTS_VIEW),
    Entry(_("Referrals"), "referrals:list", Permission.REFERRAL_VIEW),
    Entry(_("Households"), "registry:list", Permission.HOUSEHOLD_LIST),
    Entry(_("Imports"), "imports:list", Permission.IMPORT),
    Entry(_("Assessment"), "assessment:runs", Permission.ASSESS),
    Entry(_("Members"), "accounts:members", Permission.MEMBERS_MANAGE),
    Entry(_("Agreements"), "accounts:agreements", Permission.AGREEMENTS_VIEW),
    Entry(_("Who helps with what"), "referrals:routes", Permission.AGREEMENTS_MANAGE),
    Entry(_("Audit trail"), "accounts:audit", Permission.AUDIT_VIEW),
    Entry(_("Background work"), "notices:jobs", Permission.AUDIT_VIEW),
]


def entries(viewer: Viewer) -> list[Entry]:
    """The entries that the viewer's role opens."""
    return [entry for entry in _ENTRIES if viewer.can(entry.permission) and entry.url]


def present(offered: list[Entry], path: str) -> Entry | None:
    """The entry under whose address a page lies, the nearest one; None outside all of them."""
    over = [entry for entry in offered if path.startswith(entry.url)]
    return max(over, key=lambda entry: len(entry.url), default=None)
