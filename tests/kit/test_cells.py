from __future__ import annotations

import re

import pytest

from wattana.kit.cells import GUARDED, bare, harmless


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_what_a_spreadsheet_would_run_is_led_by_an_apostrophe(text: str):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["คูซอด", "", "25/2", "a=b", "'=1"])
def test_other_text_stays_as_it_is(text: str):
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["-", "=1+1", "+66", "@a", "\t1", "\r1", "'1", "’-", "25/2", ""])
def test_a_guard_is_taken_off_again_and_nothing_else(text: str):
    assert bare(harmless(text)) == text
    assert re.sub(GUARDED, r"\1", harmless(text)) == text
