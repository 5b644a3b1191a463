"""Measures of other kinds: TPMAP, shares and means, facts of a snapshot."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.methods.tpmap.survey import ROUND_31, ROUND_38
from tests.parity.comparing import alike
from tests.parity.populations import VILLAGES
from wattana.engines import Engine
from wattana.methods import facts, money, ratios, tpmap
from wattana.methods.survey import Design
from wattana.rules.facts import take_facts
from wattana.rules.files import RULEBOOK, read_lined

MEASURES = RULEBOOK / "measures"


def survey(path: Path, numbers: tuple[int, ...]) -> Path:
    dice = random.Random(31)
    rows = [
        {
            "household": f"h{number // 3}",
            "area": VILLAGES[number // 3 % len(VILLAGES)],
            "welfare_card": dice.choice(["มี", "ไม่มี", None]),
            **{f"bmn_{n}": dice.choice(["1"] * 12 + ["0", "-", None]) for n in numbers},
        }
        for number in range(900)
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize(
    ("name", "numbers", "design"),
    [("tpmap_31", ROUND_31, Design(psu="area")), ("tpmap_38", ROUND_38, Design())],
)
def test_tpmap_of_both_rounds(both, tmp_path, name, numbers, design):
    path = survey(tmp_path / "bmn.parquet", numbers)

    def figures(engine: Engine):
        engine.tables({"bmn": path})
        measure = tpmap.read(read_lined(MEASURES / f"{name}.yaml"), engine.columns("bmn"))
        return [one.as_json() for one in tpmap.figures(engine, "bmn", measure, design)]

    ours, theirs = both(figures)
    alike(ours, theirs)
    assert 0 < ours[0]["H"] < 1


@pytest.mark.parametrize("name", ["fragile_cdd", "fragile_msdhs", "dependency_ratio"])
def test_shares_and_means_of_facts_that_a_snapshot_gives(both, snapshot, tmp_path, name):
    def figures(engine: Engine):
        rows = tmp_path / f"{engine.name}.parquet"
        source = read_lined(MEASURES / f"{name}.yaml")
        unit = str(source.raw["unit"])
        facts.write(engine, snapshot, take_facts(source, unit), unit, rows)
        engine.tables({"facts": rows})
        measure = ratios.read(read_lined(MEASURES / f"{name}.yaml"), engine.columns("facts"))
        return [one.as_json() for one in ratios.figures(engine, "facts", measure, Design())]

    alike(*both(figures))
    alike(*(sorted_rows(tmp_path / f"{engine}.parquet") for engine in ("duckdb", "spark")))


def sorted_rows(path: Path) -> pa.Table:
    """Facts are ordered by area and household only: a household has several rounds."""
    table = pq.read_table(path)
    return table.sort_by([(name, "ascending") for name in table.column_names])


def test_poverty_in_money_and_inequality_by_source(both, persons, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nkind: money\nincome: income\nline: 2500\nsources:\n"
        "  - {name: half, amount: income / 2}\n  - {name: rest, amount: income - income / 2}\n",
        encoding="utf-8",
    )
    design = Design(by=(("province",),), weight="weight", strata="strata", psu="psu")

    def figures(engine: Engine):
        engine.tables({"persons": persons})
        measure = money.read(read_lined(file), engine.columns("persons"))
        return [one.as_json() for one in money.figures(engine, "persons", measure, design)]

    ours, theirs = both(figures)
    alike(ours, theirs)
    assert len(ours) == 3
