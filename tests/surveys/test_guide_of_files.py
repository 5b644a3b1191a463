"""The files that the guide shows are taken as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.registry.imports.tables import bring, check, table
from wattana.kernel.sealing import Keyring
from wattana.registry.imports.views.guidance import FOLDER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office_with_keys(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_FILE = tmp_path / "keys.json"
    Keyring.create(settings.KEYS_FILE)
    factories.organization(areas=("3301",))
    factories.area("330103")


def examples(language: str) -> list[list[list[str]]]:
    """The tables of the guide, each as its header and rows."""
    text = (FOLDER / f"files.{language}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^[|].*[|]\n)+", text, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        for block in blocks
    ]


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_row_of_the_guides_tables_is_good(language):
    kinds = ["households", "persons", "five_capitals"]
    shown = examples(language)
    assert len(shown) == len(kinds)
    for kind, (header, _, *rows) in zip(kinds, shown, strict=True):
        _, report = bring(table(header, *rows), kind)
        assert (report.totals.accepted, report.totals.rejected) == (2, 0)


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_column_of_the_guides_tables_is_recognised(language):
    for kind, (header, _, *rows) in zip(
        ("households", "persons", "five_capitals"), examples(language), strict=True
    ):
        batch, _ = check(table(header, *rows), kind)
        assert set(batch.mapping["columns"]) == set(header)
