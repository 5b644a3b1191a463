"""Days counted within the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField


class DaysBetween(Func):
    """Calendar days from one date to another, alike on both databases."""

    arity = 2
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Julian days of two dates lie whole numbers apart."""
        return self._as("CAST(julianday({1}) - julianday({0}) AS integer)", compiler)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._as("({1} - {0})", compiler)

    def _as(self, form: str, compiler: Any) -> tuple[str, tuple[Any, ...]]:
        first, last = (compiler.compile(one) for one in self.source_expressions)
        return form.format(first[0], last[0]), (*last[1], *first[1])
