from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from wattana.kernel.problems import Invalid
from wattana.methods.prediction import Facts, Model, judging
from wattana.methods.prediction.facts import facts as made_of
from wattana.methods.prediction.model import places
from wattana.methods.prediction.training import TooFew, train

NAMES = ("children", "old", "noise")


def world(n: int = 1500, villages: int = 30, seed: int = 7) -> tuple[Facts, np.ndarray]:
    """Households whose poverty depends on children (up), old people and their tambon."""
    chance = np.random.default_rng(seed)
    village = chance.integers(0, villages, n)
    tambon = village // 5
    values = np.column_stack(
        [chance.poisson(1.5, n), chance.integers(0, 3, n), chance.normal(size=n)]
    ).astype(float)
    raw = 1.2 * values[:, 0] - 0.8 * values[:, 1] - 1.5 + 0.5 * (tambon - 2.5)
    target = (chance.random(n) < 1 / (1 + np.exp(-raw))).astype(float)
    values[chance.random(n) < 0.1, 1] = np.nan
    area = np.array([f"3301{t + 1:02}{v % 5 + 1:02}" for t, v in zip(tambon, village, strict=True)])
    key = np.array([f"k{number:06}" for number in range(n)])
    return Facts(NAMES, values, key, area), target


FACTS, TARGET = world()
TRAINED = train(FACTS, TARGET)


def test_it_finds_the_poor_better_than_place_alone_and_than_chance():
    judged, baseline = TRAINED.judged.quality, TRAINED.baseline.quality
    assert judged.auc > 0.75 > baseline.auc > 0.5
    assert judged.brier < baseline.brier
    chance = TRAINED.as_json()["chance"]
    assert judged.exclusion < baseline.exclusion < chance["exclusion"]
    assert judged.inclusion < baseline.inclusion < chance["inclusion"]


def test_a_model_that_knows_nothing_is_not_useful():
    shuffled = np.random.default_rng(1).permutation(TARGET)
    blind = train(FACTS, shuffled)
    assert TRAINED.useful and not blind.useful
    assert blind.as_json()["useful"] is False


def test_the_figures_are_those_of_households_in_villages_not_learnt_from():
    """Fitted and judged on the same rows the figures would look better than they are."""
    model = TRAINED.model
    flattering = roc_auc_score(TARGET, model.probability(FACTS))
    assert TRAINED.judged.quality.auc < flattering
    assert TRAINED.judged.quality.households == len(FACTS)
    assert len(TRAINED.judged.folds) == 5
    assert min(TRAINED.judged.folds) <= TRAINED.judged.quality.auc <= max(TRAINED.judged.folds)


def test_probabilities_are_calibrated():
    for one in TRAINED.judged.bins:
        assert one.predicted == pytest.approx(one.observed, abs=0.1)
    assert sum(one.households for one in TRAINED.judged.bins) == len(FACTS)
    assert TRAINED.judged.quality.predicted == pytest.approx(TARGET.mean(), abs=0.02)


def test_errors_at_the_capacity_are_counted_as_defined():
    target = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], dtype=float)
    score = np.array([0.9, 0.8, 0.2, 0.1, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1])
    key = np.array([str(n) for n in range(10)])
    found = judging.quality(target, score, judging.chosen(score, key, 0.3))
    assert found.exclusion == pytest.approx(2 / 4)  # of four poor, two are not visited
    assert found.inclusion == pytest.approx(1 / 3, abs=1e-6)  # of three visited, one is not poor
    assert found.brier == pytest.approx(((score - target) ** 2).mean())
    assert found.auc == pytest.approx(roc_auc_score(target, score), abs=1e-6)


def test_the_same_seed_gives_the_same_model_whatever_the_order_of_rows():
    mixed = np.random.default_rng(3).permutation(len(FACTS))
    again = train(FACTS.taken(mixed), TARGET[mixed])
    assert again.as_json() == TRAINED.as_json()
    assert again.model.as_json() == TRAINED.model.as_json()
    other = train(FACTS, TARGET, seed=2)
    assert other.as_json() != TRAINED.as_json()


