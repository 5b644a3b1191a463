"""Dates of many rows: days since 1970, taken apart by a table of the days that people live."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wattana.rules.expressions.vectors.values import NO_DAY, Days, Numbers

_EPOCH = dt.date(1970, 1, 1)
_BEGIN, _END = (dt.date(1800, 1, 1) - _EPOCH).days, (dt.date(2200, 1, 1) - _EPOCH).days
"""The days that tables hold."""


def number(day: dt.date) -> Days:
    """Days since 1970."""
    return np.asarray((day - _EPOCH).days, np.int32)


def years_between(start: Days, end: Days) -> Numbers:
    """Completed years; unknown when the end lies before the start."""
    if not np.ndim(end) and not _beyond(start):
        return np.asarray(_years_until(int(end)).take(_places(start), mode="clip"))
    return _years(start, end)


def _years(start: Days, end: Days) -> Numbers:
    (start_year, start_day), (end_year, end_day) = _parts(start), _parts(end)
    years = (end_year - start_year - (end_day < start_day)).astype(np.float64)
    return np.where(_in_order(start, end), years, np.nan)


@lru_cache(maxsize=16)
def _years_until(end: int) -> Numbers:
    """The years from each day of the table, and from no day, until one day."""
    every = np.append(np.arange(_BEGIN, _END, dtype=np.int32), NO_DAY)
    return _years(every, np.asarray(end, np.int32))


def days_between(start: Days, end: Days) -> Numbers:
    """Days; unknown when the end lies before the start."""
    days = end.astype(np.float64) - start.astype(np.float64)
    return np.where(_in_order(start, end), days, np.nan)


def months_later(day: Days, months: int) -> Days:
    """The same day so many months later, or the last day of that month."""
    days = _dates(day)
    month = days.astype("datetime64[M]")
    later = month + np.timedelta64(months, "M")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    moved = np.minimum(later.astype("datetime64[D]") + (days - month), last)
    return np.where(day == NO_DAY, NO_DAY, moved.astype(np.int32))


def fiscal_year_start(day: Days) -> Days:
    """1 October of the fiscal year."""
    months = _dates(day).astype("datetime64[M]").astype(np.int64)
    october = np.int64(9)
    years = (months - october) // 12
    start = (years * 12 + october).astype("datetime64[M]").astype("datetime64[D]")
    return np.where(day == NO_DAY, NO_DAY, start.astype(np.int32))


def _in_order(start: Days, end: Days) -> NDArray[np.bool_]:
    return np.asarray((start != NO_DAY) & (end >= start))


def _dates(day: Days) -> NDArray[np.datetime64]:
    return np.where(day == NO_DAY, np.int32(0), day).astype("datetime64[D]")


def _places(day: Days) -> NDArray[np.uint32]:
    """Places in a table of days; those that are not in it, and no day, lie behind its end."""
    return (day - np.int32(_BEGIN)).view(np.uint32)


def _beyond(day: Days) -> bool:
    """Whether there is a day that is not in the tables."""
    outside = (day < _BEGIN) | (day >= _END)
    return bool(outside.any() and (outside & (day != NO_DAY)).any())


def _parts(day: Days) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Year, and 100 × month + day."""
    if _beyond(day):
        return _taken_apart(day)
    years, days = _tables()
    places = _places(day)
    return years.take(places, mode="clip"), days.take(places, mode="clip")


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    return _taken_apart(np.append(np.arange(_BEGIN, _END, dtype=np.int32), NO_DAY))


def _taken_apart(day: Days) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    dates = _dates(day)
    month = dates.astype("datetime64[M]")
    year = month.astype("datetime64[Y]")
    of_year = (month - year.astype("datetime64[M]")).astype(np.int16) + np.int16(1)
    of_month = (dates - month.astype("datetime64[D]")).astype(np.int16) + np.int16(1)
    return (year.astype(np.int64) + 1970).astype(np.int16), of_year * np.int16(100) + of_month
