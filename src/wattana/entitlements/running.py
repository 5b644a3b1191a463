"""The commands `wattana entitlements run` and `what-if`, which read the newest snapshot."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from django.utils.translation import gettext as _

from wattana.accounts.viewer import System
from wattana.assessment.cli import bar, run_told, snapshot_of, tell
from wattana.entitlements import reasons, runs
from wattana.entitlements.whatif import actions as trials
from wattana.entitlements.words import baht
from wattana.kernel import keys
from wattana.kernel.problems import Problem, of_option
from wattana.kit.middleware import told
from wattana.methods.measuring.cli import Refused
from wattana.rules.files import read_lined
from wattana.rules.programmes.changing import read_change
from wattana.thai import dates

T = TypeVar("T")


def _usable(read: Callable[[], T]) -> T:
    """What `read` returns; what cannot be used ends the command with exit code 2."""
    try:
        return read()
    except Problem as problem:
        raise Refused(told(problem)) from None


def _day(on: str | None) -> dt.date | None:
    return of_option("--on", lambda: dates.parse_date(on)) if on else None


@click.command()
@click.option("--snapshot", "key", metavar="KEY", help="A snapshot's key; the newest by default.")
@click.option("--on", help="As of this day; a year above 2400 is พ.ศ. Today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def run(key: str | None, on: str | None, as_json: bool) -> None:
    """Work out for every household of a snapshot what is due, received and missing.

    Amounts (due_year, missing_year) are baht a year; in the JSON they are satang (1/100 baht).
    Exit codes: 0 done, 2 a fault in an option, 1 it could not be done.
    """
    day = _usable(lambda: _day(on))
    snapshot = snapshot_of(key)
    with bar(_("Rights"), hidden=as_json) as progress:
        found = runs.run(
            snapshot=snapshot,
            by=System(),
            on=day,
            progress=progress,
        )
    answer = run_told(found)
    if not as_json:  # a table of its own, on the pages of the programmes
        answer.pop(reasons.KEY)
        answer |= {name: f"{baht(answer[name])} baht" for name in runs.AMOUNTS}
    tell(answer, as_json)


@click.command("what-if")
@click.option(
    "--change",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What would be different (YAML, see docs/programmes.md).",
)
@click.option("--on", help="As of this day; a year above 2400 is พ.ศ. Today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def what_if(change: Path, on: str | None, as_json: bool) -> None:
    """Try other rules on the newest snapshot; no rule in force is changed.

    Amounts are baht a year; in the JSON they are satang (1/100 baht). Exit codes: 0 done, 2 a fault
    in the file or an option, 1 it could not be done.
    """
    asked, day = _usable(lambda: (read_change(read_lined(change)), _day(on)))
    work = trials.begin(asked, by=System(), on=day)
    with bar(_("What if"), hidden=as_json) as progress:
        row = work.finish(progress)
    whole = row.summary["whole"]
    if as_json:
        answer = {"trial": keys.to_text(row.pk), "on": row.summary["on"], "effect": whole}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name in ("households", "concerned", "gained", "lost", "opened", "more", "less"):
        click.echo(f"{name:>10}  {whole[name]:,}")
    click.echo(f"{'baht/year':>10}  {baht(whole['before'])} → {baht(whole['after'])}")
    click.echo(f"{'poor':>10}  {whole['poor_before']:,} → {whole['poor_after']:,}")
