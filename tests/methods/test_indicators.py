# ruff: noqa: E501  (tables of cases read best with one case a line)
"""Each indicator worked out by hand at its boundaries, through the snapshot and for one household."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.methods.snapshots import visit, write
from wattana.engines import DuckDB
from wattana.methods import five_capitals
from wattana.rules import codebook as codebooks
from wattana.rules.measures import load_measure

MEASURE = load_measure("five_capitals")
BOOK = codebooks.load()
LINE = 3078  # baht per person and month on 1 May 2024


def lines(family: str, value: Any, **others: Any) -> dict[str, Any]:
    """The same answer on every line of a table, but for some."""
    return {one.name: others.get(one.item, value) for one in BOOK.families[family]}


def income(net: float, **more: Any) -> dict[str, Any]:
    """A net yearly income, from farming."""
    return {
        **lines("farm_income", 0, crops=net + 1000),
        **lines("farm_cost", 0, crops=1000),
        "nonfarm_income": 0,
        "nonfarm_cost": 0,
        "remittances": 0,
    } | more


def spent(month: float) -> dict[str, Any]:
    return lines("expense", 0, food=month)


def owed(amount: float, *, to: str = "baac", default: bool | None = False, year: float = 100_000):
    debt = {"debt_sources": [to], f"debt_outstanding__{to}": amount, f"debt_default__{to}": default}
    return {**income(year), **debt}


def educated(*pairs: tuple[int, str | None]) -> list[dict[str, Any]]:
    return [{"age": age, "education_max": level} for age, level in pairs]


def schooled(*pairs: tuple[int | None, str | None]) -> list[dict[str, Any]]:
    return [{"age": age, "education_status": status} for age, status in pairs]


def worker(
    work: str | None, skills: list[str] | None, jobs: list[str] | None = None, age: int | None = 30
):
    return {"age": age, "work_status": work, "skills": skills, "occupations": jobs}


def paid(*incomes: float | None, age: int = 40) -> list[dict[str, Any]]:
    return [{"age": age, "income_month": one} for one in incomes]


def sick(*states: str | None) -> list[dict[str, Any]]:
    return [{"health": state} for state in states]


ONE = [{"age": 40}]
LAND = {"land_tenure": ["deed"]}
NO_LAND = {"land_tenure": ["none"]}
DRY = {"tap_water": False, "other_water": "not_used", "bought_water": False}
POWER = {"electricity": "metered", "mobile_phone": "internet"}


def hazard(where: str, frequency: str | None, response: str | None, kind: str = "flood"):
    return {
        f"{where}_hazards": [kind],
        f"{where}_hazard_frequency__{kind}": frequency,
        f"{where}_hazard_response__{kind}": response,
    }


TWO_HAZARDS = {
    **hazard("home", "once", "recovery"),
    **hazard("home", "often", "none", "drought"),
    "home_hazards": ["flood", "drought"],
}


def grouped(*members: str, help_: str | None = None):
    helps = {f"group_help__{one}": help_ for one in members}
    return {**lines("group_member", False, **dict.fromkeys(members, True)), **helps}


def active(level: str, frequency: str | None = None, kind: str = "religion"):
    return {
        **lines("activity_level", "none", **{kind: level}),
        f"activity_frequency__{kind}": frequency,
    }


CASES: list[tuple[str, dict[str, Any], list[dict[str, Any]], float | None]] = [
    # H1: mean over members of 15 and over: never/below primary 1, primary 2, … vocational 3, above 4
    ("H1", {}, educated((40, "never")), 1),
    ("H1", {}, educated((40, "below_primary")), 1),
    ("H1", {}, educated((40, "primary")), 2),
    ("H1", {}, educated((40, "lower_secondary")), 3),
    ("H1", {}, educated((40, "vocational")), 3),
    ("H1", {}, educated((40, "diploma")), 4),
    ("H1", {}, educated((40, "postgraduate")), 4),
    ("H1", {}, educated((40, "primary"), (15, "vocational")), 2.5),
    ("H1", {}, educated((40, "primary"), (14, "vocational")), 2),
    ("H1", {}, educated((40, "primary"), (20, None)), 2),
    ("H1", {}, educated((40, "primary"), (20, "religious")), 2),
    ("H1", {}, educated((40, "religious")), None),
    ("H1", {}, educated((40, None)), None),
    ("H1", {}, educated((14, "primary")), None),
    # H2: members of 3–18: dropped out 1, at times 2.5, regular 4
    ("H2", {}, schooled((10, "dropped_out")), 1),
    ("H2", {}, schooled((10, "irregular")), 2.5),
    ("H2", {}, schooled((3, "regular")), 4),
    ("H2", {}, schooled((18, "regular"), (10, "dropped_out")), 2.5),
    ("H2", {}, schooled((19, "dropped_out"), (10, "regular")), 4),
    ("H2", {}, schooled((2, "regular")), None),
    ("H2", {}, schooled((10, None)), None),
    ("H2", {}, schooled((None, "regular")), None),
    # H3: members of 15–59: neither 1, one of both 2, both 3, both with two jobs or a regular wage 4
    ("H3", {}, [worker("unemployed", ["none"])], 1),
    ("H3", {}, [worker("not_working", ["craft"])], 2),
    ("H3", {}, [worker("working", ["none"], ["crops"])], 2),
    ("H3", {}, [worker("working", ["crops"], ["crops"])], 3),
    ("H3", {}, [worker("working", ["crops"], ["crops", "livestock"])], 4),
    ("H3", {}, [worker("working", ["craft"], ["private_employee"])], 4),
    ("H3", {}, [worker("working", ["craft"], ["civil_servant"])], 4),
    ("H3", {}, [worker("working", ["craft"], ["general_labour"])], 3),
    ("H3", {}, [worker("working", ["none"], ["civil_servant"])], 2),
    ("H3", {}, [worker("working", ["crops"], None)], None),
    ("H3", {}, [worker("working", None, ["crops"])], None),
    ("H3", {}, [worker("unemployed", ["none"]), worker("working", ["crops"], ["crops"], 59)], 2),
    (
        "H3",
        {},
        [worker("working", ["crops"], ["crops"]), worker("unemployed", ["none"], None, 60)],
        3,
    ),
    ("H3", {}, [worker("working", ["crops"], ["crops"], 14)], None),
    # H4: income per head against the line: below 1, below 1.5 lines 2, below 2.5 lines 3, else 4
    ("H4", {}, paid(LINE - 1), 1),
    ("H4", {}, paid(LINE), 2),
    ("H4", {}, paid(1.5 * LINE - 1), 2),
    ("H4", {}, paid(1.5 * LINE), 3),
    ("H4", {}, paid(2.5 * LINE - 1), 3),
    ("H4", {}, paid(2.5 * LINE), 4),
    ("H4", {}, paid(LINE, LINE), 2),
    ("H4", {}, [*paid(2 * LINE), {"age": 5}], 2),
    ("H4", {}, paid(0), 1),
    ("H4", {}, paid(LINE, None), None),
    ("H4", {}, [{"income_month": LINE}], None),
    # H5: half the lowest, half the mean; bedridden 1, ill but self-reliant 2, chronic 3, normal 4
    ("H5", {}, sick("bedridden"), 1),
    ("H5", {}, sick("self_reliant"), 2),
    ("H5", {}, sick("chronic"), 3),
    ("H5", {}, sick("normal"), 4),
    ("H5", {}, sick("bedridden", "normal"), 1.75),
    ("H5", {}, sick("chronic", "normal", "normal"), 3.333333),
    ("H5", {}, sick("normal", None), 4),
    ("H5", {}, sick(None), None),
    # H6: rights received out of rights due; unknown while they are, not applicable without any
    ("H6", {}, sick("normal"), None),
    ("H6", {"rights_due": 0, "rights_received": 0}, [], None),
    ("H6", {"rights_due": 2, "rights_received": 0}, [], 1),
    ("H6", {"rights_due": 2, "rights_received": 1}, [], 2.5),
    ("H6", {"rights_due": 3, "rights_received": 3}, [], 4),
    # P1
    ("P1", {"home_tenure": "none"}, [], 1),
    ("P1", {"home_tenure": "with_others"}, [], 2),
    ("P1", {"home_tenure": "on_others_land"}, [], 2),
    ("P1", {"home_tenure": "rented"}, [], 3),
    ("P1", {"home_tenure": "own", "home_mortgage": "institution"}, [], 3),
    ("P1", {"home_tenure": "own", "home_mortgage": "informal"}, [], 3),
    ("P1", {"home_tenure": "own", "home_mortgage": "none"}, [], 4),
    ("P1", {"home_tenure": "own"}, [], None),
    ("P1", {}, [], None),
    # P2
    ("P2", {"home_condition": "dilapidated"}, [], 1),
    ("P2", {"home_condition": "moderate"}, [], 2.5),
    ("P2", {"home_condition": "strong"}, [], 4),
    ("P2", {"home_condition": "other"}, [], None),
    # P3: equal to the cut points of the levels
    ("P3", lines("hygiene", False), [], 1),
    ("P3", lines("hygiene", False, tidy=True), [], 1.75),
    ("P3", lines("hygiene", True, tidy=False, toilet=False), [], 2.5),
    ("P3", lines("hygiene", True, tidy=False), [], 3.25),
    ("P3", lines("hygiene", True), [], 4),
    ("P3", lines("hygiene", True, tidy=None), [], None),
    # P4: mean of electricity, water and telephone
    ("P4", {**POWER, "tap_water": True}, [], 4),
    ("P4", {"electricity": "none", "mobile_phone": "none", **DRY}, [], 1),
    (
        "P4",
        {"electricity": "shared", "mobile_phone": "no_internet", **DRY, "other_water": "enough"},
        [],
        2.666667,
    ),
    ("P4", {**POWER, **DRY, "other_water": "not_enough"}, [], 3.333333),
    ("P4", {**POWER, **DRY, "bought_water": True}, [], 3.333333),
    ("P4", {**POWER, **DRY}, [], 3),
    ("P4", {**POWER, "tap_water": False}, [], None),
    ("P4", {"electricity": "metered", "tap_water": True}, [], None),
    # P5
    ("P5", {"road_home": "none"}, [], 1),
    ("P5", {"road_home": "seasonal"}, [], 2.5),
    ("P5", {"road_home": "usable"}, [], 4),
    ("P5", {}, [], None),
    # P6: none 1, one 2, two or three 3, four with an online or official one 4
    ("P6", {"news_channels": ["none"]}, [], 1),
    ("P6", {"news_channels": ["radio"]}, [], 2),
    ("P6", {"news_channels": ["radio", "television"]}, [], 3),
    ("P6", {"news_channels": ["radio", "television", "website"]}, [], 3),
    ("P6", {"news_channels": ["radio", "television", "print", "neighbour"]}, [], 3),
    ("P6", {"news_channels": ["radio", "television", "print", "officer"]}, [], 4),
    ("P6", {"news_channels": ["radio", "television", "print", "social_media"]}, [], 4),
    ("P6", {}, [], None),
    # P7
    ("P7", {"livelihood_channels": ["none"]}, [], 1),
    ("P7", {"livelihood_channels": ["meeting"]}, [], 2),
    ("P7", {"livelihood_channels": ["meeting", "radio", "print"]}, [], 3),
    ("P7", {"livelihood_channels": ["meeting", "radio", "print", "website"]}, [], 4),
    ("P7", {"news_channels": ["meeting"]}, [], None),
    # P8
    ("P8", {"digital_welfare": False, "digital_income": False}, [], 1),
    ("P8", {"digital_welfare": True, "digital_income": False}, [], 2.5),
    ("P8", {"digital_welfare": True, "digital_income": True}, [], 4),
    ("P8", {"digital_welfare": True}, [], None),
    # E1: net income per head against twelve lines, as H4
    ("E1", income(12 * LINE - 1), ONE, 1),
    ("E1", income(12 * LINE), ONE, 2),
    ("E1", income(18 * LINE - 1), ONE, 2),
    ("E1", income(18 * LINE), ONE, 3),
    ("E1", income(30 * LINE - 1), ONE, 3),
    ("E1", income(30 * LINE), ONE, 4),
    ("E1", income(30 * LINE), ONE * 2, 2),
    ("E1", income(0, remittances=12 * LINE), ONE, 2),
    ("E1", income(0, nonfarm_income=12 * LINE, nonfarm_cost=1), ONE, 1),
    ("E1", income(-5000), ONE, 1),
    ("E1", income(12 * LINE, remittances=None), ONE, None),
    ("E1", income(12 * LINE), [], None),
    # E2: expense out of net income
    ("E2", {**income(12_000), **spent(1001)}, ONE, 1),
    ("E2", {**income(12_000), **spent(1000)}, ONE, 2),
    ("E2", {**income(12_000), **spent(900)}, ONE, 2),
    ("E2", {**income(12_000), **spent(899)}, ONE, 3),
    ("E2", {**income(12_000), **spent(700)}, ONE, 3),
    ("E2", {**income(12_000), **spent(699)}, ONE, 4),
    ("E2", {**income(-1000), **spent(10)}, ONE, 1),
    ("E2", {**income(12_000), **lines("expense", None, food=100)}, ONE, None),
    ("E2", spent(100), ONE, None),
    # E3: savings in months of expense
    ("E3", {**lines("saving", 0), **spent(1000)}, [], 1),
    ("E3", {**lines("saving", 0, cash=999), **spent(1000)}, [], 2),
    ("E3", {**lines("saving", 0, cash=1000), **spent(1000)}, [], 3),
    ("E3", {**lines("saving", 500), **spent(1000)}, [], 3),
    ("E3", {**lines("saving", 500, cash=501), **spent(1000)}, [], 4),
    ("E3", {**lines("saving", None, cash=500), **spent(1000)}, [], None),
    # E4
    ("E4", owed(100, to="informal"), [], 1),
    ("E4", owed(100, default=True), [], 1),
    ("E4", owed(50_001), [], 2),
    ("E4", owed(50_000), [], 3),
    ("E4", owed(0.5, year=0), [], 2),
    ("E4", owed(100, default=None), [], None),
    ("E4", {"debt_sources": ["informal"]}, [], 1),
    ("E4", {"debt_sources": ["none"], "no_debt_reason": "no_collateral"}, [], 2),
    ("E4", {"debt_sources": ["none"], "no_debt_reason": "cannot_repay"}, [], 2),
    ("E4", {"debt_sources": ["none"], "no_debt_reason": "not_wanted"}, [], 4),
    ("E4", {"debt_sources": ["none"]}, [], None),
    (
        "E4",
        {"debt_sources": ["baac"], "debt_outstanding__baac": 5, "debt_default__baac": False},
        [],
        None,
    ),
    ("E4", {}, [], None),
    # E5
    ("E5", {"assets": ["none"]}, [], 1),
    ("E5", {"assets": ["motorcycle"]}, [], 2),
    ("E5", {"assets": ["motorcycle", "barn"]}, [], 3),
    ("E5", {"assets": ["motorcycle", "barn", "car"]}, [], 4),
    ("E5", {"assets": ["motorcycle", "barn", "car", "stall"]}, [], 4),
    ("E5", {}, [], None),
    # N1: the best of the household's land
    ("N1", NO_LAND, [], 1),
    ("N1", {"land_tenure": ["rented"]}, [], 2),
    ("N1", {"land_tenure": ["free_of_others"]}, [], 2),
    ("N1", {"land_tenure": ["tax_receipt", "rented"]}, [], 3),
    ("N1", {"land_tenure": ["documented"]}, [], 3),
    ("N1", {"land_tenure": ["deed", "rented"]}, [], 4),
    ("N1", {}, [], None),
    # N2 and N3, N4: only where there is land
    ("N2", {**LAND, "farm_water": "none"}, [], 1),
    ("N2", {**LAND, "farm_water": "rain"}, [], 2),
    ("N2", {**LAND, "farm_water": "natural"}, [], 3),
    ("N2", {**LAND, "farm_water": "irrigation"}, [], 4),
    ("N2", {**NO_LAND, "farm_water": "none"}, [], None),
    ("N2", {"farm_water": "rain"}, [], 2),
    ("N3", {**LAND, "land_problems": ["none"]}, [], 4),
    ("N3", {**LAND, "land_problems": ["water"]}, [], 3),
    ("N3", {**LAND, "land_problems": ["water", "soil"]}, [], 2),
    ("N3", {**LAND, "land_problems": ["water", "soil", "access"]}, [], 1),
    ("N3", {**LAND, "land_problems": ["water", "soil", "access", "other"]}, [], 1),
    ("N3", LAND, [], None),
    ("N3", {**NO_LAND, "land_problems": ["water"]}, [], None),
    ("N4", {**LAND, "road_land": "none"}, [], 1),
    ("N4", {**LAND, "road_land": "seasonal"}, [], 2.5),
    ("N4", {**LAND, "road_land": "usable"}, [], 4),
    ("N4", {**NO_LAND, "road_land": "none"}, [], None),
    # N5, N6
    ("N5", {"subsistence_use": False}, [], 1),
    ("N5", {"subsistence_use": True, "subsistence_season__first": "seasonal"}, [], 2.5),
    (
        "N5",
        {
            "subsistence_use": True,
            "subsistence_season__first": "seasonal",
            "subsistence_season__third": "all_year",
        },
        [],
        4,
    ),
    ("N5", {"subsistence_use": True, "subsistence_season__first": "other"}, [], None),
    ("N5", {"subsistence_use": True}, [], None),
    ("N6", {"income_use": False}, [], 1),
    ("N6", {"income_use": True, "income_season__second": "seasonal"}, [], 2.5),
    ("N6", {"income_use": True, "income_season__second": "all_year"}, [], 4),
    ("N6", {}, [], None),
    # N7, N8: not in an area 4; else the mean of frequency (reversed) and response, worst hazard
    ("N7", {"home_hazards": ["none"]}, [], 4),
    ("N7", hazard("home", "often", "none"), [], 1),
    ("N7", hazard("home", "never", "recovery"), [], 4),
    ("N7", hazard("home", "few", "state"), [], 2.25),
    ("N7", hazard("home", "once", "community"), [], 3.125),
    ("N7", hazard("home", "yearly", "none"), [], 1.375),
    ("N7", TWO_HAZARDS, [], 1),
    ("N7", hazard("home", "once", None), [], None),
    ("N7", {}, [], None),
    ("N8", {**LAND, "work_hazards": ["none"]}, [], 4),
    ("N8", {**LAND, **hazard("work", "few", "community", "drought")}, [], 2.75),
    ("N8", {**LAND, **hazard("work", "often", "none", "pests")}, [], 1),
    ("N8", {**NO_LAND, **hazard("work", "often", "none")}, [], None),
    # S1: none 1, member 2, some help 3, much help or two groups 4
    ("S1", grouped(), [], 1),
    ("S1", grouped("finance", help_="none"), [], 2),
    ("S1", grouped("finance", help_="some"), [], 3),
    ("S1", grouped("finance", help_="much"), [], 4),
    ("S1", grouped("finance", "social", help_="none"), [], 4),
    ("S1", grouped("finance", help_=None), [], None),
    ("S1", lines("group_member", False, finance=None), [], None),
    # S2: level × frequency of the best activity
    ("S2", lines("activity_level", "none"), [], 1),
    ("S2", active("decide", "always"), [], 4),
    ("S2", active("decide", "sometimes"), [], 2.5),
    ("S2", active("listen", "always"), [], 2),
    ("S2", active("opinion", "sometimes"), [], 2),
    ("S2", active("decide", "never"), [], 1),
    (
        "S2",
        {
            **active("listen", "always"),
            **{k: v for k, v in active("opinion", "always", "other").items() if "other" in k},
        },
        [],
        3,
    ),
    ("S2", {}, [], None),
    # S3–S10: four steps
    *(
        (code, {name: answer}, [], score)
        for code, name, steps in [
            ("S3", "mutual_help", ("none", "little", "fair", "much")),
            ("S4", "rule_making", ("none", "little", "fair", "much")),
            ("S5", "rule_following", ("none", "little", "fair", "much")),
            ("S6", "conflict_management", ("none", "little", "fair", "much")),
            ("S7", "knowledge_holders", ("none", "little", "fair", "much")),
            ("S8", "knowledge_used", ("never", "once", "sometimes", "often")),
            ("S9", "development_experience", ("never", "once", "sometimes", "often")),
            ("S10", "management_participation", ("never", "once", "sometimes", "often")),
        ]
        for answer, score in [*zip(steps, (1, 2, 3, 4), strict=True), (None, None)]
    ),
]
LABELS = [f"{case[0]}-{number}" for number, case in enumerate(CASES)]


@pytest.fixture(scope="module")
def assessed(tmp_path_factory) -> list[dict[str, Any]]:
    """Every case as a household of one snapshot, assessed once."""
    folder = tmp_path_factory.mktemp("cases")
    visits = [
        visit(f"{n:04}", answers, persons) for n, (_, answers, persons, _) in enumerate(CASES)
    ]
    scores = five_capitals.assess(DuckDB(), write(folder / "snapshot", visits), folder, MEASURE)
    return pq.read_table(scores).to_pylist()


@pytest.mark.parametrize("number", range(len(CASES)), ids=LABELS)
def test_the_score_is_the_one_worked_out_by_hand(assessed, number):
    code, answers, persons, wanted = CASES[number]
    row = assessed[number]
    assert row["household"] == f"{number:04}"
    assert row[code] == wanted
    told = five_capitals.explain(MEASURE, answers, persons, dt.date(2024, 5, 1))
    assert told.reason(code).score == wanted


def test_every_indicator_has_cases_with_every_kind_of_answer():
    for indicator in MEASURE.indicators:
        scores = {score for code, _, _, score in CASES if code == indicator.code}
        assert None in scores
        assert indicator.pending or {1, 4} <= scores, indicator.code


def test_one_household_is_explained_as_the_snapshot_scores_it(assessed):
    for row, (_, answers, persons, _) in zip(assessed, CASES, strict=True):
        for reason in five_capitals.explain(MEASURE, answers, persons, dt.date(2024, 5, 1)):
            assert row[reason.code] == reason.score, (row["household"], reason.code)


def test_nobody_scores_outside_one_to_four(assessed):
    codes = [one.code for one in MEASURE.indicators]
    assert {row[code] for row in assessed for code in codes if row[code] is not None}
    assert all(1 <= row[code] <= 4 for row in assessed for code in codes if row[code] is not None)
