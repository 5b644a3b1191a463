"""Facts worked out from a snapshot are the columns that the measure files ask for."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from tests.methods import snapshots
from wattana.engines import DuckDB
from wattana.methods import facts, money, ratios
from wattana.methods.survey import Design
from wattana.rules.facts import take_facts
from wattana.rules.files import RULEBOOK, read_lined

FARM = {"farm_income__crops": 60_000, "farm_income__livestock": 0, "farm_income__fishery": 0}
COST = {"farm_cost__crops": 0, "farm_cost__livestock": 0, "farm_cost__fishery": 0}
MONEY = {**FARM, **COST, "nonfarm_income": 0, "nonfarm_cost": 0, "remittances": 0}
FARMER = {
    "relation": "head", "age": 50, "work_status": "working", "occupations": ["crops"],
    "welfare": ["none"], "farmer_registered": False, "disability": "none", "health": "normal",
}  # fmt: skip
CHILD = {
    "relation": "child", "age": 10, "work_status": "not_working", "welfare": ["none"],
    "disability": "none", "health": "normal",
}  # fmt: skip


def figures(folder, name, visits, design=None):
    snapshot = snapshots.write(folder / "snapshot", visits)
    engine = DuckDB(memory_limit="256MB", threads=1)
    file = RULEBOOK / "measures" / f"{name}.yaml"
    table = read_lined(file)
    unit = str(table.raw["unit"])
    facts.write(engine, snapshot, take_facts(table, unit), unit, folder / "facts.parquet")
    engine.tables({"facts": folder / "facts.parquet"})
    measure = ratios.read(read_lined(file), engine.columns("facts"))
    return [one.as_json() for one in ratios.figures(engine, "facts", measure, design or Design())]


def test_a_farming_household_on_no_register_is_fragile(tmp_path):
    visits = [
        snapshots.visit("A", {**MONEY, "home_condition": "strong", "home_tenure": "own"},
                        [FARMER, CHILD]),
        snapshots.visit("B", MONEY, [{**FARMER, "farmer_registered": True,
                                      "welfare": ["welfare_card"]}, CHILD]),
    ]  # fmt: skip
    whole = figures(tmp_path, "fragile_cdd", visits)[0]["figures"]
    assert (whole["fragile"]["n"], whole["fragile"]["count"]) == (2, 1)
    assert whole["farmer_not_registered"]["count"] == 1
    assert whole["poor_without_card"]["count"] == 1  # 30,000 a head and no card


def test_dependants_are_counted_once_each(tmp_path):
    old_and_disabled = {**FARMER, "age": 80, "disability": "with_card"}
    visits = [snapshots.visit("A", MONEY, [old_and_disabled, CHILD])]
    figures(tmp_path, "fragile_msdhs", visits)
    assert pq.read_table(tmp_path / "facts.parquet")["dependants"].to_pylist() == [2]


def test_persons_come_with_the_area_of_their_household(tmp_path):
    visits = [
        snapshots.visit("A", {}, [FARMER, CHILD], area="33010301"),
        snapshots.visit("B", {}, [FARMER, {**CHILD, "age": 70}], area="33020101"),
    ]
    found = figures(tmp_path, "dependency_ratio", visits, Design(by=(("area",),)))
    assert [one["group"] for one in found] == [{}, {"area": "33010301"}, {"area": "33020101"}]
    assert [one["figures"]["old_age"]["value"] for one in found] == [50, 0, 100]


def test_incomes_of_a_snapshot_meet_the_line_of_their_year(tmp_path):
    visits = [
        snapshots.visit("A", MONEY, [FARMER, CHILD], year=2024),  # 60,000 / 2 / 12 = 2,500
        snapshots.visit("B", {**MONEY, "remittances": 60_000}, [FARMER, CHILD], year=2024),
    ]
    snapshot = snapshots.write(tmp_path / "snapshot", visits)
    engine = DuckDB(memory_limit="256MB", threads=1)
    file = RULEBOOK / "measures" / "money_poverty.yaml"
    out = tmp_path / "facts.parquet"
    facts.write(engine, snapshot, take_facts(read_lined(file), "household"), "household", out)
    engine.tables({"facts": out})
    measure = money.read(read_lined(file), engine.columns("facts"))
    whole = money.figures(engine, "facts", measure, Design())[0].as_json()
    assert (whole["population"], whole["H"], whole["line"]) == (4, 0.5, 3078)
    assert whole["gap"] == pytest.approx((3078 - 2500) / 3078 / 2)
    assert whole["sources"]["farm"]["share"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", ["fragile_cdd", "fragile_msdhs"])
def test_an_unanswered_household_is_unknown_not_safe(tmp_path, name):
    visits = [snapshots.visit("A", {}, [{"relation": "head", "age": 40}])]
    assert figures(tmp_path, name, visits)[0]["figures"]["fragile"]["n"] == 0
