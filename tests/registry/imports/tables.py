"""Files for tests, and short ways to send them through the importer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from tests import factories
from wattana.accounts.viewer import Actor, System
from wattana.registry.imports import actions, checking
from wattana.registry.imports.actions import Report
from wattana.registry.imports.checking import Fault
from wattana.registry.imports.mapping import ColumnMapping, from_json
from wattana.registry.models import ImportBatch

OPERATOR = System()


def table(*rows: Sequence[Any], delimiter: str = ",") -> str:
    """Rows as CSV text; the first is the header."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def upload(
    content: str | bytes, kind: str = "households", *, name: str = "list.csv", year: int = 2025,
    by: Actor = OPERATOR, organization: Any = None,
) -> ImportBatch:  # fmt: skip
    data = content.encode() if isinstance(content, str) else content
    owner = None if by is not OPERATOR else organization or factories.organization()
    return actions.upload(pieces=[data], name=name, kind=kind, year=year, by=by, organization=owner)


def check(
    content: str | bytes, kind: str = "households", mapping: dict | None = None, **more: Any
) -> tuple[ImportBatch, Report]:
    """Upload and check."""
    batch = upload(content, kind, **more)
    report = actions.check(
        batch=batch, by=more.get("by", OPERATOR), mapping=from_json(mapping) if mapping else None
    )
    return batch, report


def bring(
    content: str | bytes, kind: str = "households", mapping: dict | None = None, *,
    accept_valid: bool = False, **more: Any,
) -> tuple[ImportBatch, Report]:  # fmt: skip
    """Upload, check and commit."""
    batch, _ = check(content, kind, mapping, **more)
    report = actions.commit(batch=batch, by=more.get("by", OPERATOR), accept_valid=accept_valid)
    return batch, report


def faults(batch: ImportBatch, table_name: str = "errors") -> list[Fault]:
    """What is wrong with a checked batch."""
    with actions.report_of(batch, OPERATOR) as job:
        return checking.faults(job, table=table_name)


def told(batch: ImportBatch) -> list[tuple[int, str]]:
    """(row, column) of everything that is wrong."""
    return [(fault.row, fault.column) for fault in faults(batch)]


__all__ = ["ColumnMapping", "bring", "check", "faults", "table", "told", "upload"]
