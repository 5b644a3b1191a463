"""Writes are called from pages, commands and jobs: they raise problems, know no requests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOMS = Path(__file__).resolve().parents[2] / "src" / "wattana"
FILES = sorted([*ROOMS.glob("*/actions.py"), *ROOMS.glob("*/actions/*.py")])
FORBIDDEN = (
    "django.http",
    "django.shortcuts",
    "django.views",
    "django.urls",
    "django.contrib.messages",
)


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_there_are_actions():
    assert len(FILES) >= 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOMS)))
def test_the_actions_import_nothing_of_the_web(file: Path):
    assert not [name for name in imported(file) if name.startswith(FORBIDDEN)]
