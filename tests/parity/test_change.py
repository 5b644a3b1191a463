"""Change over time: matrices, movements, histories of a panel; differences of two samples."""

from __future__ import annotations

import random

import pytest

from tests.methods.change.panel import row, write
from tests.parity.comparing import alike
from tests.parity.populations import VILLAGES
from wattana.engines import Engine
from wattana.methods import change
from wattana.methods.change import Wave
from wattana.methods.survey import Design

WAVES = [Wave(2023, 1), Wave(2024, 1), Wave(2025, 1)]


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    dice = random.Random(5)
    rows = []
    for number in range(600):
        village = dice.choice(VILLAGES)
        for wave in WAVES:
            moved = {name: dice.choice(["improved", "unchanged", "declined", None])
                     for name in ("change", "human_change")}  # fmt: skip
            if dice.random() < 0.9:
                level = dice.choice([1, 2, 3, 4, None])
                rows.append(row(f"h{number}", wave, level, village, **moved))
    return write(tmp_path_factory.mktemp("panel"), rows)


WORKS = {
    "transitions": lambda e, p, i: change.transitions(
        e, p, before=WAVES[0], after=WAVES[2], interval=i
    ),
    "movements": lambda e, p, i: change.movements(
        e, p, before=WAVES[1], after=WAVES[2], interval=i
    ),
    "histories": lambda e, p, i: change.histories(e, p, waves=WAVES, interval=i),
    "changes": lambda e, p, i: change.changes(e, p, aspects=("human", "score"), interval=i),
}


@pytest.mark.parametrize("name", WORKS)
def test_changes_of_a_panel_in_every_area(both, panel, name):
    ours, theirs = both(lambda engine: WORKS[name](engine, panel, "cluster"))
    alike(ours, theirs)
    assert ours.num_rows > 10


def test_the_waves_of_a_file(both, panel):
    assert both(lambda engine: change.waves(engine, panel)) == (WAVES, WAVES)


def test_differences_of_two_samples(both, persons):
    design = Design(by=(("area",),), weight="weight", strata="strata", psu="psu")

    def differences(engine: Engine):
        engine.tables({"persons": persons})
        halves = [f"SELECT * FROM persons WHERE sex = '{sex}'" for sex in ("male", "female")]
        return change.differences(engine, *halves, {"m": ("income", "1")}, (design, design))

    alike(*both(differences))
