"""What a command tells a person: the figures of its JSON, each with its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wattana.kit.dates import format_date

Names = Mapping[str, str | Promise]


def lines(answer: Mapping[str, Any], names: Names) -> Iterator[str]:
    """A line for each figure that `names` names, in the order of the answer."""
    for key, value in answer.items():
        if key in names:
            yield f"{names[key]}: {written(value, names)}"


def written(value: Any, names: Names) -> str:
    """A figure, or several within one, as a person reads it; a dash where there is none.

    Several stand in the order of their names: PostgreSQL keeps no order in its JSON.
    """
    if isinstance(value, Mapping):
        ordered = [
            *(key for key in names if key in value),
            *(key for key in value if key not in names),
        ]
        return (
            ", ".join(f"{names.get(key, key)} {written(value[key], names)}" for key in ordered)
            or "–"
        )
    if isinstance(value, list | tuple):
        return ", ".join(written(one, names) for one in value) or "–"
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:,.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dt.date):
        return format_date(value)
    return str(names.get(str(value), value))
