"""Every command speaks Thai: its help, its options, and what is said before Django is there."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
import polib
import pytest

from tests.site.commands import wattana
from wattana.kit import commands
from wattana.site import cli, demonstration

CATALOGUE = Path(commands.__file__).parent / "locale/th/LC_MESSAGES/commands.po"
KNOWN = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}


def tree(command: click.Command, path: str = "wattana") -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from tree(command.get_command(context, name), f"{path} {name}")


@pytest.fixture(scope="module")
def all_commands() -> list[tuple[str, click.Command]]:
    return list(tree(cli.wattana))


def test_every_help_text_stands_in_the_catalogue(all_commands):
    told = {
        text
        for _, command in all_commands
        for text in [command.help, *[getattr(one, "help", None) for one in command.params]]
        if text
    }
    thai = set(KNOWN.values())
    assert not [text for text in told if not KNOWN.get(cleandoc(text)) and text not in thai]


def test_every_command_takes_the_language(all_commands):
    taking = [command for _, command in all_commands[1:]]
    assert all(any(one.name == "language" for one in command.params) for command in taking)


def test_what_is_said_without_django_stands_in_the_catalogue():
    for module in (cli, demonstration):
        said = [
            call.args[0].value
            for call in ast.walk(ast.parse(Path(module.__file__).read_text()))
            if isinstance(call, ast.Call)
            and getattr(call.func, "id", getattr(call.func, "attr", "")) == "said"
            and isinstance(call.args[0], ast.Constant)
        ]
        assert said
        assert not [text for text in said if not KNOWN.get(text)]


@pytest.mark.parametrize("words", [["--help"], ["import", "--help"], ["measure", "--help"]])
def test_no_line_of_thai_help_begins_with_a_mark_of_the_line_before(tmp_path, words):
    lines = wattana(tmp_path, *words, LANG="th_TH.UTF-8").stdout.split("\n")
    begun = [line.strip()[0] for line in lines if line.strip()]
    assert not [one for one in begun if unicodedata.category(one) == "Mn"]


@pytest.mark.parametrize(
    "words", [["--language", "th", "frobnicate"], ["prune", "--language=th", "--keep", "x"]]
)
def test_wrong_use_is_told_in_thai(tmp_path, words):
    done = wattana(tmp_path, *words)
    assert done.returncode == 2
    assert "ผิดพลาด: " in done.stderr
    assert not re.search("Error|Usage|Invalid", done.stderr)


def test_areas_answer_in_the_language_and_name_what_is_wrong_in_it(tmp_path):
    file = tmp_path / "villages.csv"
    file.write_text("village_code,name_th\n33010301,บ้านคูซอด\n330103,x\n")
    wattana(tmp_path / "data", "install")
    told = {
        language: wattana(tmp_path / "data", "areas", "villages", str(file), "--language", language)
        for language in ("th", "en")
    }
    assert {one.returncode for one in told.values()} == {3}
    assert "2 rows: 0 written, 1 rejected. Nothing was written." in told["en"].stdout
    assert "This is not a village code of 8 digits." in told["en"].stderr
    assert not re.search("[A-Za-z]{4}", told["th"].stdout + told["th"].stderr)
