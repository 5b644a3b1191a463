"""Capitals, X, levels, completeness and change, from the snapshot to the rows of scores."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
import yaml

from tests.methods.snapshots import visit, write
from tests.rules import rulebooks
from wattana.engines import DuckDB
from wattana.kernel.problems import Conflict
from wattana.methods import five_capitals
from wattana.methods.five_capitals import queries
from wattana.rules import codebook as codebooks
from wattana.rules import parameters
from wattana.rules.measures import Measure, load_measure, read_measure

MEASURE = load_measure("five_capitals")
CAPITALS = ("human", "physical", "financial", "natural", "social")
NUMBERS = [f"expense__{one}" for one in ("food", "goods", "utilities", "education", "medical")]


def assessed(folder: Path, visits: list[dict[str, Any]], measure: Measure = MEASURE):
    """The rows of an assessment."""
    source = write(folder / "snapshot", visits)
    return pq.read_table(five_capitals.assess(DuckDB(), source, folder, measure)).to_pylist()


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Measure:
    """The same measure with one indicator a capital: a number that is answered as such."""
    root = rulebooks.copy(tmp_path_factory.mktemp("plain"))
    file = root / "measures" / "five_capitals.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    for capital, name in zip(content["capitals"], NUMBERS, strict=True):
        first = capital["indicators"][0] | {"expression": name, "reason": {"th": "-", "en": "-"}}
        first.pop("applies", None)
        capital["indicators"] = [first]
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return read_measure("five_capitals", root, codebooks.load(), parameters.load())


def capitals(*means: float | None) -> dict[str, Any]:
    return dict(zip(NUMBERS, means, strict=True))


@pytest.mark.parametrize(
    ("means", "score", "level"),
    [
        # 20 provinces, published overall 2.01; Sisaket 2569, published 1.97 (domain reference 4.3)
        ((2.45, 2.22, 1.92, 1.80, 1.66), 2.01, 2),
        ((2.56, 2.29, 1.96, 1.88, 1.13), 1.964, 2),
        ((1, 1, 1, 1, 1), 1, 1),
        ((1.75, 1.75, 1.75, 1.75, 1.75), 1.75, 2),
        ((2.5, 2.5, 2.5, 2.5, 2.5), 2.5, 3),
        ((1, 4, 2.5, 3.5, 1.5), 2.5, 3),
        ((3.25, 3.25, 3.25, 3.25, 3.25), 3.25, 4),
        ((4, 4, 4, 4, 4), 4, 4),
        ((2.1, 2.3, 2.6, 2.7, 2.8), 2.5, 3),  # 12.5 / 5, whatever floats make of the sum
    ],
)
def test_x_is_the_plain_mean_of_the_five_capitals(tmp_path, plain, means, score, level):
    row = assessed(tmp_path, [visit(answers=capitals(*means))], plain)[0]
    assert (row["score"], row["level"]) == (score, level)
    assert [row[code] for code in CAPITALS] == list(means)


@pytest.mark.parametrize("cut", [1.75, 2.5, 3.25])
def test_a_score_on_a_cut_point_follows_the_boundary_rule(tmp_path, plain, cut):
    lower = replace(plain, settings=replace(plain.settings, boundary_rule="lower"))
    visits = [visit(answers=capitals(*[cut] * 5))]
    above = assessed(tmp_path, visits, plain)[0]
    below = assessed(tmp_path, visits, lower)[0]
    assert above["level"] == below["level"] + 1
    assert above["natural_level"] == below["natural_level"] + 1


def test_without_all_five_capitals_there_is_no_x_unless_the_setting_says_so(tmp_path, plain):
    visits = [visit(answers=capitals(2, 2, None, 2, 4))]
    strict = assessed(tmp_path, visits, plain)[0]
    assert (strict["score"], strict["level"], strict["capitals_used"]) == (None, None, 4)
    loose = replace(plain, settings=replace(plain.settings, minimum_capitals=4))
    row = assessed(tmp_path, visits, loose)[0]
    assert (row["score"], row["level"], row["capitals_used"]) == (2.5, 3, 4)


def test_a_missing_answer_is_no_score_and_is_counted_as_missing(tmp_path):
    row = assessed(tmp_path, [visit(answers={"home_condition": "strong"}, persons=[{"age": 40}])])[
        0
    ]
    assert row["P2"] == 4
    assert (row["physical"], row["physical_n_used"], row["physical_n_all"]) == (4, 1, 8)
    assert row["natural"] is None and row["natural_level"] is None and row["natural_n_used"] == 0
    assert row["score"] is None
    # H2 does not apply (nobody of 3–18), nobody knows yet what is due (H6)
    assert row["completeness"] == pytest.approx(1 / 36, abs=1e-6)


def test_what_does_not_apply_is_left_out_of_mean_and_completeness(tmp_path):
    without = {
        "land_tenure": ["none"],
        "subsistence_use": False,
        "income_use": False,
        "home_hazards": ["none"],
    }
    row = assessed(tmp_path, [visit(answers=without)])[0]
    assert [row[code] for code in ("N1", "N5", "N6", "N7")] == [1, 1, 1, 4]
    assert [row[code] for code in ("N2", "N3", "N4", "N8")] == [None] * 4
    assert (row["natural"], row["natural_n_used"], row["natural_n_all"]) == (1.75, 4, 4)
    assert row["natural_level"] == 2


def test_whether_it_applies_may_be_unknown_and_then_it_counts_as_unanswered(tmp_path):
    row = assessed(tmp_path, [visit(persons=[{"age": None, "education_max": "primary"}])])[0]
    assert row["H1"] is None
    assert row["human_n_all"] == 6


def test_a_household_without_persons_has_no_human_capital(tmp_path):
    row = assessed(tmp_path, [visit(answers={"home_condition": "strong"})])[0]
    assert row["human"] is None and row["human_n_used"] == 0
    assert row["physical"] == 4


def rounds(*means: float | None, name: str = "A") -> list[dict[str, Any]]:
    """A household whose five capitals have one and the same score in each round."""
    return [
        visit(name, capitals(*[one] * 5), year=2022 + n, latest=n == len(means) - 1)
        for n, one in enumerate(means)
    ]


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (2, 2.06, "unchanged"),
        (2, 2.07, "improved"),
        (2, 1.94, "unchanged"),
        (2, 1.93, "declined"),
        (2, 2, "unchanged"),
        (None, 2, None),
        (2, None, None),
    ],
)
def test_change_has_a_dead_band(tmp_path, plain, before, now, change):
    first, second = assessed(tmp_path, rounds(before, now), plain)
    assert first["change"] is None and first["human_change"] is None
    assert second["change"] == change
    assert [second[f"{code}_change"] for code in CAPITALS] == [change] * 5


def test_change_compares_with_the_round_before_of_the_same_household(tmp_path, plain):
    visits = [
        *rounds(1, 3, 2),
        visit("B", capitals(*[3] * 5), year=2023, round=2),
        visit("B", capitals(*[1] * 5), year=2023, round=1),
    ]
    rows = assessed(tmp_path, visits, plain)
    found = [(one["household"], one["year"], one["round"], one["change"]) for one in rows]
    assert found == [
        ("A", 2022, 1, None),
        ("A", 2023, 1, "improved"),
        ("A", 2024, 1, "declined"),
        ("B", 2023, 1, None),
        ("B", 2023, 2, "improved"),
    ]


def test_each_capital_changes_by_itself(tmp_path, plain):
    visits = [
        visit(answers=capitals(1, 2, 3, 2, 2), year=2023, latest=False),
        visit(answers=capitals(2, 2, 2, 2, None), year=2024),
    ]
    row = assessed(tmp_path, visits, plain)[1]
    changes = [row[f"{code}_change"] for code in CAPITALS]
    assert changes == ["improved", "unchanged", "declined", "unchanged", None]


def test_the_poverty_line_is_that_of_the_survey(tmp_path):
    persons = [{"age": 40, "income_month": 3050}]
    visits = [
        visit("A", persons=persons, on=dt.date(2023, 12, 31)),
        visit("B", persons=persons, on=dt.date(2024, 1, 1)),
        visit("C", persons=persons, on=None),
    ]
    assert [one["H4"] for one in assessed(tmp_path, visits)] == [2, 1, None]


def test_rows_come_in_the_order_of_areas_whatever_the_order_of_the_snapshot(tmp_path, plain):
    visits = [
        visit(f"{area}-{n}", capitals(2, 2, 2, 2, n % 4 + 1), area=area)
        for area in ("33010301", "33010302", "33012201")
        for n in range(5)
    ]
    straight = assessed(tmp_path, visits, plain)
    random.Random(7).shuffle(visits)
    assert assessed(tmp_path, visits, plain) == straight
    assert [one["area"] for one in straight] == sorted(one["area"] for one in straight)


def test_the_order_of_the_persons_changes_nothing(tmp_path):
    persons = [
        {"age": n, "income_month": n * 100.1, "health": state, "education_max": "primary"}
        for n, state in enumerate(["normal", "chronic", "bedridden", "normal", "self_reliant"] * 4)
    ]
    one = assessed(tmp_path, [visit(persons=persons)])
    other = assessed(tmp_path, [visit(persons=persons[::-1])])
    assert one == other


def test_the_summary_is_of_the_latest_visits(tmp_path, plain):
    visits = [*rounds(1, 2), *rounds(3, 4, name="B"), *rounds(None, name="C")]
    source = write(tmp_path / "snapshot", visits)
    engine = DuckDB()
    scores = five_capitals.assess(engine, source, tmp_path, plain)
    assert five_capitals.summary(engine, scores, plain) == {
        "households": 3,
        "scored": 2,
        "mean": 3,
        "capitals": dict.fromkeys(CAPITALS, 3),
        "levels": {1: 0, 2: 1, 3: 0, 4: 1},
        "completeness": pytest.approx(2 / 3, abs=1e-6),
    }


def test_a_snapshot_of_another_codebook_is_refused(tmp_path):
    source = write(tmp_path / "snapshot", [visit()])
    table = pq.read_table(source / "households.parquet").drop_columns(["home_condition"])
    pq.write_table(table, source / "households.parquet")
    with pytest.raises(Conflict, match="lacks home_condition"):
        five_capitals.assess(DuckDB(), source, tmp_path, MEASURE)
    assert not (tmp_path / "scores.parquet").exists()


def test_the_columns_have_the_types_that_others_build_on(tmp_path):
    source = write(tmp_path / "snapshot", [visit(persons=[{"age": 40}])])
    path = five_capitals.assess(DuckDB(), source, tmp_path, MEASURE)
    schema = pq.read_schema(path)
    codes = [one.code for one in MEASURE.indicators]
    for name in (*codes, *CAPITALS, "score", "completeness"):
        assert schema.field(name).type == pa.float64(), name
    for name in ("level", "capitals_used", *(f"{code}_n_used" for code in CAPITALS)):
        assert pa.types.is_integer(schema.field(name).type), name
    assert sorted(one.name for one in tmp_path.iterdir()) == ["scores.parquet", "snapshot"]


@pytest.mark.parametrize("sql", [queries.scores_sql(MEASURE), queries.changes_sql(MEASURE)])
def test_the_statements_can_be_written_for_spark(sql):
    written = sqlglot.transpile(sql, read="duckdb", write="spark")
    assert len(written) == 1 and sqlglot.parse_one(written[0], dialect="spark")
