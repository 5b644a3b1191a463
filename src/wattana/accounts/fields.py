"""Form fields that read what offices type: rows of area codes, dates in พ.ศ. or CE."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from wattana.areas.models import Area
from wattana.areas.queries import current
from wattana.kernel.problems import Problem
from wattana.kit.dates import format_date
from wattana.kit.middleware import told
from wattana.kit.templatetags.wattana import in_language
from wattana.thai.dates import parse_date
from wattana.thai.numerals import to_arabic

WHOLE, PART = "whole", "part"
# A letter O for 0, or a blank within the code, would otherwise leave the code of a wider area.
_ROW = re.compile(r"(?P<code>\d{2}(?:\d{2}){0,3})(?![0-9A-Za-z]|[\s.,-]+\d)")
_PART_WORDS = ("part", "บางส่วน")
_ROWS_ALLOWED = 1000
_FAULTS_TOLD = 20


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
        found: dict[str, str] = {}
        faults: list[tuple[int, str, str]] = []
        known = set(Area.objects.filter(pk__in={_code(row) for _n, row in rows}).values_list("pk"))
        for number, row in rows:
            code = _code(row)
            if (code,) in known and code not in found:
                found[code] = PART if _is_part(row) else WHOLE
            else:
                faults.append((number, row, code))
        if faults:
            told_now = [_fault(*fault, twice=fault[2] in found) for fault in faults[:_FAULTS_TOLD]]
            raise ValidationError(told_now + _more(len(faults) - len(told_now)))
        return found

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else "\n".join(value)


def area_row(area: Area, coverage: str = WHOLE) -> str:
    """An area as a row of the field: code, name, and that it is only a part."""
    part = f" ({pgettext('area', 'part')})" if coverage == PART else ""
    return f"{area.code} {in_language(area)}{part}"


def _code(row: str) -> str:
    match = _ROW.match(row)
    return match["code"] if match else ""


def _is_part(row: str) -> bool:
    return row.lower().rstrip(" )").endswith(_PART_WORDS)


def _fault(number: int, row: str, code: str, *, twice: bool) -> str:
    """What is wrong with a row, and what to write instead where that is known."""
    places = {"row": number, "text": row[:40], "code": code}
    if not code:
        return (
            gettext(
                "Row %(row)s: “%(text)s” does not begin with an area code: 2, 4, 6 or 8 digits in "
                "one piece, then a note in words if you like."
            )
            % places
        )
    if twice:
        return gettext("Row %(row)s: %(code)s stands here twice. Remove one.") % places
    try:
        places["new"] = current(code).code
    except Problem as problem:
        return gettext("Row %(row)s: %(reason)s") % (places | {"reason": told(problem)})
    return gettext("Row %(row)s: %(code)s is no longer in use. Write %(new)s instead.") % places


def _more(number: int) -> list[str]:
    if number <= 0:
        return []
    text = ngettext("… and %(number)s more row.", "… and %(number)s more rows.", number)
    return [text % {"number": number}]
