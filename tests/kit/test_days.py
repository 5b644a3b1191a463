"""Days counted within the database are those of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import DateField, Value

from tests import factories
from wattana.accounts.models import Organization
from wattana.kit.days import DaysBetween


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (dt.date(2026, 6, 8), dt.date(2026, 6, 8), 0),
        (dt.date(2026, 6, 9), dt.date(2026, 6, 8), -1),
        (dt.date(2024, 2, 28), dt.date(2024, 3, 1), 2),
        (dt.date(1899, 12, 31), dt.date(2026, 12, 31), 46386),
    ],
)
def test_days_from_one_date_to_another(db, first, last, days):
    factories.organization("ANY")
    dates = (Value(one, output_field=DateField()) for one in (first, last))
    assert (last - first).days == days
    assert Organization.objects.values_list(DaysBetween(*dates), flat=True).first() == days
