"""The command `wattana entitlements run`: all programmes for every household of a snapshot."""

from __future__ import annotations

import click

from wattana.accounts.viewer import System
from wattana.assessment.cli import bar, run_told, snapshot_of, tell
from wattana.entitlements import runs
from wattana.thai import dates


@click.command()
@click.option("--snapshot", "key", metavar="KEY", help="A snapshot's key; the newest by default.")
@click.option("--on", help="As of this day; a year above 2400 is พ.ศ. Today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def run(key: str | None, on: str | None, as_json: bool) -> None:
    """Work out for every household of a snapshot what is due, received and missing."""
    snapshot = snapshot_of(key)
    with bar("Rights", hidden=as_json) as progress:
        found = runs.run(
            snapshot=snapshot,
            by=System(),
            on=dates.parse_date(on) if on else None,
            progress=progress,
        )
    tell(run_told(found), as_json)
