"""A copy of the rulebook in which a test may change a text."""

from __future__ import annotations

import shutil
from pathlib import Path

from wattana import rulebook

SOURCE = Path(rulebook.__file__).parent


def copy(into: Path) -> Path:
    """The whole rulebook under `into`."""
    return Path(shutil.copytree(SOURCE, into / "rulebook", ignore=shutil.ignore_patterns("*.py*")))


def change(root: Path, file: str, old: str, new: str) -> None:
    """Replace one text that stands exactly once in a file."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"“{old}” stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
