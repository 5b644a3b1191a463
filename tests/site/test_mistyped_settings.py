"""A mistyped setting is refused by command and server: its name, what it was given and may be."""

from __future__ import annotations

import os
import subprocess
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


@pytest.mark.parametrize("how", [[], ["--preload"]])
def test_a_server_that_was_not_begun_by_the_command_ends_with_the_same_line(how, tmp_path):
    mistyped = {"WATTANA_DATA": str(tmp_path), "WATTANA_SMALL_GROUP": "ten", "LANGUAGE": "en"}
    server = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", "127.0.0.1:0"]
    ended = subprocess.run(
        [*server, *how, "wattana.site.wsgi"], env=os.environ | mistyped, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    told = [line for line in ended.stderr.splitlines() if "WATTANA_SMALL_GROUP" in line]
    assert told == ["WATTANA_SMALL_GROUP cannot be “ten”. It may be: a whole number from 1 on."]
    assert ended.returncode and "Traceback" not in ended.stderr
