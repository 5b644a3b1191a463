"""The drawing in the docs is made from the table."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from wattana.methods.referral.machine import STEPS

ROOT = Path(__file__).resolve().parents[3]


def test_the_docs_show_the_table_as_it_is():
    spec = importlib.util.spec_from_file_location("draw", ROOT / "tools" / "draw_referrals.py")
    draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw)
    text = (ROOT / "docs" / "referrals.md").read_text()
    assert draw.placed(text) == text
    assert all(f": {step.action} (" in text for step in STEPS)
