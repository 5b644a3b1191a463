"""Questions that pages ask again and again: their SQL is written once, then only values differ.

Django writes the SQL of a queryset anew each time it is asked, which takes several times as long as
the database does for a few rows. What differs between two calls has to be `given`; whatever else a
question reads while it is built (a clock, a language, a viewer) would stay as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

Rows = QuerySet[Any, Any]
_LEAST = 8


class Many:
    """A list of values of a field, for `__in`."""

    def __init__(self, field: Field[Any, Any]) -> None:
        self.field = field


class Given(Expression):
    """Stands in a question for a value that each call gives."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class _Place(NamedTuple):
    """Where a value that is given goes, and how the database wants it written."""

    name: str
    written: Callable[[Any], Any]


@dataclass(frozen=True)
class _Statement:
    """The SQL of a question for one connection; `values` are plain or places for such as come."""

    sql: str
    values: Sequence[Any]
    told: Callable[[list[Any]], list[Any]]  # rows as the database gives them → as Django does

    def ask(self, given: Mapping[str, Any]) -> list[Any]:
        values = [
            one.written(given[one.name]) if isinstance(one, _Place) else one for one in self.values
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            return self.told(cursor.fetchall())


def prepared(**fields: Field[Any, Any] | Many) -> Callable[..., Callable[..., list[Any]]]:
    """Let a function that builds a queryset answer with its rows, compiled once a connection.

        @prepared(user=BigIntegerField())
        def _roles(user: Given) -> QuerySet[Member, Any]:
            return Member.objects.filter(user_id=user).values_list("role")

        rows = _roles(user=7)

    It is built once for each different set of positional arguments, which tell its shape, and for
    each length of a list, rounded up (values are repeated). Rows are instances, with what
    `select_related` names, or tuples of `values_list`; nothing is prefetched.
    """

    def preparing(build: Callable[..., Rows]) -> Callable[..., list[Any]]:
        @wraps(build)
        def ask(*shape: Any, **given: Any) -> list[Any]:
            lengths = _spread(fields, given)
            # They lie at the connection, and go with it: each names it.
            statements = vars(connections[connection.alias]).setdefault("prepared", {})
            key = (build, shape, lengths)
            if key not in statements:
                statements[key] = _compiled(build(*shape, **_places(fields, dict(lengths))))
            statement = statements[key]
            return statement.ask(given) if statement else []

        return ask

    return preparing


def _spread(
    fields: Mapping[str, Field[Any, Any] | Many], given: dict[str, Any]
) -> tuple[tuple[str, int], ...]:
    """Put the values of lists beside the others, each by its own name; how many each list has."""
    lengths = []
    for name, field in fields.items():
        if isinstance(field, Many):
            some = list(given.pop(name))
            length = _rounded(len(some))
            some += some[-1:] * (length - len(some))
            given.update({f"{name} {place}": value for place, value in enumerate(some)})
            lengths.append((name, length))
    return tuple(lengths)


def _rounded(length: int) -> int:
    """Up to a power of two, so that there are few statements; an empty list stays empty."""
    return max(_LEAST, 1 << (length - 1).bit_length()) if length else 0


def _places(
    fields: Mapping[str, Field[Any, Any] | Many], lengths: Mapping[str, int]
) -> dict[str, Given | list[Given]]:
    return {
        name: [Given(f"{name} {place}", field.field) for place in range(lengths[name])]
        if isinstance(field, Many)
        else Given(name, field)
        for name, field in fields.items()
    }


def _compiled(rows: Rows) -> _Statement | None:
    """The statement of a queryset; None for one that is known to be empty."""
    database = connections[connection.alias]  # not by its proxy: that looks it up for each value
    compiler = rows.query.get_compiler(connection=database)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    places = [
        _Place(one.name, partial(one.output_field.get_db_prep_value, connection=database))
        if isinstance(one, Given)
        else one
        for one in values
    ]
    return _Statement(sql, places, partial(_told, rows, compiler))


def _told(rows: Rows, compiler: Any, found: list[Any]) -> list[Any]:
    answers = compiler.results_iter([found], tuple_expected=True)
    if rows._iterable_class is not ModelIterable:
        return list(answers)
    return list(_instances(rows, compiler, answers))


def _instances(rows: Rows, compiler: Any, answers: Iterable[Any]) -> Iterator[Any]:
    """Each with what `select_related` names, as Django's own iterable makes them."""
    own, alias = compiler.klass_info["select_fields"], connection.alias
    first, end = own[0], own[-1] + 1
    names = [one.target.attname for one, _, _ in compiler.select[first:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, alias)
    for one in answers:
        made = rows.model.from_db(alias, names, one[first:end])
        for each in related:
            each.populate(one, made)
        yield made
