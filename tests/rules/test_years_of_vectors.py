"""Completed years of many rows at once: by a table of days, and beyond it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from wattana.rules.expressions.vectors import NO_DAY
from wattana.rules.expressions.vectors.calendar import number, years_between

EDGES = [None, *(dt.date(*day) for day in (
    (1700, 2, 28), (1799, 12, 31), (1800, 1, 1), (1960, 2, 29), (2000, 2, 29), (2001, 2, 28),
    (2199, 12, 31), (2200, 1, 1), (2300, 5, 5),
))]  # fmt: skip
OF_THE_TABLE = [day for day in EDGES if day is None or 1800 <= day.year < 2200]


def full_years(start: dt.date | None, end: dt.date | None) -> int | None:
    if start is None or end is None or end < start:
        return None
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def vector(days: list[dt.date | None]) -> np.ndarray:
    return np.array([NO_DAY if day is None else number(day) for day in days], np.int32)


def told(years: np.ndarray) -> list[int | None]:
    return [None if np.isnan(one) else int(one) for one in years]


@pytest.mark.parametrize("end", EDGES)
@pytest.mark.parametrize("starts", [EDGES, OF_THE_TABLE, [None]])
def test_years_until_one_day_and_until_a_day_of_each_row_are_those_of_the_calendar(starts, end):
    expected = [full_years(start, end) for start in starts]
    one = vector([end])[0]
    assert told(years_between(vector(starts), np.asarray(one))) == expected
    assert told(years_between(vector(starts), np.full(len(starts), one))) == expected
