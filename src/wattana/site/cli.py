"""The command `wattana`: what an operator does on the machine itself.

With which codes it ends: `wattana.kit.commands`.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import sys
from pathlib import Path

import click

from wattana import __version__
from wattana.kernel import settings, speaking
from wattana.kernel.problems import Problem
from wattana.kit import commands, garbage

PACKAGE = Path(__file__).parents[1]
_COMMANDS = {
    "areas": "wattana.areas.cli:areas",
    "assess": "wattana.assessment.cli:assess",
    "demo": "wattana.site.demonstration:demo",
    "entitlements": "wattana.entitlements.cli:entitlements",
    "grievances": "wattana.grievances.cli:grievances",
    "import": "wattana.registry.cli:import_",
    "install": "wattana.site.serving:install",
    "measure": "wattana.methods.measuring.cli:measure",
    "members": "wattana.accounts.cli:members",
    "predict": "wattana.assessment.prediction.cli:predict",
    "prune": "wattana.assessment.cli:prune",
    "referrals": "wattana.referrals.cli:referrals",
    "serve": "wattana.site.serving:serve",
    "simulate": "wattana.referrals.cli:simulate",
    "snapshot": "wattana.assessment.cli:snapshot",
    "work": "wattana.site.working:work",
}
_WITHOUT_DATABASE = {"demo", "entitlements", "install", "measure"}  # they make it, or need none
_WITHOUT_DJANGO = {"demo", "entitlements", "measure"}  # the demo chooses its folder first


_WITH_DATABASE = {("entitlements", "run"), ("entitlements", "what-if")}  # all the same


def _subcommand(command: click.Command, ctx: click.Context, name: str) -> tuple[str, ...]:
    """The word after the options of a group, `run` of `entitlements --language th run`."""
    if not isinstance(command, click.Group):
        return ()
    within = click.Context(command, parent=ctx, info_name=name)
    _options, words, _order = command.make_parser(within).parse_args(list(ctx.args))
    return tuple(words[:1])


class Commands(click.Group):
    """Imports a command only when it is called, after Django is ready for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        if name not in _WITHOUT_DJANGO:
            prepare(settings.value("WATTANA_DATA"))
        module, attribute = _COMMANDS[name].split(":")
        return commands.spoken(getattr(importlib.import_module(module), attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from their sources: importing them all would take seconds."""
        width = formatter.width - 6 - max(map(len, _COMMANDS))
        with formatter.section(commands.said("Commands")):
            formatter.write_dl([(name, _short(name, width)) for name in sorted(_COMMANDS)])

    def invoke(self, ctx: click.Context) -> object:
        name = ctx._protected_args[0] if ctx._protected_args else ""
        asks_for_help = {"--help", "-h"} & set(ctx.args)
        if not asks_for_help:
            # All settings, whatever the command needs of them: `measure` reads no database, but who
            # mistyped one learns it from the first command, not from the one that writes elsewhere.
            settings.check()
        command = self.get_command(ctx, name)
        if command is not None:
            all_the_same = (name, *_subcommand(command, ctx, name)) in _WITH_DATABASE
            if all_the_same:
                prepare(settings.value("WATTANA_DATA"))
            if (all_the_same or name not in _WITHOUT_DATABASE) and not asks_for_help:
                _ensure_installed()
        garbage.keep_what_is_loaded()
        return super().invoke(ctx)


def _short(name: str, width: int) -> str:
    """The first sentence of a command's docstring, which its own --help begins with."""
    module, attribute = _COMMANDS[name].split(":")
    source = PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py").read_text()
    found = (one for one in ast.parse(source).body if getattr(one, "name", "") == attribute)
    written = ast.get_docstring(next(found))
    told = commands.said(written)
    if told != written:  # Thai ends no sentence with a stop: its first line is the short help
        return told.partition("\n")[0]
    return click.Command(name, help=told).get_short_help_str(width)


def prepare(folder: Path) -> None:
    """Make the data folder, for this account only, and start Django on it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    importlib.import_module("django").setup()


def _ensure_installed() -> None:
    """Every command may be the first one in a folder; what it made there is said, not asked: a
    script goes on, and who mistook the folder sees it."""
    installation = importlib.import_module("wattana.site.installation")
    if installation.ensure():
        click.echo(installation.told_as_new(), err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wattana")
def wattana() -> None:
    """Wattana (วัฒนา): the shared poverty database of a province, household by household.

    The data lies in the folder that WATTANA_DATA names (var/ by default), or in the PostgreSQL
    database that WATTANA_DATABASE names (postgres://user:password@host:port/name).

    Exit codes of all commands: 0 done; 1 it could not be done; 2 what was asked cannot be used (a
    wrong option or setting, a file that does not fit, something that is not there by that name); 3
    rows of a file were rejected.
    """


def main() -> None:
    """Run the command; a problem becomes a message and an exit code, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wattana.site.settings")
    asked = commands.asked(sys.argv[1:])
    with speaking.chosen(asked if asked in speaking.LANGUAGES else speaking.language()):
        _run()


def _run() -> None:
    try:
        code = _called()
    except click.Abort:
        click.echo(commands.said("Stopped. Nothing half-done was kept."), err=True)
        sys.exit(commands.FAILED)
    except click.ClickException as error:
        error.show()
        if "--json" in sys.argv[1:] and not isinstance(error, commands.Refused):
            click.echo(json.dumps({"error": error.format_message()}, ensure_ascii=False))
        sys.exit(error.exit_code)
    if code:
        sys.exit(code)


def _called() -> int | None:
    """The code of a command's Exit. Raises `Refused` also for what is wrong around the command."""
    try:
        return commands.spoken(wattana).main(standalone_mode=False)
    except (click.Abort, click.ClickException):
        raise
    except Exception as error:
        known = isinstance(error, Problem)
        problem = error if known else importlib.import_module("wattana.kit.machine").refusal(error)
        if problem is None:
            raise
        raise commands.Refused(problem, as_json="--json" in sys.argv[1:]) from error


if __name__ == "__main__":
    main()
