"""Measure files of kind ratio that somebody writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.methods.ratios.measure import run
from wattana.kernel.problems import Invalid
from wattana.methods.survey import Design

TABLE = {"g": ["a", "a", "b"], "income": [100, 300, 500], "members": [1, 2, 3]}


def written(folder: Path, figures: str, head: str = "") -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"name: mine\nkind: ratio\n{head}figures:\n{figures}", encoding="utf-8")
    return path


def test_a_mean_of_groups_with_the_size_of_the_household(tmp_path):
    file = written(tmp_path, "  - {name: m, mean: income}\n", "size: members\n")
    whole, first, second = run(tmp_path, file, TABLE, Design(by=(("g",),)))
    assert whole["figures"]["m"]["value"] == pytest.approx((100 + 600 + 1500) / 6)
    assert first["figures"]["m"]["value"] == pytest.approx(700 / 3)
    assert (second["group"], second["population"]) == ({"g": "b"}, 3)


def test_a_column_of_another_name_can_stand_for_a_fact(tmp_path):
    text = "facts:\n  - {name: baht}\nnames: {baht: income}\n"
    file = written(tmp_path, "  - {name: m, mean: baht}\n", text)
    assert run(tmp_path, file, TABLE)[0]["figures"]["m"]["value"] == 300


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ("{name: m}", "write one of “share”"),
        ("{name: m, share: 'income > 1', mean: income}", "write one of “share”"),
        ("{name: m, share: income}", "holds numbers"),
        ("{name: m, numerator: income}", "“denominator” is missing"),
        ("{name: m, mean: outcome}", "line 4"),
        ("{name: m, mean: income, colour: red}", "colour"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, figure, told):
    with pytest.raises(Invalid) as fault:
        run(tmp_path, written(tmp_path, f"  - {figure}\n"), TABLE)
    assert told in str(fault.value) and "mine.yaml, line 4" in str(fault.value)
