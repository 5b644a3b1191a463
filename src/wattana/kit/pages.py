"""Keyset pages and capped counts: a list costs what its page costs, not what its table holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count as Counted
from django.db.models import Q, QuerySet, Window

from wattana.kernel.problems import N_, Invalid

Row = TypeVar("Row", bound=Mapping[str, Any])
COUNT_CAP = 1000
NO_PAGE = N_("This page of the list is no longer valid. Open the list again.")


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


def capped_count(rows: QuerySet[Any]) -> Count:
    """Count up to `COUNT_CAP` rows; beyond, say that there are more."""
    try:
        found, values = rows.order_by().values("pk")[: COUNT_CAP + 1].query.sql_with_params()
    except EmptyResultSet:
        return Count(0, capped=False)
    with connection.cursor() as cursor:  # as .count() asks, which takes twice as long to say it
        cursor.execute(f"SELECT COUNT(*) FROM ({found}) AS found", values)
        (number,) = cursor.fetchone()
    return _capped(number)


def _capped(number: int) -> Count:
    return Count(min(number, COUNT_CAP), capped=number > COUNT_CAP)


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
    return _page(found, order, size, backwards=backwards, first=after is None)


def counted_page(
    rows: QuerySet[Any, Row],
    order: Sequence[str],
    cursor: str | None,
    size: int = 50,
    *,
    gathered: bool = False,
) -> tuple[Page[Row], Count]:
    """A `keyset_page`, and how many rows all pages have. Raises `Invalid` as it does.

    `gathered`: that the database reads all rows anyhow to put them in order, as those of a tambon;
    then the first page counts them on the way, instead of having them read once more.
    """
    if gathered and not cursor:
        return _counted_on_the_way(rows, order, size)
    page = keyset_page(rows, order, cursor, size)
    if not cursor and page.next is None:
        return page, Count(len(page.rows), capped=False)
    return page, capped_count(rows)


def _counted_on_the_way(
    rows: QuerySet[Any, Row], order: Sequence[str], size: int
) -> tuple[Page[Row], Count]:
    found: list[Any] = list(rows.annotate(of_all=Window(Counted("*"))).order_by(*order)[: size + 1])
    number = found[0]["of_all"] if found else 0
    for row in found:
        del row["of_all"]
    page = _page(found, order, size, backwards=False, first=True)
    return page, _capped(number)


def _page(
    found: list[Row], order: Sequence[str], size: int, *, backwards: bool, first: bool
) -> Page[Row]:
    """The page of rows that were read, one more than it shows where there are more."""
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_previous = more if backwards else not first
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
        raise Invalid(NO_PAGE) from error
    if len(values) != length:
        raise Invalid(NO_PAGE)
    return backwards, values
