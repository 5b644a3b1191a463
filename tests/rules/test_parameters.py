from __future__ import annotations

import datetime as dt

import pytest

from tests.rules import rulebooks
from wattana.kernel.problems import Invalid
from wattana.rules import parameters


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (dt.date(2018, 12, 31), None),
        (dt.date(2019, 1, 1), 2763),
        (dt.date(2020, 6, 30), 2762),
        (dt.date(2021, 1, 1), 2803),
        (dt.date(2022, 7, 1), 2803),  # no line was found for 2565: that of 2564 is carried on
        (dt.date(2023, 12, 31), 3043),
        (dt.date(2024, 1, 1), 3078),
        (dt.date(2026, 11, 22), 3078),
        (None, None),
    ],
)
def test_the_poverty_line_is_that_of_the_day(day, line):
    assert parameters.load()["poverty_line"].on(day) == line


def test_the_poverty_line_names_its_source():
    assert all("NESDC" in period.source for period in parameters.load()["poverty_line"].periods)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "{from: 2020-01-01, value: 2762}",
            "{from: 2018-01-01, value: 2762}",
            "follow one another",
        ),
        ("{from: 2020-01-01, value: 2762}", "{from: soon, value: 2762}", "has to be a date"),
        (
            "{from: 2020-01-01, value: 2762}",
            "{from: 2020-01-01, value: many}",
            "has to be a number",
        ),
        ("status: stated", "status: guessed", "one of stated, proposed"),
        ("unit: baht", "units: baht", "“unit” is missing"),
    ],
)
def test_a_fault_is_refused_by_place(tmp_path, old, new, says):
    root = rulebooks.copy(tmp_path)
    rulebooks.change(root, "parameters/poverty.yaml", old, new)
    with pytest.raises(Invalid) as caught:
        parameters.read_parameters(root)
    assert says in str(caught.value)
    assert "parameters/poverty.yaml, poverty_line" in str(caught.value)
