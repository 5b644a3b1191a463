"""Commands speak Thai or English: their help, their answers and what is wrong with their use."""

from __future__ import annotations

import gettext
from copy import copy
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click
from django.apps import apps
from django.utils import translation

from wattana.kernel import speaking

_DOMAIN = "commands"  # locale/th/LC_MESSAGES/commands.po: help texts, and the words of click itself
gettext.bindtextdomain(_DOMAIN, str(Path(__file__).parent / "locale"))
gettext.textdomain(_DOMAIN)  # click looks its words up there


def spoken(command: click.Command) -> click.Command:
    """A copy of the command with --language, and its help in the language of the terminal."""
    told = copy(command)
    told.help = command.help and said(cleandoc(command.help))
    told.params = [_told(one) for one in command.params]
    if not any(one.name == "language" for one in told.params):
        told.params.append(_told(_language()))
    if isinstance(told, click.Group):
        told.commands = {name: spoken(one) for name, one in told.commands.items()}
    return told


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
