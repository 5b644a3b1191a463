"""The command refuses every mistyped setting: its name, what it was given and what it may be."""

from __future__ import annotations

import sys

import pytest

from tests.kernel.test_settings import MISTYPED
from wattana.kernel import speaking
from wattana.kernel.problems import Phrase, told
from wattana.kernel.settings import SETTINGS
from wattana.site import cli


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize(("name", "given"), MISTYPED)
def test_a_mistyped_setting_is_told_in_one_line_and_ends_with_2(
    name, given, language, monkeypatch, capsys
):
    monkeypatch.setenv(name, given)
    monkeypatch.setattr(sys, "argv", ["wattana", "measure", "a.csv", "--language", language])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    (said,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert name in said and (SETTINGS[name].secret or given.strip() in said)
    assert told(Phrase(SETTINGS[name].may_be), speaking.translator(language))[:20] in said
