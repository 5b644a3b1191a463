"""The rejected rows as a file: the original cells and why each row was not taken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext

from wattana.kit.cells import harmless
from wattana.registry.imports import checking, folders
from wattana.registry.imports.kinds import Job

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def write(job: Job, path: Path) -> None:
    """Write the rejected rows as CSV that Excel opens in Thai."""
    folders.write(path, (piece.encode("utf-8") for piece in pieces(job)))


def keep(job: Job) -> None:
    """Keep the rejected rows and their reasons with the batch, when its good rows are taken."""
    folder = folders.folder(job.batch)
    write(job, folder / folders.REJECTED)
    checking.keep_faults(job, folder / folders.REASONS)


def pieces(job: Job) -> Iterator[str]:
    """The file in pieces."""
    yield "\ufeff"
    yield _row([*job.header, gettext("Line in the file"), gettext("Why it was not taken")])
    cells = ", ".join(f"r.c{number}" for number in range(len(job.header)))
    rows = job.staging.stream(
        f"SELECT {cells}, r.line, e.fields, e.messages, e.params FROM raw r JOIN ("
        " SELECT line, list(field ORDER BY field, message) AS fields,"
        " list(message ORDER BY field, message) AS messages,"
        " list(params ORDER BY field, message) AS params FROM"
        " (SELECT DISTINCT line, field, message, params FROM errors) GROUP BY line) e"
        " ON e.line = r.line ORDER BY r.line",
        2_000,
    )
    for chunk in rows:
        yield "".join(_rejected(job, *row[:-4], told=row[-4:]) for row in chunk)


def _rejected(
    job: Job, *cells: str | None, told: tuple[int, list[str], list[str], list[str]]
) -> str:
    line, fields, messages, params = told
    reasons = []
    for field, message, places in zip(fields, messages, params, strict=True):
        column = checking.column_of(job.mapping, job.kind, field)
        reason = checking.reason(message, places)
        reasons.append(f"{column}: {reason}" if column else reason)
    return _row([*(cell or "" for cell in cells), str(line), " · ".join(reasons)])


def _row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([neutral(cell) for cell in cells])
    return line.getvalue()


def neutral(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run: =cmd|… gets an apostrophe before it."""
    return cell if _NUMBER.fullmatch(cell) else harmless(cell)