def test_the_model_is_that_of_scikit_learn():
    """An oracle without our code: the same columns through scikit-learn's own prediction."""
    where = places(FACTS.area, TARGET)
    old = FACTS.values[:, 1]
    missing = np.isnan(old)
    columns = np.column_stack(
        [
            FACTS.values[:, 0],
            np.where(missing, np.nanmedian(old), old),
            FACTS.values[:, 2],
            where.rates(FACTS.area),
            missing,
        ]
    )
    scaled = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    oracle = LogisticRegression(C=TRAINED.penalty, max_iter=500, tol=1e-8).fit(scaled, TARGET)
    assert TRAINED.model.raw(FACTS) == pytest.approx(oracle.decision_function(scaled), abs=1e-6)


def test_a_model_comes_back_from_json_as_it_was():
    stored = json.loads(json.dumps(TRAINED.model.as_json()))
    again = Model.read(stored)
    assert again == TRAINED.model
    assert (again.probability(FACTS) == TRAINED.model.probability(FACTS)).all()


def test_parameters_of_another_format_or_other_facts_are_refused():
    with pytest.raises(Invalid, match="wattana predict"):
        Model.read({"format": 0})
    other = Facts(("a", "b", "c"), FACTS.values, FACTS.key, FACTS.area)
    with pytest.raises(Invalid, match="other facts"):
        TRAINED.model.raw(other)


def test_who_has_more_children_comes_sooner_and_the_reason_says_so():
    two = made_of(NAMES, [[6, 0], [0, 2], [0, 0]], ["b", "a"], ["33010101", "33010101"])
    assert TRAINED.model.order(two) == [0, 1]
    reasons = TRAINED.model.contributions(two)[0]
    assert reasons[0].name == "children" and reasons[0].weight > 0 and reasons[0].value == 6
    assert next(one for one in reasons if one.name == "noise").weight == pytest.approx(0, abs=0.2)


def test_equal_households_stand_in_the_order_of_their_keys():
    same = made_of(NAMES, [[1, 1], [1, 1], [0, 0]], ["b", "a"], ["33010101"] * 2)
    assert TRAINED.model.order(same) == [1, 0]


def test_what_is_not_known_is_no_reason_to_stop():
    blank = made_of(NAMES, [[None], [None], [None]], ["a"], ["99999999"])
    assert 0 < TRAINED.model.probability(blank)[0] < 1
    assert {one.value for one in TRAINED.model.contributions(blank)[0] if one.name in NAMES} == {
        None
    }


def test_a_place_never_knows_its_own_village():
    area = np.array(["33010101", "33010102", "33010102"])
    where = places(area, np.array([1.0, 0.0, 1.0]))
    alone = (1 + 20 * 2 / 3) / (2 + 20)  # of the other village: one poor of two
    assert where.rates(np.array(["33010101"]))[0] == pytest.approx(alone)
    assert where.rates(np.array(["99010101"]))[0] == pytest.approx(2 / 3)


def test_groups_are_told_apart_and_small_ones_not_at_all():
    label = np.where(FACTS.values[:, 0] > 2, "many", "few")
    label[:5] = "rare"
    judged = train(FACTS, TARGET, labels={"children": label}).judged.groups["children"]
    assert judged["rare"] is None
    assert judged["many"].households + judged["few"].households == len(FACTS) - 5
    assert judged["many"].predicted > judged["few"].predicted


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (slice(0, 99), "99 households"),
        (np.flatnonzero(np.isin(FACTS.area, sorted(set(FACTS.area))[:9])), "9 villages"),
        (np.flatnonzero(TARGET == 1), "too few"),
        (np.flatnonzero(TARGET == 0), "0 of them poor"),
        (slice(0, 0), "0 households"),
    ],
)
def test_too_little_to_learn_from_is_refused_with_the_numbers(rows, says):
    with pytest.raises(TooFew, match=says):
        train(FACTS.taken(rows), TARGET[rows])


@pytest.mark.parametrize("capacity", [0, 1, -1, float("nan"), 2])
def test_a_capacity_that_cannot_be_is_refused(capacity):
    with pytest.raises(Invalid, match=r"such as 0\.2"):
        train(FACTS, TARGET, capacity=capacity)


def test_constant_and_unknown_columns_do_no_harm():
    values = FACTS.values.copy()
    values[:, 2] = np.nan
    values[:, 1] = 3
    trained = train(Facts(NAMES, values, FACTS.key, FACTS.area), TARGET)
    assert trained.judged.quality.auc > 0.7
    assert np.isfinite(trained.model.probability(FACTS)).all()
