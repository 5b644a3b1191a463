"""`wattana demo`: a province of invented people in an empty installation.

An embedded demo is built in a folder beside its place and moved there when it is whole, so that a
Ctrl-C leaves nothing half-done. On PostgreSQL it grows in the database that is named, which has to
be empty: accounts with a known password never come to stand beside real people. Django is set up
here, after the folder is chosen.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
from pathlib import Path

import click
import django

from wattana.kernel import settings
from wattana.kit.commands import said

DEFAULT_HOUSEHOLDS = 6_000
FEWEST_HOUSEHOLDS = 30  # so that each authority has some
MOST_HOUSEHOLDS = 400_000
MARK = "demo.json"  # says that a folder holds a demo, and which accounts it has


@click.command()
@click.option(
    "--households",
    default=DEFAULT_HOUSEHOLDS,
    show_default=True,
    type=click.IntRange(FEWEST_HOUSEHOLDS, MOST_HOUSEHOLDS),
    help="How many; above 30,000 they spread over the whole province.",
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 3))
@click.option("--seed", default=2565, show_default=True, help="The same seed, the same people.")
@click.option("--if-missing", is_flag=True, help="Do nothing when there is a demo already.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def demo(households: int, rounds: int, seed: int, if_missing: bool, as_json: bool) -> None:
    """Fill an empty installation with a demo province."""
    target = settings.value("WATTANA_DATA").resolve()
    if _is_whole(target / MARK):
        _already_there(target, if_missing=if_missing)
        return
    embedded = settings.value("WATTANA_DATABASE") is None
    if embedded and (target / "wattana.sqlite3").exists():
        told = said(
            "%(folder)s holds real data. A demo goes elsewhere: WATTANA_DATA=another/folder"
        )
        raise click.ClickException(told % {"folder": target})
    place = target.with_name(target.name + ".building") if embedded else target
    if embedded and place.exists():
        shutil.rmtree(place)
    os.environ["WATTANA_DATA"] = str(place)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    _install_in_nothing()
    (place / MARK).write_text(json.dumps({"building": True}))
    try:
        made = _build(households=households, rounds=rounds, seed=seed, quiet=as_json)
    except KeyboardInterrupt:
        if embedded:
            raise
        told = said("Stopped. What was made lies in the database; a demo begins with an empty one.")
        raise click.ClickException(told) from None
    (place / MARK).write_text(json.dumps(made, ensure_ascii=False, indent=1))
    if embedded:
        _move(place, target)
    ready = said("The demo province is ready.")
    click.echo(json.dumps(made, ensure_ascii=False) if as_json else ready)


def _is_whole(mark: Path) -> bool:
    """Whether a demo is there, and was not interrupted while it was made."""
    return mark.exists() and "building" not in json.loads(mark.read_text())


def _already_there(target: Path, *, if_missing: bool) -> None:
    if not if_missing:
        told = said("There is a demo in %(folder)s. Remove that folder to make anew.")
        raise click.ClickException(told % {"folder": target})


def _install_in_nothing() -> None:
    """Tables, keys and areas; refused where anybody has begun to work."""
    django.setup()
    importlib.import_module("wattana.site.installation").ensure()
    if importlib.import_module("wattana.accounts.models").Organization.objects.exists():
        told = said(
            "The database holds organisations. A demo is made in an empty one: name it in "
            "WATTANA_DATABASE"
        )
        raise click.ClickException(told)


def _build(*, households: int, rounds: int, seed: int, quiet: bool) -> dict[str, object]:
    actions = importlib.import_module("wattana.demo.actions")
    connections = importlib.import_module("django.db").connections
    try:
        return actions.build(
            households=households,
            rounds=rounds,
            seed=seed,
            progress=_silent if quiet else _tell,
        )
    finally:
        connections.close_all()


def _move(place: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for child in place.iterdir():
        child.replace(target / child.name)
    place.rmdir()


def _tell(step: str, done: int, total: int) -> None:
    """One line for each step of the work, rewritten on a terminal while it goes on."""
    step = said(step)
    share = f"{done:,}/{total:,}" if total > 1 else ""
    if sys.stdout.isatty():
        click.echo(f"\r  {step:<48} {share:>20}", nl=done >= total)
    elif done >= total:
        click.echo(f"  {step} {share}".rstrip())


def _silent(step: str, done: int, total: int) -> None:
    pass
