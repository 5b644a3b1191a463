"""How the database answers a question: its plan, as EXPLAIN tells it."""

from __future__ import annotations

from django.db import connection


def plan_of(sql: str) -> str:
    """The plan of a statement with its values in place, a step a line."""
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}".replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
