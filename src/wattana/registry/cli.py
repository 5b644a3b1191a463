"""The command `wattana import`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import click
from django.utils.translation import gettext, ngettext

from wattana.accounts.models import Organization
from wattana.accounts.viewer import System
from wattana.kernel import keys, outputs
from wattana.kernel.problems import N_, Invalid, NotFound, Problem, of_option
from wattana.kit import commands
from wattana.kit.progress import bar
from wattana.registry.imports import actions, checking, rejected, taking_turns
from wattana.registry.imports.actions import Report
from wattana.registry.imports.checking import Fault
from wattana.registry.imports.kinds import Job
from wattana.registry.imports.mapping import ColumnMapping, from_file
from wattana.registry.models import ImportBatch
from wattana.thai.dates import parse_year

_MOST_SHOWN, _LINES_SHOWN = 50, 5
_BLOCK = 1 << 20
_OPERATOR = System()


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", required=True, help="households, persons or five_capitals.")
@click.option(
    "--organization",
    required=True,
    metavar="CODE",
    help="Whose data it is; `wattana members organizations` lists the codes.",
)
@click.option("--year", required=True, help="Year of the list or survey, พ.ศ. or CE.")
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    help="YAML or JSON: which column means what, and constants (docs/import.md).",
)
@click.option(
    "--blank-means-none",
    "blank_means_none",
    metavar="GROUP",
    multiple=True,
    help="Take blank amounts of a group for 0 where a row fills one line of it (expense, saving,"
    " farm_income, farm_cost, debt_outstanding); repeatable. Otherwise they are unknown.",
)
@click.option(
    "--new-villages",
    is_flag=True,
    help="Village numbers that the list of villages does not have are new villages. Otherwise they"
    " are rejected where a list is loaded.",
)
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@click.option("--accept-valid", is_flag=True, help="Write the good rows although others are bad.")
@click.option(
    "--rejected",
    "rejected_file",
    type=click.Path(path_type=Path),
    help="Write the rejected rows and the reasons to this CSV file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def import_(file: Path, as_json: bool, **options: Any) -> None:
    """Bring the rows of FILE (CSV or XLSX) into the registry.

    Exit codes: 0 all rows went in (or would, with --dry-run); 3 rows were rejected, and nothing
    was written unless --accept-valid; 2 the file, the mapping or an option is unusable; 1 the data
    could not be written.
    """
    try:
        answer, code = _run(file, quiet=as_json, **options)
    except Problem as problem:
        raise _refused(problem, as_json) from problem
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _tell(answer)
    sys.exit(code)


def _run(
    file: Path, *, mapping_file: Path | None, rejected_file: Path | None,
    blank_means_none: tuple[str, ...], new_villages: bool, dry_run: bool, accept_valid: bool,
    quiet: bool, **about: str,
) -> tuple[dict[str, Any], int]:  # fmt: skip
    """The answer and the exit code."""
    mapping = _mapping(mapping_file)
    if blank_means_none:
        mapping = replace(mapping or ColumnMapping(), blank_means_none=blank_means_none)
    if new_villages:
        mapping = replace(mapping or ColumnMapping(), new_villages=True)
    if rejected_file:
        outputs.check_file("--rejected", rejected_file, [file, *filter(None, [mapping_file])])
    batch = _upload(file, **about)
    found: list[Any] = []

    def read(job: Job) -> None:
        found.extend([checking.faults(job), checking.faults(job, table="warnings")])
        found.append([note.told() for note in checking.notes(job)])
        found.append(checking.left_out(job))
        if rejected_file is not None and found[0]:
            rejected.write(job, rejected_file)

    with _Steps(quiet) as steps:
        report = actions.bring(
            batch=batch, by=_OPERATOR, mapping=mapping, dry_run=dry_run,
            accept_valid=accept_valid, progress=steps.show, read=read,
        )  # fmt: skip
    answer = _answer(report, *found)
    if not dry_run:
        answer["batch"] = keys.to_text(report.batch)
    return answer, commands.REJECTED if report.totals.rejected else 0


def _upload(file: Path, kind: str, organization: str, year: str) -> ImportBatch:
    _require_file(file)
    owner = _organization(organization)
    return actions.upload(
        pieces=_pieces(file), name=file.name, kind=kind, by=_OPERATOR, organization=owner,
        year=of_option("--year", lambda: parse_year(year)),
    )  # fmt: skip


def _mapping(path: Path | None) -> ColumnMapping | None:
    if path is None:
        return None
    _require_file(path)
    return from_file(path)


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise Invalid(N_("%(file)s is a folder. Name a file in it."), file=str(path))
    if not path.is_file():
        raise Invalid(N_("There is no file %(file)s."), file=str(path))


def _organization(code: str) -> Organization:
    found = Organization.objects.filter(code=code).first()
    if found is None:
        raise NotFound(
            N_(
                "There is no organisation with the code %(code)s. `wattana members organizations` "
                "lists them."
            ),
            code=code[:20],
        )
    return found


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(_BLOCK):
            yield piece


def _answer(
    report: Report, faults: list[Fault], warnings: list[Fault], notes: list[dict[str, Any]],
    left_out: list[str],
) -> dict[str, Any]:  # fmt: skip
    return {
        "rows": report.totals.rows,
        "accepted": report.totals.accepted,
        "rejected": report.totals.rejected,
        "errors": [vars(fault) for fault in faults],
        "warnings": [vars(fault) for fault in warnings],
        "notes": notes,
        "left_out": left_out,
        "written": report.written,
        "created": report.counts.created,
        "updated": report.counts.updated,
        "unchanged": report.counts.unchanged,
    }


def _refused(problem: Problem, as_json: bool) -> commands.Refused:
    """Why nothing was done, in the shape of the answer where a program reads it."""
    refused = commands.Refused(problem, as_json=as_json)
    if refused.answer:
        fault = {"row": 0, "column": "", "reason": refused.message}
        counts = {"rows": 0, "accepted": 0, "rejected": 0, "written": False}
        refused.answer |= counts | {"errors": [fault]}
    return refused


def _tell(answer: dict[str, Any]) -> None:
    shown = list(_together(answer["errors"]))
    for one in shown[:_MOST_SHOWN]:
        why = f"{_place(one) if one['count'] > 1 else _line(one)}: {one['reason']}"
        click.echo(gettext("rejected: %(why)s") % {"why": why}, err=True)
    if len(shown) > _MOST_SHOWN:
        more = len(shown) - _MOST_SHOWN
        click.echo(gettext("… and %(count)s more.") % {"count": more}, err=True)
    for note in answer["notes"]:
        _note(f"{_place(note)}: {note['reason']}")
    if answer["left_out"]:
        left_out = gettext("Nothing is taken from these columns; a mapping can say what they mean:")
        _note(f"{left_out} {', '.join(answer['left_out'])}")
    click.echo(
        gettext("%(rows)s rows: %(accepted)s good, %(rejected)s rejected.") % answer
        + " "
        + (
            gettext("%(created)s created, %(updated)s updated, %(unchanged)s unchanged.") % answer
            if answer["written"]
            else gettext("Nothing was written.")
        )
    )


def _note(text: str) -> None:
    click.echo(gettext("note: %(text)s") % {"text": text}, err=True)


def _together(errors: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Equal reasons together, in the order of their first lines."""
    lines: dict[tuple[str, str], list[int]] = {}
    for one in errors:
        lines.setdefault((one["column"], one["reason"]), []).append(one["row"])
    for (column, reason), rows in lines.items():
        yield {"column": column, "reason": reason, "count": len(rows), "rows": rows[:_LINES_SHOWN]}


