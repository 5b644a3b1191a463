"""Dates on screen: พ.ศ. in Thai, CE in English."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import get_language

BUDDHIST_ERA = 543  # พ.ศ. = CE + 543

_MONTHS_TH = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.".split()
_MONTHS_EN = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def format_date(day: dt.date | dt.datetime | None) -> str:
    """Write a day as “30 พ.ค. 2565” or “30 May 2022”; a dash where there is none."""
    if day is None:
        return "–"
    if isinstance(day, dt.datetime) and timezone.is_aware(day):
        day = timezone.localtime(day)
    return f"{day.day} {format_month(day)}"


def format_month(day: dt.date) -> str:
    """The month of a day, such as พ.ย. 2569."""
    months = _MONTHS_TH if get_language() == "th" else _MONTHS_EN
    return f"{months[day.month - 1]} {format_year(day.year)}"


def format_year(year: int | None) -> str:
    """Write a CE year in the era of the language."""
    if year is None:
        return "–"
    return str(year + BUDDHIST_ERA) if get_language() == "th" else str(year)
