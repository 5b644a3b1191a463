"""How good a prediction is, on households that it did not learn from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from wattana.methods.prediction.facts import Numbers, Texts

_BINS = 10
SMALLEST = 20  # households of a group whose figures are told


@dataclass(frozen=True)
class Bin:
    """Households of similar probability: what was predicted, what was found."""

    predicted: float
    observed: float
    households: int


@dataclass(frozen=True)
class Quality:
    """Figures of one prediction at a capacity, the share of households that can be visited.

    `auc`: chance that a poor household comes before another one. `brier`: mean squared error of the
    probability. `exclusion`: share of the poor who are not among those visited. `inclusion`: share
    of those visited who are not poor. None where they cannot be known.
    """

    households: int
    poor: int
    predicted: float  # mean probability
    auc: float | None
    brier: float
    exclusion: float | None
    inclusion: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Judgement:
    """Out-of-sample predictions of every household, and what they say."""

    quality: Quality
    folds: tuple[float, ...]  # AUC of each part
    bins: tuple[Bin, ...]
    groups: dict[str, dict[str, Quality | None]]  # None: too few households to tell

    def as_json(self) -> dict[str, Any]:
        return {
            **self.quality.as_json(),
            "auc_of_folds": list(self.folds),
            "calibration": [asdict(one) for one in self.bins],
            "groups": {
                name: {
                    value: quality.as_json() if quality else None
                    for value, quality in sorted(of.items())
                }
                for name, of in self.groups.items()
            },
        }


def chosen(order: Numbers, key: Texts, capacity: float) -> NDArray[np.bool_]:
    """Which households are visited when so large a share can be, the largest score first."""
    visited = np.zeros(len(key), dtype=bool)
    first = np.lexsort((key, -np.round(order, 9)))[: max(1, round(capacity * len(key)))]
    visited[first] = True
    return visited


def quality(target: Numbers, probability: Numbers, visited: NDArray[np.bool_]) -> Quality:
    """The figures of some households, of whom some would be visited."""
    poor = target == 1
    both = bool(poor.any() and not poor.all())
    return Quality(
        households=len(target),
        poor=int(poor.sum()),
        predicted=_rounded(probability.mean()),
        auc=_rounded(roc_auc_score(target, probability)) if both else None,
        brier=_rounded(((probability - target) ** 2).mean()),
        exclusion=_rounded((poor & ~visited).sum() / poor.sum()) if poor.any() else None,
        inclusion=_rounded((~poor & visited).sum() / visited.sum()) if visited.any() else None,
    )


def calibration(target: Numbers, probability: Numbers) -> tuple[Bin, ...]:
    """Ten groups of equal size by probability: predicted against found."""
    order = np.lexsort((target, probability))
    return tuple(
        Bin(_rounded(probability[part].mean()), _rounded(target[part].mean()), len(part))
        for part in np.array_split(order, _BINS)
        if len(part)
    )


def groups(
    labels: dict[str, Texts], target: Numbers, probability: Numbers, visited: NDArray[np.bool_]
) -> dict[str, dict[str, Quality | None]]:
    """The figures of each group; none of fewer than `SMALLEST` households."""
    return {
        name: {
            value: quality(target[rows], probability[rows], visited[rows])
            if rows.sum() >= SMALLEST
            else None
            for value in sorted(set(of.tolist()))
            for rows in [of == value]
        }
        for name, of in labels.items()
    }


def _rounded(value: float) -> float:
    return round(float(value), 6)
