"""No sentence stands outside the catalogues, in templates or code; each is complete in Thai."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

ROOMS = Path(__file__).resolve().parents[2] / "src" / "wattana"
TEMPLATES = sorted(ROOMS.rglob("templates/**/*.html"))
CODE = sorted(ROOMS.rglob("*.py"))
CATALOGUES = sorted(ROOMS.rglob("locale/th/LC_MESSAGES/django.po"))

_BLOCK = re.compile(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", re.DOTALL)
_COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)
_CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z\u0E01-\u0E2E]{2,}")
_SPOKEN = re.compile(
    r"""\b(?:title|alt|placeholder|aria-label|data-label|data-confirm)="([^"]*)\""""
)
PROBLEMS = {"Problem", "Invalid", "NotFound", "Forbidden", "Conflict", "ValidationError"}
ALLOWED = {"English", "ทย", "CSV", "XLSX", "doctype", "html", "nbsp", "middot"}


def test_there_is_something_to_look_at():
    assert len(TEMPLATES) > 100
    assert len(CATALOGUES) >= 12
    assert sum(1 for file in CODE for _ in said_in(file)) > 300


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOMS)))
def test_the_template_has_no_bare_text(file: Path):
    text = file.read_text(encoding="utf-8")
    for pattern in (_COMMENT, _BLOCK):
        text = pattern.sub(" ", text)
    text = _CODE.sub(" ", text)
    spoken = " ".join(_SPOKEN.findall(text))
    bare = set(_WORD.findall(_TAG.sub(" ", text))) | set(_WORD.findall(spoken))
    assert bare <= ALLOWED, f"not translated: {sorted(bare - ALLOWED)}"


def said_in(file: Path) -> Iterator[ast.expr]:
    """What the problems and the messages of a file say."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            place = 1 if name.startswith("messages.") else 0
            if (place or name.split(".")[-1] in PROBLEMS) and len(node.args) > place:
                yield node.args[place]


def test_what_code_says_is_marked_for_the_catalogue():
    bare = [
        f"{file.name}:{one.lineno}"
        for file in CODE
        for one in said_in(file)
        if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and one.value)
    ]
    assert bare == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-5])
def test_the_catalogue_is_complete(file: Path):
    open_entries = [
        e.msgid for e in polib.pofile(str(file)) if not e.obsolete and not e.translated()
    ]
    assert open_entries == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-5])
def test_translations_keep_their_places(file: Path):
    for entry in polib.pofile(str(file)):
        if entry.obsolete:
            continue
        wanted = sorted(re.findall(r"%\(\w+\)[sd]", entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert set(re.findall(r"%\(\w+\)[sd]", text)) <= set(wanted), entry.msgid


def test_a_text_says_the_same_in_every_room():
    """The catalogues become one when Django reads them: of two translations only one is ever seen.

    A word that means two things needs two texts, or a context.
    """
    said: dict[tuple[str | None, str], set[str]] = {}
    for file in CATALOGUES:
        for entry in polib.pofile(str(file)):
            if not entry.obsolete:
                told = entry.msgstr or entry.msgstr_plural.get(0, "")
                said.setdefault((entry.msgctxt, entry.msgid), set()).add(told)
    assert {text: told for text, told in said.items() if len(told) > 1} == {}
