"""A trained model as plain numbers: applied without scikit-learn, kept as JSON, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattana.kernel.problems import N_, Invalid
from wattana.methods.prediction.facts import Facts, Numbers, Texts

PLACE = "place_rate"
"""The feature that the method adds: the share of poor among surveyed households nearby."""
_PRIOR = 20.0  # households of the average that steady the share of a small place
_FORMAT = 1
_OTHER = N_("The model was trained on other facts. Train it again: wattana predict")


@dataclass(frozen=True)
class Places:
    """Surveyed and poor households by village and tambon, and the share over all."""

    share: float
    tambons: Mapping[str, tuple[int, int]]  # poor, surveyed
    villages: Mapping[str, tuple[int, int]]

    def rates(self, area: Texts) -> Numbers:
        """The share of poor in the tambon outside the household's own village, steadied.

        Without the own village, so that a household's own answer never predicts itself, and so that
        it means the same for villages that nobody has surveyed yet.
        """
        known = {code: self._rate(code) for code in set(area.tolist())}
        return np.array([known[code] for code in area.tolist()], dtype=np.float64)

    def _rate(self, code: str) -> float:
        poor, n = self.tambons.get(code[:6], (0, 0))
        own_poor, own_n = self.villages.get(code, (0, 0))
        return (poor - own_poor + _PRIOR * self.share) / (n - own_n + _PRIOR)


def places(area: Texts, target: Numbers) -> Places:
    """Counts of the places of surveyed households."""
    villages: dict[str, tuple[int, int]] = {}
    tambons: dict[str, tuple[int, int]] = {}
    for code, poor in zip(area.tolist(), target.astype(int).tolist(), strict=True):
        for counts, place in ((villages, code), (tambons, code[:6])):
            before = counts.get(place, (0, 0))
            counts[place] = (before[0] + poor, before[1] + 1)
    return Places(float(target.mean()), tambons, villages)


@dataclass(frozen=True)
class Calibration:
    """From a raw score to a probability: through points (isotonic) or a sigmoid."""

    kind: str  # "sigmoid" | "isotonic"
    x: tuple[float, ...]  # sigmoid: (slope, intercept)
    y: tuple[float, ...] = ()

    def probability(self, raw: Numbers) -> Numbers:
        if self.kind == "isotonic":
            return np.interp(raw, self.x, self.y)
        slope, intercept = self.x
        return 1 / (1 + np.exp(-(slope * raw + intercept)))


@dataclass(frozen=True)
class Contribution:
    """How far one feature moves a household's raw score away from that of the average one."""

    name: str
    value: float | None  # None: not known
    usual: float
    weight: float


@dataclass(frozen=True)
class Model:
    """Logistic regression on standardised features, missing ones filled and flagged.

    `names` are the features asked for, PLACE last; `flagged` those whose absence is a feature of
    its own. `weights` belong to `names`, then to `flagged`.
    """

    names: tuple[str, ...]
    flagged: tuple[str, ...]
    fill: tuple[float, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    calibration: Calibration
    places: Places

    def raw(self, facts: Facts) -> Numbers:
        """The order of the households: the larger, the sooner to visit."""
        filled = self._filled(facts)
        return np.asarray(filled @ np.array(self.weights) + self.intercept)

    def probability(self, facts: Facts) -> Numbers:
        """Calibrated probability of each household, 0 … 1."""
        return self.calibration.probability(self.raw(facts))

    def order(self, facts: Facts) -> list[int]:
        """The rows in the order of visiting; equal scores in the order of their keys."""
        raw = np.round(self.raw(facts), 9)
        return [int(row) for row in np.lexsort((facts.key, -raw))]

    def contributions(self, facts: Facts) -> list[list[Contribution]]:
        """For each household what moves it forward or back, strongest first."""
        given, filled = self._given(facts), self._filled(facts)
        weights, found = np.array(self.weights), []
        for row in range(len(facts)):
            moved = filled[row] * weights
            parts = [
                Contribution(
                    name,
                    None if np.isnan(given[row, place]) else float(given[row, place]),
                    self.mean[place],
                    float(moved[place]),
                )
                for place, name in enumerate(self.names)
            ]
            found.append(sorted(parts, key=lambda part: (-abs(part.weight), part.name)))
        return found

    def _given(self, facts: Facts) -> Numbers:
        if facts.names != self.names[:-1]:
            raise Invalid(_OTHER)
        return np.column_stack([facts.values, self.places.rates(facts.area)])

    def _filled(self, facts: Facts) -> Numbers:
        given = self._given(facts)
        missing = np.isnan(given)
        filled = np.where(missing, np.array(self.fill), given)
        flags = missing[:, [self.names.index(name) for name in self.flagged]]
        columns = np.column_stack([filled, flags.astype(np.float64)])
        return np.asarray((columns - np.array(self.mean)) / np.array(self.scale))

    def as_json(self) -> dict[str, Any]:
        """All parameters; `read` takes them back."""
        return {
            "format": _FORMAT,
            "names": list(self.names),
            "flagged": list(self.flagged),
            "fill": list(self.fill),
            "mean": list(self.mean),
            "scale": list(self.scale),
            "weights": list(self.weights),
            "intercept": self.intercept,
            "calibration": {
                "kind": self.calibration.kind,
                "x": list(self.calibration.x),
                "y": list(self.calibration.y),
            },
            "places": {
                "share": self.places.share,
                "tambons": {code: list(counts) for code, counts in self.places.tambons.items()},
                "villages": {code: list(counts) for code, counts in self.places.villages.items()},
            },
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Model:
        """A model from its stored parameters. Raises `Invalid` for those of another format."""
        if stored.get("format") != _FORMAT:
            raise Invalid(_OTHER)
        lists = ("names", "flagged", "fill", "mean", "scale", "weights")
        calibration, where = stored["calibration"], stored["places"]
        return cls(
            **{name: tuple(stored[name]) for name in lists},
            intercept=stored["intercept"],
            calibration=Calibration(
                calibration["kind"], tuple(calibration["x"]), tuple(calibration["y"])
            ),
            places=Places(
                where["share"],
                {code: tuple(counts) for code, counts in where["tambons"].items()},
                {code: tuple(counts) for code, counts in where["villages"].items()},
            ),
        )
