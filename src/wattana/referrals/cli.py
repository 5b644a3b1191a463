"""Commands of referrals: the daily job, and a simulation."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict

import click
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wattana.kernel.problems import N_, Forbidden
from wattana.kit import answers
from wattana.kit.progress import bar
from wattana.referrals import nightly
from wattana.referrals.simulation import simulate as run_simulation

_SIMULATED: answers.Names = {
    "first": gettext_lazy("Start"),
    "last": gettext_lazy("End"),
    "opened": gettext_lazy("Cases opened"),
    "closed": gettext_lazy("Cases closed"),
    "open": gettext_lazy("Cases open"),
    "breached": gettext_lazy("Cases late at least once"),
    "lost": gettext_lazy("Cases whose history does not end where they stand"),
    "without_next_date": gettext_lazy("Open cases without a next date"),
    "helped": gettext_lazy("Cases in which help came"),
    "confirmed": gettext_lazy("Confirmed by the household"),
    "escalated": gettext_lazy("Told to the next tier"),
    "reminded": gettext_lazy("Reminders"),
    "median_days_to_help": gettext_lazy("Days until help, median"),
    "steps": gettext_lazy("Steps taken"),
    "board_agrees": gettext_lazy("The board shows the same"),
}


@click.group()
def referrals() -> None:
    """Referrals: the daily look at every open case."""


@referrals.command("nightly")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def run_nightly(as_json: bool) -> None:
    """Remind, escalate, and name open cases without a next date. Harmless to repeat."""
    report = nightly.run()
    told = asdict(report) | {"day": report.day.isoformat()}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(
        _("%(open)s open, %(breached)s late, %(at_risk)s at risk; %(reminded)s reminded, "
          "%(escalated)s told to the next tier.") % told
    )  # fmt: skip
    for number in report.without_next_date:
        click.echo(_("Without a next date: %(number)s") % {"number": number})


@click.group()
def simulate() -> None:
    """Try the work of months on the data that is loaded."""


@simulate.command("referrals")
@click.option("--months", default=12, show_default=True, type=click.IntRange(1, 36))
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same cases.")
@click.option(
    "--per-month", default=40, show_default=True, type=click.IntRange(1, 2000),
    help="Needs that arise in a month.",
)  # fmt: skip
@click.option("--keep", is_flag=True, help="Keep the cases; in the demonstration only.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def simulate_referrals(months: int, seed: int, per_month: int, keep: bool, as_json: bool) -> None:
    """Lead months of referrals through the real steps with invented delays, and recount them.

    Everything is taken back at the end unless --keep is given; meanwhile others cannot write.
    """
    if keep and not settings.DEMO:
        raise Forbidden(N_("Simulated cases are kept in a demonstration only."))
    with bar(_("Simulating"), hidden=as_json) as progress:
        result = run_simulation(
            months=months, seed=seed, per_month=per_month, keep=keep,
            progress=progress,
        )  # fmt: skip
    told = result.as_data()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    told |= {name: dt.date.fromisoformat(told[name]) for name in ("first", "last")}
    for line in answers.lines(told, _SIMULATED):
        click.echo(line)
