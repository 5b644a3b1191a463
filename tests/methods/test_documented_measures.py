"""The measure files that the documentation shows can be read and run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.methods.ratios.measure import run

PAGE = Path(__file__).parents[2] / "docs" / "measures-thai.md"
EXAMPLES = re.findall(r"```yaml\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.S)


def test_the_page_has_an_example():
    assert len(EXAMPLES) == 1


@pytest.mark.parametrize("text", EXAMPLES)
def test_it_runs(tmp_path, text):
    file = tmp_path / "shown.yaml"
    file.write_text(text, encoding="utf-8")
    table = {"income_year": [100, 100, 10], "หนี้สินรวม": [50, 200, None]}
    figures = run(tmp_path, file, table)[0]["figures"]
    assert figures["heavy_debt"]["value"] == 0.5
    assert figures["mean_debt"]["value"] == 125
    assert figures["debt_per_baht"]["value"] == 1.25
