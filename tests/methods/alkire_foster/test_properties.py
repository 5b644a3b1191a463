"""What holds for every table and every measure."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import isclose

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.alkire_foster.made import engine_with, measure_of, yaml_of
from wattana.engines import DuckDB
from wattana.methods.alkire_foster import figures, masks_sql
from wattana.methods.alkire_foster.figures import GroupFigures
from wattana.methods.survey import Design

DIMENSIONS = {
    "one": {"a": "a = 1", "b": "b = 1"},
    "two": {"c": "c = 1", "d": "d = 1", "e": "e = 1"},
}
NAMES = [name for inner in DIMENSIONS.values() for name in inner]
ANSWERS = st.sampled_from([0, 1, 1, 0, None])
ROWS = st.lists(
    st.tuples(
        *[ANSWERS] * len(NAMES),
        st.sampled_from(["north", "south", "east"]),
        st.integers(1, 400).map(lambda n: n / 8),
        st.integers(1, 3),
    ),
    min_size=2,
    max_size=40,
)
HERE: list = []
NUMBERS = itertools.count()
CUTOFFS = st.sampled_from(["1/10", "1/4", "1/3", "1/2", "7/12", "1", "union"])


def table_of(rows) -> pa.Table:
    columns = dict(zip([*NAMES, "region", "w", "village"], zip(*rows, strict=True), strict=True))
    kinds = {"region": pa.string(), "w": pa.float64()}
    return pa.table({name: pa.array(values, kinds.get(name, pa.int64()))
                     for name, values in columns.items()})  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """One engine for all examples: making one takes longer than the figures."""
    HERE.append(tmp_path_factory.mktemp("af"))
    HERE.append(DuckDB(memory_limit="512MB"))
    yield
    HERE.pop().close()


def measured(rows, cutoff="1/3", missing="not_deprived", **design) -> list[GroupFigures]:
    path, engine = HERE
    parquet = path / f"{next(NUMBERS)}.parquet"
    pq.write_table(table_of(rows), parquet)
    engine.tables({"data": parquet})
    measure = measure_of(path, yaml_of(DIMENSIONS, cutoff), engine)
    return figures(engine, "data", measure, Design(**design), missing=missing)


def known(rows):
    """Rows of which every column has an answer somewhere."""
    return [*rows, (0,) * len(NAMES) + ("north", 1.0, 1)]


def by_hand(rows, cutoff: str) -> tuple[float, float]:
    """H and M0, worked out in fractions."""
    weights = [Fraction(1, 4)] * 2 + [Fraction(1, 6)] * 3
    k = min(weights) if cutoff == "union" else Fraction(cutoff)
    total = poor = points = Fraction(0)
    for row in rows:
        score = sum(
            (w for w, answer in zip(weights, row, strict=False) if answer == 1), Fraction(0)
        )
        weight = Fraction(row[6])
        total += weight
        if score >= k:
            poor += weight
            points += weight * score
    return float(poor / total), float(points / total)


@settings(max_examples=12)
@given(ROWS.map(known), CUTOFFS)
def test_h_and_m0_equal_the_sums_in_fractions_to_the_last_bit(rows, cutoff):
    (found,) = measured(rows, cutoff, weight="w")
    assert by_hand(rows, cutoff) == (found.H, found.M0)


@settings(max_examples=12)
@given(ROWS.map(known), CUTOFFS)
def test_groups_add_up_to_the_whole(rows, cutoff):
    whole, *groups = measured(rows, cutoff, by=(("region",),), weight="w")
    assert sum(one.n for one in groups) == whole.n
    assert sum(one.share for one in groups) == pytest.approx(1)
    assert sum(one.share * one.M0 for one in groups) == pytest.approx(whole.M0, abs=1e-12)
    if whole.M0:
        assert sum(one.burden for one in groups) == pytest.approx(1)
        assert sum(whole.contribution.values()) == pytest.approx(1)
        assert sum(whole.absolute.values()) == pytest.approx(whole.M0)
        assert isclose(whole.M0, whole.H * whole.A)
        assert sum(p["contribution"] for p in whole.dimensions.values()) == pytest.approx(1)


@settings(max_examples=12)
@given(ROWS.map(known), st.randoms())
def test_the_order_of_rows_changes_no_bit(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    design = {"by": (("region",),), "weight": "w"}
    before, after = measured(rows, **design), measured(shuffled, **design)
    for one, other in zip(before, after, strict=True):
        assert (one.H, one.A, one.M0, one.population) == (
            other.H,
            other.A,
            other.M0,
            other.population,
        )
        assert one.censored == other.censored


@settings(max_examples=12)
@given(ROWS.map(known), st.sampled_from([1 / 1024, 3.0, 1000.0]))
def test_the_scale_of_weights_changes_nothing(rows, factor):
    scaled = [(*row[:6], row[6] * factor, row[7]) for row in rows]
    design = {
        "by": (("region",),),
        "weight": "w",
        "strata": None,
        "psu": "village",
        "lonely": "skip",
    }
    for one, other in zip(measured(rows, **design), measured(scaled, **design), strict=True):
        assert (one.H, one.A, one.M0) == (other.H, other.A, other.M0)
        for name in ("H", "A", "M0"):
            errors = one.se[name], other.se[name]
            assert errors == (None, None) or isclose(*errors, rel_tol=1e-9, abs_tol=1e-12)


@settings(max_examples=12)
@given(ROWS.map(known), st.integers(2, 3))
def test_a_weight_of_two_is_two_rows(rows, times):
    repeated = [row for row in rows for _ in range(times)]
    weighted = [(*row[:6], float(times), row[7]) for row in rows]
    (one,), (other,) = measured(repeated), measured(weighted, weight="w")
    assert (one.H, one.A, one.M0, one.population) == (other.H, other.A, other.M0, other.population)


@settings(max_examples=12)
@given(ROWS.map(known), CUTOFFS)
def test_the_rules_for_missing_answers_bound_the_truth(rows, cutoff):
    least, most = (measured(rows, cutoff, missing)[0] for missing in ("not_deprived", "deprived"))
    assert least.M0 <= most.M0
    assert least.H <= most.H
    complete = measured(rows, cutoff, "complete_case")[0]
    assert complete.n == sum(None not in row for row in rows)
    assert complete.left_out == len(rows) - complete.n


def linearised(rows, cutoff: str, group: str | None):
    """H, M0, A with errors, row by row in numpy: strata are regions, PSUs villages in them."""
    weights = np.array([1 / 4, 1 / 4, 1 / 6, 1 / 6, 1 / 6])
    answers = np.array([[one or 0 for one in row[:5]] for row in rows], float)
    region, w, village = (np.array(column) for column in list(zip(*rows, strict=True))[5:])
    score = answers @ weights
    poor = score >= float(Fraction(cutoff)) - 1e-9
    w = np.where(region == group, w, 0) if group else w
    base, poor_base = w.sum(), (w * poor).sum()
    found = {}
    for name, x, over, total in (
        ("H", poor.astype(float), np.ones(len(w)), base),
        ("M0", score * poor, np.ones(len(w)), base),
        ("A", score * poor, poor.astype(float), poor_base),
    ):
        if not total:
            found[name] = (None, None)
            continue
        ratio = (w * x).sum() / total
        u = w * (x - ratio * over) / total
        variance = 0.0
        for stratum in set(region):
            inside = sorted({v for v, r in zip(village, region, strict=True) if r == stratum})
            sums = np.array([u[(region == stratum) & (village == v)].sum() for v in inside])
            if len(sums) > 1:
                variance += len(sums) / (len(sums) - 1) * ((sums - sums.mean()) ** 2).sum()
        found[name] = (ratio, variance**0.5)
    return found


@settings(max_examples=12)
@given(ROWS.map(known), st.sampled_from(["1/4", "1/3", "1/2"]))
def test_errors_equal_those_worked_out_row_by_row(rows, cutoff):
    design = {"by": (("village",),), "weight": "w", "strata": "region", "psu": "village"}
    whole = measured(rows, cutoff, lonely="skip", **design)[0]
    expected = linearised(rows, cutoff, None)
    for name, (value, error) in expected.items():
        if whole.df < 1:
            assert whole.se[name] is None
        elif value is not None:
            assert getattr(whole, name) == pytest.approx(value)
            assert whole.se[name] == pytest.approx(error, abs=1e-7)


@settings(max_examples=12)
@given(ROWS.map(known), st.sampled_from(["1/4", "1/3", "1/2"]))
def test_groups_are_domains_of_the_whole_sample(rows, cutoff):
    """Rows outside the group count as zero in their PSU; strata are the villages here."""
    design = {"by": (("region",),), "weight": "w", "psu": "village", "lonely": "skip"}
    groups = {one.group.get("region"): one for one in measured(rows, cutoff, **design)}
    if groups[None].df < 1:
        return
    one_stratum = [(*row[:5], "all", row[6], row[7]) for row in rows]
    for region, found in groups.items():
        if region is None:
            continue
        only = [(*row[:6], row[6] if old[5] == region else 0.0, row[7])
                for row, old in zip(one_stratum, rows, strict=True)]  # fmt: skip
        for name, (value, error) in linearised(only, cutoff, None).items():
            if value is not None:
                assert found.se[name] == pytest.approx(error, abs=1e-7)


def test_one_exactly_on_the_cut_off_is_poor(tmp_path):
    """Thirds and sixths as long decimals: 1/6 + 1/18·3 = 1/3."""
    engine = engine_with(tmp_path, {name: [1] for name in "abcdefghij"})
    weights = ["0.166666666667"] * 4 + ["0.055555555556"] * 6
    lines = ["name: exact", "poverty_cutoff: 0.333333333333", "dimensions:", "  - name: all",
             "    indicators:"]  # fmt: skip
    for name, weight in zip("abcdefghij", weights, strict=True):
        test = f"{name} = 1" if name in "aefg" else f"{name} = 0"
        lines.append(f'      - {{name: {name}, weight: {weight}, deprived: "{test}"}}')
    measure = measure_of(tmp_path, "\n".join(lines), engine)
    (found,) = figures(engine, "data", measure)
    assert measure.denominator == 18
    assert (found.H, found.M0) == (1.0, 1 / 3)


def test_masks_hold_one_bit_an_indicator(tmp_path):
    engine = engine_with(
        tmp_path,
        {"a": [1, 0, None], "b": [1, 1, None], "c": [0, None, 1], "d": [1, 0, 0], "e": [0, 0, 0]},
    )
    measure = measure_of(tmp_path, yaml_of(DIMENSIONS), engine)
    rows = engine.rows(masks_sql(measure, "data", ["c", "a AS kept"])).to_pylist()
    assert rows == [
        {"c": 0, "kept": 1, "deprivations": 0b01011, "missing": 0},
        {"c": None, "kept": 0, "deprivations": 0b00010, "missing": 0b00100},
        {"c": 1, "kept": None, "deprivations": 0b00100, "missing": 0b00011},
    ]
