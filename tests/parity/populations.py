"""Invented people, thrown by dice with a fixed seed: every kind of answer, and unknown ones."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.methods import snapshots
from wattana.rules import codebook as codebooks
from wattana.rules.variables import Variable

HOUSEHOLDS = 150
PERSONS = 4_000
WAVES = [(2023, 1), (2024, 1), (2024, 2)]
VILLAGES = [f"{district}{tambon:02}{village:02}" for district in ("3301", "3302", "1001")
            for tambon in (1, 2) for village in (1, 2, 3)]  # fmt: skip


def snapshot(folder: Path) -> Path:
    """Households of one to three rounds."""
    dice = random.Random(2569)
    visits = []
    for number in range(HOUSEHOLDS):
        rounds = WAVES[dice.randrange(len(WAVES)) :]
        village = dice.choice(VILLAGES)
        visits += [
            snapshots.visit(
                f"h{number:04}",
                _answers(dice, "household"),
                [_person(dice) for _ in range(dice.choice([0, 1, 2, 3, 5, 8]))],
                year=year,
                round=round_,
                area=village if dice.random() < 0.95 else village[:6],
                on=dt.date(year, dice.randrange(1, 13), 28) if dice.random() < 0.9 else None,
                latest=(year, round_) == rounds[-1],
            )
            for year, round_ in rounds
        ]
    return snapshots.write(folder / "snapshot", visits)


def _person(dice: random.Random) -> dict[str, Any]:
    known = {
        "age": dice.choice([None, 0, 2, 3, 14, 15, 18, 35, 59, 60, 61, 90]),
        "sex": dice.choice(["male", "female", None]),
        "relation": dice.choice(["head", "child", None]),
    }
    return _answers(dice, "person") | known


def _answers(dice: random.Random, level: Any) -> dict[str, Any]:
    blank = dice.choice([0.0, 0.02, 0.3])  # many a form is filled in whole
    return {
        one.name: _answer(dice, one)
        for one in codebooks.load().columns(level)
        if dice.random() >= blank
    }


def answers(seed: int) -> dict[str, Any]:
    """The answers of one household."""
    return _answers(random.Random(seed), "household")


def _answer(dice: random.Random, variable: Variable) -> Any:
    if variable.kind == "boolean":
        return dice.random() < 0.5
    if variable.kind == "choice":
        return dice.choice(variable.codes)
    if variable.kind == "multi":
        alone = [one for one in variable.exclusive if dice.random() < 0.3]
        several = [one for one in variable.codes if one not in variable.exclusive]
        return alone[:1] or dice.sample(several, dice.randrange(0, min(4, len(several)) + 1))
    low, high = variable.minimum or 0, min(variable.maximum or 50_000, 50_000)
    number = dice.choice([low, high, dice.uniform(low, high), dice.uniform(low, min(high, 12))])
    return round(number) if variable.kind == "integer" else round(number, 2)


def persons(path: Path) -> Path:
    """Ten indicators of the global MPI, and income; weights of six decimals."""
    dice = random.Random(33)
    rows = []
    for number in range(PERSONS):
        village = dice.choice(VILLAGES)
        poverty = dice.random() ** 2
        rows.append({
            "household": f"h{number // 3:05}",
            "area": village,
            "province": village[:2],
            "class": dice.choice(["Rural", "Urban", None]) if dice.random() < 0.9 else "Urban",
            "sex": dice.choice(["male", "female"]),
            "strata": int(village[:4]),
            "psu": int(village[6:]),
            "weight": round(dice.uniform(0.2, 900), 6),
            "income": None if dice.random() < 0.01 else round(dice.lognormvariate(8, 1), 2),
            **{name: None if dice.random() < 0.003 else int(dice.random() < poverty * share)
               for name, share in _SHARES.items()},
        })  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=1000)
    return path


_SHARES = {
    "nutrition": 0.5, "child_mortality": 0.2, "year_schooling": 0.6, "school_attendance": 0.3,
    "cooking_fuel": 0.9, "sanitation": 0.8, "drinking_water": 0.5, "electricity": 0.2,
    "housing": 0.6, "assets": 0.5,
}  # fmt: skip
