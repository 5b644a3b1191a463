"""How the details of the audit trail are called and told: keys, and codes as far as they are known.

What stands in the trail is a count, a code, a day or a key, never a name or an ID.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Member
from wattana.kernel import keys
from wattana.kit.dates import format_date

Codes = Mapping[str, str | Promise]

_ROLES: Codes = dict(Member.Role.choices)
_DAYS = ("starts", "ends", "on")
_A_KEY = 10**12  # keys of rows are above this, counts below

KEYS: dict[str, Promise] = {
    "accepted": pgettext_lazy("audit", "accepted"),
    "after": pgettext_lazy("audit", "after"),
    "agencies": pgettext_lazy("audit", "agencies"),
    "areas": pgettext_lazy("audit", "areas"),
    "areas_after": pgettext_lazy("audit", "areas after"),
    "areas_before": pgettext_lazy("audit", "areas before"),
    "basis": pgettext_lazy("audit", "ground"),
    "before": pgettext_lazy("audit", "before"),
    "box": pgettext_lazy("audit", "list"),
    "changed": pgettext_lazy("audit", "changed"),
    "code": pgettext_lazy("audit", "code"),
    "content_type": pgettext_lazy("audit", "sort of file"),
    "count": pgettext_lazy("audit", "number"),
    "created": pgettext_lazy("audit", "created"),
    "ends": pgettext_lazy("audit", "last day"),
    "fields": pgettext_lazy("audit", "fields"),
    "filters": pgettext_lazy("audit", "filters"),
    "format": pgettext_lazy("audit", "format"),
    "found_by": pgettext_lazy("audit", "found by"),
    "from_household": pgettext_lazy("audit", "from household"),
    "hidden": pgettext_lazy("audit", "not shown"),
    "households": pgettext_lazy("audit", "households"),
    "identifier": pgettext_lazy("audit", "sort of identifier"),
    "measure": pgettext_lazy("audit", "measure"),
    "merge": pgettext_lazy("audit", "merge"),
    "named": pgettext_lazy("audit", "account named"),
    "notice": pgettext_lazy("audit", "version of the notice"),
    "on": pgettext_lazy("audit", "as of"),
    "open": pgettext_lazy("audit", "open questions"),
    "other": pgettext_lazy("audit", "other record"),
    "own_and_alone": pgettext_lazy("audit", "approved by whoever recorded it"),
    "parties": pgettext_lazy("audit", "parties"),
    "person": pgettext_lazy("audit", "person"),
    "persons": pgettext_lazy("audit", "persons"),
    "purpose": pgettext_lazy("audit", "purpose"),
    "reason": pgettext_lazy("audit", "reason"),
    "rejected": pgettext_lazy("audit", "rejected"),
    "renews": pgettext_lazy("audit", "renews"),
    "role": pgettext_lazy("audit", "role"),
    "round": pgettext_lazy("audit", "round"),
    "rows": pgettext_lazy("audit", "rows"),
    "section": pgettext_lazy("audit", "section"),
    "sensitive": pgettext_lazy("audit", "with sensitive facts"),
    "service": pgettext_lazy("audit", "kind of need"),
    "show": pgettext_lazy("audit", "shown"),
    "size": pgettext_lazy("audit", "bytes"),
    "source": pgettext_lazy("audit", "source"),
    "source_year": pgettext_lazy("audit", "year of the source"),
    "starts": pgettext_lazy("audit", "first day"),
    "state": pgettext_lazy("audit", "state"),
    "table": pgettext_lazy("audit", "table"),
    "to_household": pgettext_lazy("audit", "to household"),
    "updated": pgettext_lazy("audit", "updated"),
    "verification": pgettext_lazy("audit", "verification"),
    "version": pgettext_lazy("audit", "version"),
    "visits": pgettext_lazy("audit", "visits"),
    "what": pgettext_lazy("audit", "what"),
    "year": pgettext_lazy("audit", "year"),
}
_codes: dict[str, Codes] = {
    "role": _ROLES,
    "before": _ROLES,
    "after": _ROLES,
    "what": {"demo": _("demo")},
}


def describe_codes(codes: Mapping[str, Codes]) -> None:
    """Tell how a room's codes under some keys are called; those told before stay."""
    for key, called in codes.items():
        _codes[key] = {**_codes.get(key, {}), **called}


def told(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details of an event as (key, value), in the language in force.

    What has no name stands as it was recorded.
    """
    return [(str(KEYS.get(key, key)), _value(key, value)) for key, value in detail.items()]


def _value(key: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(key, one) for one in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int) and value > _A_KEY:
        return keys.to_text(value)
    if key in _DAYS and isinstance(value, str):
        return _day(value)
    return str(_codes.get(key, {}).get(value, value)) if isinstance(value, str) else str(value)


def _day(text: str) -> str:
    try:
        return format_date(dt.date.fromisoformat(text))
    except ValueError:
        return text
