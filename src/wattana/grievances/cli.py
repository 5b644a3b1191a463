"""Commands of complaints: the daily look."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from django.utils.translation import gettext as _

from wattana.grievances import nightly


@click.group()
def grievances() -> None:
    """Complaints: the daily look at every open one."""


@grievances.command("nightly")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def run_nightly(as_json: bool) -> None:
    """Give out, remind, lead up what is late, close what nobody replied to. Harmless to repeat."""
    report = nightly.run()
    told = asdict(report) | {"day": report.day.isoformat()}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(
        _("%(open)s open, %(late)s late, %(at_risk)s at risk; %(escalated)s led to the next "
          "tier, %(closed)s closed, %(unplaced)s without a handler.") % told
    )  # fmt: skip
