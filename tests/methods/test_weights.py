"""Weights of indicators and capitals, and what another scheme would do to the levels of a run."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.methods.snapshots import visit, write
from wattana.engines import DuckDB
from wattana.kernel.problems import Invalid
from wattana.methods import five_capitals
from wattana.rules import codebook as codebooks
from wattana.rules import parameters
from wattana.rules.files import Table
from wattana.rules.measures import Measure, load_measure, measure_of

SHIPPED = load_measure("five_capitals")
HOME = {  # P1 4, P2 1, P5 2.5: no other indicator of the capital has a score
    "home_tenure": "own",
    "home_mortgage": "none",
    "home_condition": "dilapidated",
    "road_home": "seasonal",
}


def changed(change: Callable[[dict[str, Any]], None]) -> Measure:
    """The shipped measure with a change to its definitions."""
    definitions = copy.deepcopy(dict(SHIPPED.definitions))
    change(definitions)
    table = Table(definitions, "scheme")
    return measure_of("five_capitals", table, codebooks.load(), parameters.load())


def capital(definitions: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in definitions["capitals"] if one["code"] == code)


def weigh(**weights: float) -> Callable[[dict[str, Any]], None]:
    """Give weights to indicators by code, or to capitals."""

    def change(definitions: dict[str, Any]) -> None:
        for one in definitions["capitals"]:
            for part in (one, *one["indicators"]):
                if part["code"] in weights:
                    part["weight"] = weights[part["code"]]

    return change


def assessed(folder: Path, visits: list[dict[str, Any]], measure: Measure):
    source = write(folder / "snapshot", visits)
    return pq.read_table(five_capitals.assess(DuckDB(), source, folder, measure)).to_pylist()


def test_an_indicator_counts_as_much_as_its_weight_says(tmp_path):
    row = assessed(tmp_path, [visit(answers=HOME)], changed(weigh(P1=3, P5=2)))[0]
    assert row["physical"] == pytest.approx((3 * 4 + 1 + 2 * 2.5) / 6, abs=1e-6)
    assert (row["physical_n_used"], row["physical_n_all"]) == (3, 8)


def test_a_weight_of_zero_leaves_the_indicator_out_of_mean_and_completeness(tmp_path):
    row = assessed(tmp_path, [visit(answers=HOME)], changed(weigh(P1=0)))[0]
    assert row["physical"] == 1.75 and row["P1"] == 4
    assert (row["physical_n_used"], row["physical_n_all"]) == (2, 7)


def test_equal_weights_are_the_plain_mean_to_the_last_bit(tmp_path):
    seven = dict.fromkeys([one.code for one in SHIPPED.indicators], 7)
    people = [{"age": 40, "education_max": "primary"}]
    visits = [visit(answers=HOME | {"subsistence_use": False}, persons=people)]
    for name in ("shipped", "same"):
        (tmp_path / name).mkdir()
    plain = assessed(tmp_path / "shipped", visits, SHIPPED)
    assert assessed(tmp_path / "same", visits, changed(weigh(**seven))) == plain


def test_capitals_may_weigh_differently(tmp_path):
    def change(definitions: dict[str, Any]) -> None:
        definitions["settings"]["minimum_capitals"] = 2
        weigh(physical=3)(definitions)

    answers = HOME | {"land_tenure": ["deed"]}  # natural capital: N1 4, the others unanswered
    row = assessed(tmp_path, [visit(answers=answers)], changed(change))[0]
    assert (row["physical"], row["natural"]) == (2.5, 4)
    assert row["score"] == pytest.approx((3 * 2.5 + 4) / 4, abs=1e-6)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ({"P1": -1}, "scheme, physical, P1: the weight has to lie between 0 and 100"),
        ({"P1": 101}, "between 0 and 100"),
        ({"P1": "much"}, "P1: “weight” has to be a number"),
        ({"P1": float("nan")}, "between 0 and 100"),
        ({"physical": 0}, "physical: a capital and one of its indicators need a weight above 0"),
        (dict.fromkeys(["E1", "E2", "E3", "E4", "E5"], 0), "financial: a capital and one"),
    ],
)
def test_a_weight_that_cannot_be_is_refused_by_its_place(weights, says):
    with pytest.raises(Invalid, match=says):
        changed(weigh(**weights))


def test_weights_make_other_definitions():
    assert changed(weigh(P1=2)).definitions_hash != SHIPPED.definitions_hash
    assert changed(lambda definitions: None).definitions_hash == SHIPPED.definitions_hash


PEOPLE = [{"age": 40, "education_max": "primary", "health": "normal", "work_status": "working"}]


def full(name: str, condition: str, area: str = "33010301", **more: Any) -> dict[str, Any]:
    """A household with a score in each capital."""
    answers = HOME | {
        "home_condition": condition,
        "savings": None,
        "debt_sources": ["none"],
        "no_debt_reason": "no_need",
        "land_tenure": ["none"],
        "mutual_help": "none",
    }
    answers.pop("savings")
    return visit(name, answers, PEOPLE, area=area, **more)


def stricter(definitions: dict[str, Any]) -> None:
    """A sound home counts little, and the lowest level reaches further."""
    physical = capital(definitions, "physical")
    home = next(one for one in physical["indicators"] if one["code"] == "P2")
    home["expression"] = "1"
    home["reason"] = {"th": "-", "en": "-"}
    definitions["settings"]["cut_points"] = [2.3, 2.5, 3.25]


VISITS = [
    full("A", "strong"),
    full("B", "dilapidated"),
    full("C", "moderate", "33010501", latest=False),
    full("C", "strong", "33010501", year=2025),
    visit("D", {"home_condition": "strong"}, PEOPLE),
]


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> tuple[Path, list[dict[str, Any]]]:
    """The folder of a run of the shipped scheme, and its rows."""
    folder = tmp_path_factory.mktemp("before")
    return folder, assessed(folder, VISITS, SHIPPED)


@pytest.mark.parametrize(
    "change",
    [
        stricter,
        weigh(P1=5, E4=0.5),
        weigh(physical=4),
        lambda definitions: definitions["settings"].update(minimum_capitals=3),
        lambda definitions: None,
    ],
)
def test_a_trial_says_what_a_run_would_find(tmp_path, before, change):
    """Moves are computed from stored scores; a full run of the other scheme is the oracle."""
    folder, old = before
    after = changed(change)
    new = assessed(tmp_path, VISITS, after)
    expected: dict[tuple[str, int | None, int | None], int] = {}
    for was, now in zip(old, new, strict=True):
        if was["latest"]:
            key = was["area"][:6], was["level"], now["level"]
            expected[key] = expected.get(key, 0) + 1
    found = five_capitals.moves(
        DuckDB(),
        folder / "snapshot",
        folder / "scores.parquet",
        SHIPPED,
        after,
    )
    assert {(one.tambon, one.before, one.after): one.households for one in found} == expected
    assert sum(one.households for one in found) == 4
