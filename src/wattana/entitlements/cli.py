"""The command `wattana entitlements`: rights of one household, and the linter of programmes."""

from __future__ import annotations

import datetime as dt
import importlib
import json
from pathlib import Path

import click
import django

from wattana.kernel.problems import N_, Invalid, Phrase, of_option, told
from wattana.kernel.speaking import language, translator
from wattana.kit import commands
from wattana.methods.rights import explain as explained
from wattana.methods.rights import telling
from wattana.methods.rights.linting import check as checked
from wattana.methods.rights.writing import as_data
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules.files import Table, read_lined
from wattana.rules.programmes import Facts
from wattana.thai import dates, place_codes

_WITH_DATABASE = {"run": "run", "what-if": "what_if"}  # command and its function
_FACTS = click.Path(path_type=Path, exists=True, dir_okay=False)


class _Commands(click.Group):
    """Those that need the database are imported only when called; the others need none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_WITH_DATABASE])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _WITH_DATABASE:
            return super().get_command(ctx, name)
        django.setup()
        running = importlib.import_module("wattana.entitlements.running")
        return commands.spoken(getattr(running, _WITH_DATABASE[name]))


@click.group(cls=_Commands)
def entitlements() -> None:
    """Rights and welfare: who is due what, and why."""


@entitlements.command()
@click.option("--facts", required=True, type=_FACTS, help="A household's facts (YAML).")
@click.option("--on", help="As of this day; a year above 2400 is พ.ศ. Today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def explain(facts: Path, on: str | None, as_json: bool) -> None:
    """What one household is due, may apply for, and receives, and which facts to ask for.

    How a file of facts is written: docs/programmes.md.
    """
    translate = translator(language())
    book = codebooks.load()
    day = dt.date.today() if on is None else of_option("--on", lambda: dates.parse_date(on))
    table = read_lined(facts)
    found = programmes.read_facts(table, book)
    _check_place(table, found)
    data = as_data(explained(programmes.load(), found, day, book), translate)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for line in telling.lines(data, language(), translate):
            click.echo(line)


def _check_place(table: Table, facts: Facts) -> None:
    """Raises `Invalid` with the place of a village that there cannot be."""
    village = facts.household.get("village")
    if village is None:
        return
    try:
        place_codes.check(village)
    except Invalid as problem:
        table.within(table.raw["household"], "household", "household").refuse(
            N_("%(place)s: “%(key)s” cannot be read. %(why)s"),
            key="village",
            why=Phrase(problem.message, **problem.params),
        )


@entitlements.command()
@click.argument("files", nargs=-1, type=_FACTS)
def check(files: tuple[Path, ...]) -> None:
    """Check the rulebook's programmes, or these FILES, and work their cases out.

    Each fault names file, line, key and how to mend it. Exit code 2 says that there are some.
    """
    translate = translator(language())
    result = checked(files)
    for problem in result.faults:
        click.echo(told(problem, translate), err=True)
    click.echo(told(result.summary, translate))
    if result.faults:
        raise click.exceptions.Exit(commands.UNUSABLE)
