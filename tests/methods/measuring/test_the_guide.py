"""docs/measures.md: its example runs as printed, and it names every key there is."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from wattana.methods.measuring.cli import measure
from wattana.rules.files import read_lined
from wattana.rules.poverty import shipped_names, take_measure

GUIDE = (Path(__file__).parents[3] / "docs" / "measures.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", GUIDE, re.DOTALL)


def block(kind: str, beginning: str = "") -> str:
    return next(text for found, text in BLOCKS if found == kind and text.startswith(beginning))


def files(folder: Path) -> Path:
    (folder / "households.csv").write_text(block("csv"), encoding="utf-8")
    (folder / "my_measure.yaml").write_text(block("yaml"), encoding="utf-8")
    return folder / "my_measure.yaml"


def test_the_example_runs_as_printed(tmp_path, monkeypatch):
    files(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    command = block("", "wattana measure").split()
    done = CliRunner().invoke(measure, command[2:])
    assert done.exit_code == 0, done.stderr
    shown = done.stdout.splitlines()
    for line in block("", "Group").splitlines():
        assert line in shown


def test_every_key_of_the_reader_stands_in_the_guide(tmp_path):
    table = read_lined(files(tmp_path))
    take_measure(table, dict.fromkeys(("hungry", "schooling", "members", "rooms"), "BIGINT")
                 | {"water": "VARCHAR"})  # fmt: skip
    rows = re.findall(r"^\| (`.*?) \|", GUIDE, re.MULTILINE)
    named = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert table.asked() <= named


def test_the_guides_name_every_shipped_measure():
    thai = Path(__file__).parents[3] / "docs" / "measures-thai.md"
    text = GUIDE + thai.read_text(encoding="utf-8")
    for name in shipped_names():
        assert f"`{name}`" in text, name
