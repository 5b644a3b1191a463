"""Why rows are rejected, equal reasons together, with the first of their lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wattana.registry.imports import folders
from wattana.registry.imports.checking import column_of, reason
from wattana.registry.imports.kinds import Job, Kind
from wattana.registry.imports.mapping import ColumnMapping
from wattana.registry.imports.staging import Staging, literal

_LINES_SHOWN = 5
_LETTERS_SHOWN = 40
_CHOSEN = ("choice", "multi")


@dataclass(frozen=True)
class Reason:
    """One reason that holds for `count` rows, in the language in force.

    `cell` is what they all say in the file, where the column is an answer with choices.
    """

    column: str
    reason: str
    cell: str
    count: int
    rows: list[int]  # the first lines


def of_check(job: Job, *, quoted: bool, most: int) -> list[Reason]:
    """The reasons of a check, those of most rows first.

    `quoted`: for whoever sent the file. Only a refused choice is quoted, never what names anybody.
    """
    cells = _answers_with_choices(job) if quoted else {}
    table = _with_cells(cells) if cells else "errors"
    return _grouped(job.staging, job.kind, job.mapping, table, "cell" if cells else "''", most)


def kept(path: Path, kind: Kind, mapping: ColumnMapping, *, most: int) -> list[Reason]:
    """The reasons that `checking.keep_faults` kept; no cell is kept with them."""
    with Staging(path.parent / folders.SPILL) as staging:
        table = f"read_parquet({literal(str(path))})"
        return _grouped(staging, kind, mapping, table, "''", most)


def _answers_with_choices(job: Job) -> dict[str, int]:
    """The place in the file of each column that holds an answer to be chosen, by its field."""
    found = {}
    for name, field in job.kind.fields.items():
        variable, header = field.variable, job.mapping.header_of(name)
        if variable and header and variable.stored == "answers" and variable.kind in _CHOSEN:
            found[name] = job.header.index(header)
    return found


def _with_cells(cells: dict[str, int]) -> str:
    cases = " ".join(f"WHEN {literal(name)} THEN r.c{place:d}" for name, place in cells.items())
    return (
        f"(SELECT e.*, left(trim(coalesce(CASE e.field {cases} END, '')), {_LETTERS_SHOWN})"
        " AS cell FROM errors e LEFT JOIN raw r ON r.line = e.line)"
    )


def _grouped(
    staging: Staging, kind: Kind, mapping: ColumnMapping, table: str, cell: str, most: int
) -> list[Reason]:
    rows = staging.rows(
        f"SELECT field, message, params, {cell} AS cell, count(DISTINCT line) AS many,"
        f" list(DISTINCT line ORDER BY line)[:{_LINES_SHOWN}] FROM {table}"
        " GROUP BY field, message, params, cell"
        f" ORDER BY many DESC, min(line), field, message, params LIMIT {most:d}"
    )
    return [
        Reason(column_of(mapping, kind, field), reason(message, params), cell, count, lines)
        for field, message, params, cell, count, lines in rows
    ]
