"""The audit trail: who did or read what, when. Written in the transaction of the deed itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import Actor

_labels: dict[str, str | Promise] = {
    "account.password": _("password changed"),
    "account.sign_in": _("signed in"),
    "account.sign_out": _("signed out"),
    "agreement.create": _("agreement recorded"),
    "agreement.end_early": _("agreement ended early"),
    "agreement.renew": _("agreement renewed"),
    "member.accept": _("invitation taken up"),
    "member.add_role": _("further role given"),
    "member.approve": _("account approved"),
    "member.change_role": _("role changed"),
    "member.end": _("role ended"),
    "member.invite": _("person invited"),
    "member.new_link": _("new link made"),
    "member.reinstate": _("account reinstated"),
    "member.suspend": _("account suspended"),
    "organization.create": _("organisation recorded"),
    "organization.update": _("organisation changed"),
    "agreement": _("agreement"),
    "member": pgettext_lazy("audit", "member"),
    "organization": _("organisation"),
    "user": pgettext_lazy("audit", "account"),
}


def record(
    by: Actor,
    action: str,
    *,
    kind: str = "",
    object_id: int | None = None,
    area: str = "",
    **detail: Any,
) -> None:
    """Write one event (one INSERT). `detail` holds counts and codes, never a name or an ID.

    `action` is "<kind>.<verb>" (household.view, import.commit), `area` the object's area code.
    """
    AuditEvent(
        user_id=by.user_id,
        organization_id=by.organization_id,
        role=by.role,
        action=action,
        kind=kind,
        object_id=object_id,
        area_code=area,
        detail=detail,
    ).save(force_insert=True)


def describe(labels: Mapping[str, str | Promise]) -> None:
    """Tell the audit page how the actions ("household.view") and kinds of a room are called."""
    _labels.update(labels)


def labels() -> Mapping[str, str | Promise]:
    """The known actions and kinds, and how they are called."""
    return _labels
