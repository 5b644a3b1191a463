"""Form fields that read what offices type: rows of area codes, dates in พ.ศ. or CE."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.areas.models import Area, RetiredCode
from wattana.kernel.problems import Problem
from wattana.kit.dates import format_date
from wattana.kit.middleware import told
from wattana.thai.dates import parse_date
from wattana.thai.numerals import to_arabic

WHOLE, PART = "whole", "part"
_ROW = re.compile(r"(?P<code>\d{2}(?:\d{2}){0,3})(?!\d)(?P<rest>.*)")
_PART_WORDS = ("part", "บางส่วน")
_ROWS_ALLOWED = 1000


class DateText(forms.CharField):
    """A day typed as 30/5/2565, 30 พ.ค. 2565 or 2022-05-30; gives a date."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("For example 30/5/2565 or 30 May 2022."))
        super().__init__(max_length=40, **options)

    def clean(self, value: str) -> dt.date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except Problem as problem:
            raise ValidationError(told(problem)) from problem

    def prepare_value(self, value: Any) -> Any:
        return format_date(value) if isinstance(value, dt.date) else value


class AreaRows(forms.CharField):
    """Area codes, one a row; what follows a code is a note, save "part" (บางส่วน) at its end.

    Gives {code: "whole" or "part"}. Every row that is wrong is told with its number.
    """

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))
        super().__init__(max_length=60_000, **options)

    def clean(self, value: str) -> dict[str, str]:
        rows = [
            (number, to_arabic(row.strip()))
            for number, row in enumerate(super().clean(value).splitlines(), 1)
            if row.strip()
        ]
        if len(rows) > _ROWS_ALLOWED:
            raise ValidationError(_("Name at most 1,000 areas; a wider area covers all inside it."))
        faults: list[str] = []
        found: dict[str, str] = {}
        known, successors = _look_up([_code(row) for _number, row in rows])
        for number, row in rows:
            code = _code(row)
            if code in known and code not in found:
                found[code] = PART if row.lower().endswith(_PART_WORDS) else WHOLE
            else:
                faults.append(_fault(number, row, code, successors, twice=code in found))
        if faults:
            raise ValidationError(faults)
        return found

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else "\n".join(value)


def area_row(area: Area, coverage: str = WHOLE) -> str:
    """An area as a row of the field: code, name, and that it is only a part."""
    part = f" ({gettext('part')})" if coverage == PART else ""
    return f"{area.code} {area.name_th}{part}"


def _code(row: str) -> str:
    match = _ROW.match(row)
    return match["code"] if match else ""


def _look_up(codes: list[str]) -> tuple[set[str], dict[str, str | None]]:
    """The codes that are areas, and {retired code: its successor} among the others."""
    known = set(Area.objects.filter(pk__in=codes).values_list("pk", flat=True))
    others = set(codes) - known - {""}
    retired = RetiredCode.objects.filter(pk__in=others) if others else RetiredCode.objects.none()
    return known, dict(retired.values_list("pk", "successor_id"))


def _fault(
    number: int, row: str, code: str, successors: dict[str, str | None], *, twice: bool
) -> str:
    places = {"row": number, "text": row[:40], "code": code, "new": successors.get(code)}
    if not code:
        message = gettext("Row %(row)s: “%(text)s” does not begin with an area code.")
    elif twice:
        message = gettext("Row %(row)s: %(code)s stands here twice. Remove one.")
    elif places["new"]:
        message = gettext("Row %(row)s: %(code)s is no longer in use. Write %(new)s instead.")
    else:
        message = gettext("Row %(row)s: there is no area with the code %(code)s.")
    return message % places