def _line(one: dict[str, Any]) -> str:
    place = {"row": one["rows"][0], "column": one["column"]}
    if not place["column"]:
        return gettext("line %(row)s") % place
    return gettext("line %(row)s, %(column)s") % place


def _place(note: dict[str, Any]) -> str:
    """How many rows a note is about, the first of them, and the column."""
    lines = ", ".join(map(str, note["rows"])) + ("" if note["count"] == len(note["rows"]) else " …")
    told = ngettext(
        "%(count)s row (line %(lines)s)", "%(count)s rows (lines %(lines)s)", note["count"]
    ) % {"count": note["count"], "lines": lines}
    return f"{told}, {note['column']}" if note["column"] else told


class _Steps:
    """The progress of one step after another.

    That it waits for another import is told in a line of its own, whoever watches.
    """

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._step = ""
        self._waited_for = ""
        self._bar = ExitStack()

    def __enter__(self) -> _Steps:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._close()

    def show(self, step: str, done: int, total: int) -> None:
        """Draw how far a step is."""
        if step == taking_turns.WAITING:
            self._wait()
            return
        if step != self._step:
            self._close()
            self._step = step
            self._share = self._bar.enter_context(bar(gettext(step), hidden=self._quiet))
        self._share(done / total if total else 0)

    def _wait(self) -> None:
        """Say for whom it waits, once for each."""
        told = taking_turns.told()
        if told != self._waited_for:
            self._close()
            self._step, self._waited_for = "", told
            click.echo(told, err=True)

    def _close(self) -> None:
        self._bar.close()
