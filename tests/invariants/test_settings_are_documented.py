from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_variable_that_the_code_reads_is_documented():
    code = "".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r"\"(WATTANA_[A-Z_]+)\"", code))
    told = set(re.findall(r"`(WATTANA_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert read == told
