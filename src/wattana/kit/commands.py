"""What all commands share: they speak Thai or English, and end with the same codes.

0 done; UNUSABLE: what was asked cannot be used (a wrong option or setting, a file that does not
fit, something that is not there by that name); FAILED: it could not be done; REJECTED: rows of a
file were rejected.
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Callable
from copy import copy
from functools import wraps
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click
from django.apps import apps
from django.utils import translation

from wattana.kernel import speaking
from wattana.kernel.problems import Invalid, NotFound, Problem, told

FAILED, UNUSABLE, REJECTED = 1, 2, 3

_DOMAIN = "commands"  # locale/th/LC_MESSAGES/commands.po: help texts, and the words of click itself
gettext.bindtextdomain(_DOMAIN, str(Path(__file__).parent / "locale"))
gettext.textdomain(_DOMAIN)  # click looks its words up there


class Refused(click.ClickException):
    """A problem ends a command: told to a person, or as JSON to the program that asked for it."""

    def __init__(self, problem: Problem, *, as_json: bool) -> None:
        super().__init__(_words(problem))
        self.exit_code = UNUSABLE if isinstance(problem, (Invalid, NotFound)) else FAILED
        self.answer: dict[str, Any] | None = {"error": self.message} if as_json else None

    def show(self, file: Any = None) -> None:
        """Print it."""
        if self.answer is None:
            click.echo(self.message, err=True, file=file)
        else:
            click.echo(json.dumps(self.answer, ensure_ascii=False), file=file)


def _words(problem: Problem) -> str:
    """In the language asked for; also before Django is there, in the words of the pure rooms."""
    if not apps.ready:
        return told(problem, speaking.translator(speaking.language()))
    with translation.override(speaking.language()):
        return told(problem, translation.gettext)


def _refusing(run: Callable[..., Any]) -> Callable[..., Any]:
    """The command, whose problems become `Refused`."""

    @wraps(run)
    def refusing(*given: Any, **options: Any) -> Any:
        try:
            return run(*given, **options)
        except Problem as problem:
            raise Refused(problem, as_json=options.get("as_json", False)) from problem

    return refusing


def spoken(command: click.Command) -> click.Command:
    """A copy of the command with --language and its help in the language of the terminal, whose
    problems end it with a message and a code."""
    heard = copy(command)
    heard.help = command.help and said(cleandoc(command.help))
    heard.params = [_told(one) for one in command.params]
    heard.callback = command.callback and _refusing(command.callback)
    if not any(one.name == "language" for one in heard.params):
        heard.params.append(_told(_language()))
    if isinstance(heard, click.Group):
        heard.commands = {name: spoken(one) for name, one in heard.commands.items()}
    return heard


def _told(parameter: click.Parameter) -> click.Parameter:
    if isinstance(parameter, click.Option) and parameter.help:
        parameter = copy(parameter)
        parameter.help = said(parameter.help)
    return parameter


def said(text: str) -> str:
    """A text of this catalogue in the language of the command."""
    return gettext.gettext(text)


def asked(words: list[str]) -> str | None:
    """What --language says among the words of a command line."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--language":
            return following
        if word.startswith("--language="):
            return word.partition("=")[2]
    return None


def _language() -> click.Option:
    return click.Option(
        ["--language"],
        type=click.Choice(speaking.LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_speak,
        help="Language of what is said; otherwise that of the terminal (LANG=th…, en…), else Thai.",
    )


def _speak(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    """Let the command speak the language until it ends."""
    if value and value != speaking.language():
        ctx.with_resource(speaking.chosen(value))
    if apps.ready:
        ctx.with_resource(translation.override(speaking.language()))
