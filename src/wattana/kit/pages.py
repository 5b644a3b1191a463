"""Keyset pages and capped counts: a list costs what its page costs, not what its table holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from wattana.kernel.problems import N_, Invalid

Row = TypeVar("Row", bound=Mapping[str, Any])
COUNT_CAP = 1000


@dataclass(frozen=True)
class Count:
    """How many rows there are, or that there are more than the cap."""

    number: int
    capped: bool


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the pages beside them (None at the ends)."""

    rows: Sequence[Row]
    previous: str | None
    next: str | None


def capped_count(rows: QuerySet[Any], cap: int = COUNT_CAP) -> Count:
    """Count up to `cap` rows; beyond, say that there are more."""
    try:
        found, values = rows.order_by().values("pk")[: cap + 1].query.sql_with_params()
    except EmptyResultSet:
        return Count(0, capped=False)
    with connection.cursor() as cursor:  # as .count() asks, which takes twice as long to say it
        cursor.execute(f"SELECT COUNT(*) FROM ({found}) AS found", values)
        (number,) = cursor.fetchone()
    return Count(min(number, cap), number > cap)


def keyset_page(
    rows: QuerySet[Any, Row], order: Sequence[str], cursor: str | None, size: int = 50
) -> Page[Row]:
    """One page of `rows` (a `.values()` query that holds the order's fields).

    `order` names fields, "-" before a descending one; none is null, the last is unique.
    Raises `Invalid` for a cursor that was not made here.
    """
    backwards, after = _read(cursor, len(order))
    if after is not None:
        rows = rows.filter(_beyond(order, after, backwards=backwards))
    found = list(rows.order_by(*[_term(field, backwards) for field in order])[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_previous = more if backwards else after is not None
    has_next = True if backwards else more
    return Page(
        found,
        _write(order, found[0], backwards=True) if found and has_previous else None,
        _write(order, found[-1], backwards=False) if found and has_next else None,
    )


def _term(field: str, backwards: bool) -> str:
    name = field.lstrip("-")
    return f"-{name}" if field.startswith("-") != backwards else name


def _beyond(order: Sequence[str], after: Sequence[Any], *, backwards: bool) -> Q:
    """The rows behind `after`: a ≥ x and (a > x or (b ≥ y and …)): an index can start there."""
    condition = Q()
    for field, value in reversed(list(zip(order, after, strict=True))):
        name = field.lstrip("-")
        operator = "lt" if field.startswith("-") != backwards else "gt"
        beyond = Q(**{f"{name}__{operator}": value})
        condition = (
            Q(**{f"{name}__{operator}e": value}) & (beyond | condition) if condition else beyond
        )
    return condition


def _write(order: Sequence[str], row: Mapping[str, Any], *, backwards: bool) -> str:
    values = [_plain(row[field.lstrip("-")]) for field in order]
    return signing.dumps([backwards, *values], salt="wattana.page", compress=False)


def _plain(value: Any) -> Any:
    """A value for the cursor; days and times as ISO text, which a query reads again."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _read(cursor: str | None, length: int) -> tuple[bool, list[Any] | None]:
    if not cursor:
        return False, None
    try:
        backwards, *values = signing.loads(cursor, salt="wattana.page")
    except signing.BadSignature as error:
        raise Invalid(
            N_("This page of the list is no longer valid. Open the list again.")
        ) from error
    if len(values) != length:
        raise Invalid(N_("This page of the list is no longer valid. Open the list again."))
    return backwards, values
