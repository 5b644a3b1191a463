"""A column of which no index is to be used, for a question that has to start elsewhere."""

from __future__ import annotations

from django.db.models import Func


class Unindexed(Func):
    """+column: SQLite without statistics takes any equality for rare, and may start from the one
    that nearly all rows fulfil. `output_field` is the column's."""

    template = "+%(expressions)s"
    arity = 1
