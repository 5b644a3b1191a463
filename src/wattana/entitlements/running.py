"""The commands `wattana entitlements run` and `what-if`, which read the newest snapshot."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wattana.accounts.viewer import System
from wattana.assessment.cli import run_told, snapshot_of
from wattana.assessment.telling import tell
from wattana.entitlements import reasons, runs
from wattana.entitlements.whatif import actions as trials
from wattana.entitlements.words import baht
from wattana.kernel import keys
from wattana.kernel.problems import of_option
from wattana.kit import answers
from wattana.kit.progress import bar
from wattana.rules.files import read_lined
from wattana.rules.programmes.changing import read_change
from wattana.thai import dates

_RUN: answers.Names = {
    "on": gettext_lazy("As of"),
    "programmes": gettext_lazy("Programmes"),
    "due": gettext_lazy("Due"),
    "received": gettext_lazy("Due and received"),
    "missing": gettext_lazy("Due and not received"),
    "receipt_unknown": gettext_lazy("Due, receipt not known"),
    "due_year": gettext_lazy("Due, baht a year"),
    "missing_year": gettext_lazy("Due and not received, baht a year"),
}
_EFFECT: answers.Names = {
    "households": gettext_lazy("Households"),
    "concerned": gettext_lazy("Households concerned"),
    "gained": gettext_lazy("Gained"),
    "lost": gettext_lazy("Lost"),
    "opened": gettext_lazy("May newly apply"),
    "more": gettext_lazy("More"),
    "less": gettext_lazy("Less"),
    "before": gettext_lazy("Baht a year before"),
    "after": gettext_lazy("Baht a year after"),
    "poor_before": gettext_lazy("Poor before"),
    "poor_after": gettext_lazy("Poor after"),
}


def _day(on: str | None) -> dt.date | None:
    return of_option("--on", lambda: dates.parse_date(on)) if on else None


@click.command()
@click.option("--snapshot", "key", metavar="KEY", help="A snapshot's key; the newest by default.")
@click.option("--on", help="As of this day; a year above 2400 is พ.ศ. Today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def run(key: str | None, on: str | None, as_json: bool) -> None:
    """Work out for every household of a snapshot what is due, received and missing.

    Amounts (due_year, missing_year) are baht a year; in the JSON they are satang (1/100 baht).
    """
    day = _day(on)
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
        answer |= {name: baht(answer[name]) for name in runs.AMOUNTS}
        answer["on"] = dt.date.fromisoformat(answer["on"])
    tell(answer, as_json, _RUN)


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

    Amounts are baht a year; in the JSON they are satang (1/100 baht).
    """
    asked, day = read_change(read_lined(change)), _day(on)
    work = trials.begin(asked, by=System(), on=day)
    with bar(_("What if"), hidden=as_json) as progress:
        row = work.finish(progress)
    whole = row.summary["whole"]
    if as_json:
        answer = {"trial": keys.to_text(row.pk), "on": row.summary["on"], "effect": whole}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    effect = {name: whole[name] for name in _EFFECT} | {
        "before": baht(whole["before"]),
        "after": baht(whole["after"]),
    }
    for line in answers.lines(effect, _EFFECT):
        click.echo(line)
