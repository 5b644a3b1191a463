"""The latest published classification of households, written by the assessment room in bulk.

Who withdrew consent to survey and analysis has none, from that moment on: lists, their order, their
filters and their files need no rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.registry import access, withdrawals
from wattana.registry.models import Household

_CHUNK = 20_000


class Standing(NamedTuple):
    """Where one household stands."""

    household: int
    score: int  # X × 1,000: 1,000 … 4,000
    level: int  # 1 … 4
    completeness: int  # per cent


@transaction.atomic
def set_standings(*, standings: Iterable[Standing], by: Actor) -> int:
    """Make `standings` the classification of the whole registry; return how many changed.

    A household that it does not name, or that has withdrawn its consent since the snapshot, has
    none then. Memory stays flat however many come.
    """
    access.require(by, Permission.ASSESS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS new_standing")
        cursor.execute(
            "CREATE TEMPORARY TABLE new_standing ("
            "id bigint PRIMARY KEY, score integer, level smallint, completeness smallint)"
        )
        for rows in _chunks(standings):
            _insert(cursor, rows)
        _leave_out_withdrawn(cursor)
        cursor.execute(_TAKE_OVER)
        changed = cursor.rowcount
        cursor.execute(_CLEAR)
        changed += cursor.rowcount
        cursor.execute("DROP TABLE new_standing")
    audit.record(by, "standing.set", kind="household", changed=changed)
    return changed


def clear_if_withdrawn(household: int) -> None:
    """Take the standing of a household whose consent to survey and analysis is withdrawn."""
    gone = withdrawals.households([household])
    Household.objects.filter(pk__in=gone, standing_score__isnull=False).update(
        standing_score=None, standing_level=None, standing_completeness=None
    )


# Only rows that differ are written: each costs three index entries.
_TAKE_OVER = """
    UPDATE registry_household
       SET standing_score = n.score, standing_level = n.level,
           standing_completeness = n.completeness
      FROM new_standing AS n
     WHERE n.id = registry_household.id
       AND (standing_score IS NULL OR standing_score <> n.score OR standing_level <> n.level
            OR standing_completeness IS NULL OR standing_completeness <> n.completeness)
"""
_CLEAR = """
    UPDATE registry_household
       SET standing_score = NULL, standing_level = NULL, standing_completeness = NULL
     WHERE standing_score IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM new_standing AS n WHERE n.id = registry_household.id)
"""


def _leave_out_withdrawn(cursor) -> None:
    gone, parameters = withdrawals.households().query.sql_with_params()
    cursor.execute(f"DELETE FROM new_standing WHERE id IN ({gone})", parameters)


def _insert(cursor, rows: list[Standing]) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy("COPY new_standing FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        cursor.executemany("INSERT INTO new_standing VALUES (%s, %s, %s, %s)", rows)


def _chunks(standings: Iterable[Standing]) -> Iterator[list[Standing]]:
    rows = iter(standings)
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
