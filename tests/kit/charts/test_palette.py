from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from tests.kit.charts.seen import EYES, contrast, distance
from wattana.kit.charts import palette

STYLES = Path(__file__).resolve().parents[3] / "frontend" / "src" / "charts.css"
STEPPED = ("HALF_LEVELS", "FEW_TO_MANY", "LITTLE_TO_WHOLE", "WORSE_TO_BETTER")


def test_the_page_and_the_charts_give_a_level_the_same_colour():
    told = dict(re.findall(r"--w-level-(\d): (#\w+);", STYLES.read_text()))
    assert told == {str(level): tone.fill for level, tone in enumerate(palette.LEVELS, 1)}


@pytest.mark.parametrize("eye", EYES)
def test_any_two_levels_are_told_apart_by(eye: str):
    for one, other in combinations(palette.LEVELS, 2):
        assert distance(one.fill, other.fill, EYES[eye]) > 30


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("steps", STEPPED)
def test_neighbouring_steps_are_told_apart(steps: str, eye: str):
    for one, other in pairwise(getattr(palette, steps)):
        assert distance(one.fill, other.fill, EYES[eye]) > 10


@pytest.mark.parametrize("steps", ["LEVELS", "KINDS", *STEPPED])
def test_text_on_every_colour_can_be_read(steps: str):
    for tone in getattr(palette, steps):
        assert contrast(tone.fill, tone.ink) >= 4.5


@pytest.mark.parametrize("eye", EYES)
def test_any_two_kinds_are_told_apart(eye: str):
    for one, other in combinations(palette.KINDS, 2):
        assert distance(one.fill, other.fill, EYES[eye]) > 18
