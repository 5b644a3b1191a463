"""Train and judge: nested cross-validation by village, penalty and calibration chosen inside.

Reproducible: rows are put in the order of their keys, the seed deals villages to parts, parameters
are rounded to ten decimals.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from wattana.kernel.problems import N_, Conflict, Invalid
from wattana.methods.prediction import judging
from wattana.methods.prediction.facts import Facts, Numbers, Texts
from wattana.methods.prediction.judging import Judgement
from wattana.methods.prediction.model import PLACE, Calibration, Model, Places, places

PENALTIES = (0.01, 0.1, 1.0)  # C of the regression: the smaller, the plainer the model
CALIBRATIONS = ("sigmoid", "isotonic")
_SOLVER = "newton-cholesky"  # few steps where rows are many and features few
_PARTS, _INNER = 5, 3
_FEWEST = {"households": 100, "villages": 10, "poor": 20, "others": 20}
_TOO_FEW = N_(
    "There are too few surveyed households to learn from: %(households)s households in %(villages)s"
    " villages, %(poor)s of them poor. It takes 100 households in 10 villages, 20 of them poor and"
    " 20 not. Survey more first."
)
_NO_CAPACITY = N_("The capacity is a share of the households between 0 and 1, such as 0.2.")


class TooFew(Conflict):
    """There is not enough to learn from."""


@dataclass(frozen=True)
class Trained:
    """A model, its honest error, that of ordering by place alone, and how it came about."""

    model: Model
    judged: Judgement
    baseline: Judgement
    penalty: float
    seed: int
    capacity: float
    villages: int
    data_hash: str

    @property
    def useful(self) -> bool:
        """Whether it beats chance in every part, and the place alone: else it may not suggest."""
        own, place = self.judged.quality.auc, self.baseline.quality.auc
        beats = own is not None and own > (place or 0.5)
        return beats and min(self.judged.folds, default=0.0) > 0.5

    def as_json(self) -> dict[str, Any]:
        """The figures of a model card."""
        return {
            "useful": self.useful,
            "model": self.judged.as_json(),
            "baseline": self.baseline.as_json(),
            "chance": {
                "exclusion": round(1 - self.capacity, 6),
                "inclusion": round(1 - self.model.places.share, 6),
            },
            "penalty": self.penalty,
            "calibration": self.model.calibration.kind,
            "parts": _PARTS,
            "seed": self.seed,
            "capacity": self.capacity,
            "villages": self.villages,
            "data_hash": self.data_hash,
        }


def train(
    facts: Facts,
    target: Numbers,
    *,
    seed: int = 1,
    capacity: float = 0.2,
    labels: dict[str, Texts] | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Trained:
    """Learn who is poor (`target` 1, else 0) and judge it on villages that were not learnt from.

    `labels`: groups of households (by area, sex of the head, …) whose error is told apart. Raises
    `TooFew`, and `Invalid` for a capacity outside (0, 1).
    """
    if not 0 < capacity < 1:
        raise Invalid(_NO_CAPACITY)
    order = np.argsort(facts.key, kind="stable")
    facts, target = facts.taken(order), target[order]
    labels = {name: of[order] for name, of in (labels or {}).items()}
    _check(facts, target)
    with threadpool_limits(1):  # products of so few columns: threads cost ten times what they save
        judged, baseline = _cross_validated(facts, target, seed, capacity, labels, progress)
        model, penalty = _fitted(facts, target, seed)
    progress(1.0)
    return Trained(
        model,
        judged,
        baseline,
        penalty,
        seed,
        capacity,
        len(set(facts.area.tolist())),
        _hash(facts, target),
    )


def _check(facts: Facts, target: Numbers) -> None:
    found = {
        "households": len(facts),
        "villages": len(set(facts.area.tolist())),
        "poor": int(target.sum()),
        "others": int(len(target) - target.sum()),
    }
    if any(found[name] < least for name, least in _FEWEST.items()):
        raise TooFew(_TOO_FEW, **{name: found[name] for name in ("households", "villages", "poor")})


def _parts(facts: Facts, parts: int, seed: int) -> Iterator[tuple[Any, Any]]:
    """Rows to learn from and rows to judge by; a village is wholly in one of the two."""
    dealt = GroupKFold(parts, shuffle=True, random_state=seed)
    yield from dealt.split(facts.values, groups=facts.area)


def _cross_validated(
    facts: Facts,
    target: Numbers,
    seed: int,
    capacity: float,
    labels: dict[str, Texts],
    progress: Callable[[float], None],
) -> tuple[Judgement, Judgement]:
    raw, probability, by_place = (np.zeros(len(facts)) for _ in range(3))
    folds = []
    for number, (learnt, held) in enumerate(_parts(facts, _PARTS, seed)):
        model, _ = _fitted(facts.taken(learnt), target[learnt], seed)
        some = facts.taken(held)
        raw[held], probability[held] = model.raw(some), model.probability(some)
        by_place[held] = model.places.rates(some.area)
        folds.append(held)
        progress((number + 1) / (_PARTS + 1))
    return (
        _judged(facts, target, probability, probability + 1e-6 * _squeezed(raw), labels, folds,
                capacity),
        _judged(facts, target, by_place, by_place, {}, folds, capacity),
    )  # fmt: skip


def _squeezed(raw: Numbers) -> Numbers:
    """Raw scores between 0 and 1, to order those of equal probability."""
    return 1 / (1 + np.exp(-raw))


def _judged(
    facts: Facts,
    target: Numbers,
    probability: Numbers,
    order: Numbers,
    labels: dict[str, Texts],
    folds: list[Any],
    capacity: float,
) -> Judgement:
    visited = judging.chosen(order, facts.key, capacity)
    each = [judging.quality(target[f], probability[f], visited[f]).auc for f in folds]
    return Judgement(
        judging.quality(target, probability, visited),
        tuple(auc for auc in each if auc is not None),
        judging.calibration(target, probability),
        judging.groups(labels, target, probability, visited),
    )


def _fitted(facts: Facts, target: Numbers, seed: int) -> tuple[Model, float]:
    """The model of some rows: penalty and calibration by cross-validation within them."""
    raws = {penalty: np.zeros(len(facts)) for penalty in PENALTIES}
    splits = list(_parts(facts, _INNER, seed))
    for learnt, held in splits:
        some, where = facts.taken(learnt), places(facts.area[learnt], target[learnt])
        for penalty, raw in raws.items():
            model = _regression(some, target[learnt], where, penalty)
            raw[held] = model.raw(facts.taken(held))
    best = min(PENALTIES, key=lambda penalty: (_log_loss(target, raws[penalty]), penalty))
    kind = _best_calibration(raws[best], target, splits)
    model = _regression(facts, target, places(facts.area, target), best)
    return replace(model, calibration=_calibrated(kind, raws[best], target)), best


def _regression(facts: Facts, target: Numbers, where: Places, penalty: float) -> Model:
    given = np.column_stack([facts.values, where.rates(facts.area)])
    missing = np.isnan(given)
    names = (*facts.names, PLACE)
    flagged = [place for place in range(len(names)) if missing[:, place].any()]
    fill = np.array([_median(given[:, place]) for place in range(len(names))])
    flags = missing[:, flagged].astype(np.float64)
    columns = np.column_stack([np.where(missing, fill, given), flags])
    mean, scale = columns.mean(axis=0), columns.std(axis=0)
    scale[scale < 1e-9] = 1.0
    regression = LogisticRegression(C=penalty, solver=_SOLVER, max_iter=100, tol=1e-8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last step is good enough
        regression.fit((columns - mean) / scale, target)
    return Model(
        names=names,
        flagged=tuple(names[place] for place in flagged),
        fill=_rounded(fill),
        mean=_rounded(mean),
        scale=_rounded(scale),
        weights=_rounded(regression.coef_[0]),
        intercept=round(float(regression.intercept_[0]), 10),
        calibration=Calibration("sigmoid", (1.0, 0.0)),
        places=where,
    )


def _median(column: Numbers) -> float:
    known = column[~np.isnan(column)]
    return float(np.median(known)) if len(known) else 0.0


def _rounded(values: Numbers) -> tuple[float, ...]:
    return tuple(round(float(value), 10) for value in values)


def _log_loss(target: Numbers, raw: Numbers) -> float:
    sign = np.where(target == 1, 1.0, -1.0)
    return round(float(np.logaddexp(0, -sign * raw).mean()), 10)


def _best_calibration(raw: Numbers, target: Numbers, splits: list[tuple[Any, Any]]) -> str:
    """The calibration with the smaller squared error on rows that it was not fitted on."""

    def error(kind: str) -> float:
        parts = [
            ((_calibrated(kind, raw[learnt], target[learnt]).probability(raw[held]) - target[held])
             ** 2).sum()
            for learnt, held in splits
        ]  # fmt: skip
        return round(float(sum(parts)) / len(raw), 10)

    return min(CALIBRATIONS, key=lambda kind: (error(kind), kind))


def _calibrated(kind: str, raw: Numbers, target: Numbers) -> Calibration:
    if kind == "isotonic":
        fitted = IsotonicRegression(out_of_bounds="clip").fit(raw, target)
        return Calibration(kind, _rounded(fitted.X_thresholds_), _rounded(fitted.y_thresholds_))
    sigmoid = LogisticRegression(C=1e6, solver=_SOLVER, max_iter=100).fit(
        raw.reshape(-1, 1), target
    )
    return Calibration(kind, _rounded(np.append(sigmoid.coef_[0], sigmoid.intercept_)))


def _hash(facts: Facts, target: Numbers) -> str:
    """SHA-256 over all that was learnt from, in the order of keys."""
    digest = hashlib.sha256(repr(facts.names).encode())
    for part in (np.round(facts.values, 9), target):
        digest.update(np.ascontiguousarray(part).tobytes())
    digest.update("\n".join([*facts.key.tolist(), *facts.area.tolist()]).encode())
    return digest.hexdigest()
