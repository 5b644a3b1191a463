from __future__ import annotations

import pytest

from wattana.kit.cells import harmless


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_what_a_spreadsheet_would_run_is_led_by_an_apostrophe(text: str):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["คูซอด", "", "25/2", "a=b", "'=1"])
def test_other_text_stays_as_it_is(text: str):
    assert harmless(text) == text
