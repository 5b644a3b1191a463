"""The command `wattana areas`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wattana.areas import actions
from wattana.areas.actions import Progress, Report
from wattana.areas.models import RetiredCode
from wattana.kit import commands
from wattana.kit.middleware import told
from wattana.kit.progress import bar

_MOST_SHOWN = 20

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_as_json = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_accept_valid = click.option(
    "--accept-valid", is_flag=True, help="Take the valid rows although others are rejected."
)


@click.group()
def areas() -> None:
    """Names, codes and boundaries of areas."""


@areas.command()
@_as_json
def load(as_json: bool) -> None:
    """Load or refresh all provinces, districts, tambons and retired codes of Thailand."""
    loaded = _with_progress(_("Areas"), as_json, actions.load_areas)
    retired = RetiredCode.objects.count()
    if as_json:
        click.echo(json.dumps({"areas": loaded, "retired_codes": retired}))
    else:
        told = _("%(areas)s areas and %(retired)s retired codes are loaded.")
        click.echo(told % {"areas": f"{loaded:,}", "retired": f"{retired:,}"})


@areas.command()
@_file
@_accept_valid
@_as_json
def villages(file: Path, accept_valid: bool, as_json: bool) -> None:
    """Load villages from a CSV FILE with the columns village_code (8 digits) and name_th."""
    _tell(lambda: actions.import_villages(file, accept_valid=accept_valid), _("line"), as_json)


@areas.command()
@_file
@click.option("--attribution", default="", help="Whom to credit on maps; from the file if absent.")
@_accept_valid
@_as_json
def boundaries(file: Path, attribution: str, accept_valid: bool, as_json: bool) -> None:
    """Load the outlines of areas from a GeoJSON FILE (WGS84).

    Features are matched by a P-code (TH330103) or DOPA code (330103) in a property such as code,
    pcode or ADM3_PCODE.
    """

    def run() -> Report:
        return _with_progress(
            _("Boundaries"),
            as_json,
            lambda progress: actions.load_boundaries(
                file, attribution=attribution, accept_valid=accept_valid, progress=progress
            ),
        )

    _tell(run, _("feature"), as_json)


def _with_progress(label: str, as_json: bool, run: Callable[[Progress], Any]) -> Any:
    with bar(label, hidden=as_json) as tell:
        return run(lambda done, total: tell(done / total if total else 1))


def _tell(run: Callable[[], Report], row_word: str, as_json: bool) -> None:
    """Print what came of a file and leave with its exit code."""
    report = run()
    if as_json:
        click.echo(json.dumps(_answer(report), ensure_ascii=False))
    else:
        _tell_person(report, row_word)
    if report.faults:
        sys.exit(commands.REJECTED)


def _answer(report: Report) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "accepted": report.written,
        "rejected": len(report.faults),
        "errors": [
            {"row": fault.row, "column": fault.column, "reason": told(fault.problem)}
            for fault in report.faults
        ],
    }


def _tell_person(report: Report, row_word: str) -> None:
    for fault in report.faults[:_MOST_SHOWN]:
        click.echo(f"{row_word} {fault.row}: {told(fault.problem)}", err=True)
    if len(report.faults) > _MOST_SHOWN:
        click.echo(
            _("… and %(count)s more.") % {"count": len(report.faults) - _MOST_SHOWN}, err=True
        )
    counts = {"rows": report.rows, "written": report.written, "rejected": len(report.faults)}
    line = ngettext(
        "%(rows)s row: %(written)s written, %(rejected)s rejected.",
        "%(rows)s rows: %(written)s written, %(rejected)s rejected.",
        report.rows,
    )
    nothing = " " + _("Nothing was written.") if report.faults and not report.written else ""
    click.echo(line % counts + nothing)
