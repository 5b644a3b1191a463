"""How many have which score, by area: from it follow the figures of every k at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattana.methods.alkire_foster.counted.batches import Batch, Profiles, Task
from wattana.methods.alkire_foster.counted.folding import (
    DEPRIVED,
    LEAVE_OUT,
    Folding,
    added,
    compiled,
    in_threads,
)
from wattana.methods.alkire_foster.counted.specification import Integers, Specification

_LEFT_OUT = -1


@dataclass(frozen=True, eq=False)
class Curve:
    """Areas by score: `codes` [areas], `scores` [scores] ascending, in 1/denominator.

    `n`, `population` [areas, scores]: rows, and sums of weights (in 1/`scale`), with that score.
    """

    specification: Specification
    digits: int
    scale: int
    codes: Integers
    scores: Integers
    n: Integers
    population: Integers

    @property
    def poor_n(self) -> Integers:
        """Rows with at least that score: [areas, scores]; the poor where k lies on it."""
        return _from_above(self.n)

    @property
    def poor(self) -> Integers:
        """Sum of weights of those with at least that score: [areas, scores]."""
        return _from_above(self.population)

    @property
    def units(self) -> Integers:
        """Sum of weight × score of those with at least that score: [areas, scores]."""
        return _from_above(self.population * self.scores)

    def at(self, digits: int) -> Curve:
        """Of the areas whose codes have fewer digits; 0: the whole, with code 0."""
        keys = self.codes // 10 ** (self.digits - digits)
        codes, n = added(keys, self.n)
        _, population = added(keys, self.population)
        return Curve(self.specification, digits, self.scale, codes, self.scores, n, population)


def curve(profiles: Profiles, specification: Specification) -> Curve:
    """Count the scores of every area. The cut-off does not matter. Raises `Invalid`."""
    manifest = profiles.manifest
    folding = Folding(manifest.indicators, specification)
    folding.check(manifest.weight(profiles.weight).total)
    tasks = profiles.tasks()
    scores = np.unique(np.concatenate(in_threads(lambda task: _distinct(task, folding), tasks)))
    scores = scores[scores != _LEFT_OUT]
    parts = in_threads(lambda task: _histogram(task(), folding, scores), tasks)
    codes = np.concatenate([batch.codes for batch in (task() for task in tasks)])
    counts = np.concatenate(parts)
    return Curve(
        specification, manifest.digits, manifest.weight(profiles.weight).scale,
        codes, scores, counts[:, 0], counts[:, 1],
    )  # fmt: skip


def _from_above(values: Integers) -> Integers:
    summed: Integers = values[:, ::-1].cumsum(axis=1)[:, ::-1]
    return summed


def _scored(batch: Batch, folding: Folding) -> Integers:
    """The score of every row, -1 of those that are left out."""
    scores = np.empty(batch.rows, dtype=np.int64)
    score_rows(
        batch.deprived, batch.missing, folding.scores, folding.used,
        folding.specification.rule, scores,
    )  # fmt: skip
    return scores


def _distinct(task: Task, folding: Folding) -> Integers:
    return np.unique(_scored(task(), folding))


def _histogram(batch: Batch, folding: Folding, scores: Integers) -> Integers:
    """Rows and weights of each area and score: [areas, 2, scores]."""
    counts = np.zeros((len(batch.codes), 2, len(scores)), dtype=np.int64)
    found = _scored(batch, folding)
    places = np.where(found == _LEFT_OUT, _LEFT_OUT, np.searchsorted(scores, found))
    count_rows(batch.starts, places, batch.n, batch.weight, counts)
    return counts


@compiled
def score_rows(deprived, missing, scores, used, rule, out):  # type: ignore[no-untyped-def]
    """Write the score of each row into `out`."""
    for row in range(deprived.size):
        mask = np.int64(deprived[row]) & used
        lacking = np.int64(missing[row]) & used
        if lacking and rule == LEAVE_OUT:
            out[row] = _LEFT_OUT
            continue
        if rule == DEPRIVED:
            mask |= lacking
        score = 0
        for byte in range(scores.shape[0]):
            score += scores[byte, (mask >> (8 * byte)) & 255]
        out[row] = score


@compiled
def count_rows(starts, places, n, weight, counts):  # type: ignore[no-untyped-def]
    """Add the rows of run i to counts[i]: how many, and their weights, by place of the score."""
    for run in range(starts.size - 1):
        for row in range(starts[run], starts[run + 1]):
            place = places[row]
            if place >= 0:
                rows = n[row] if n.size else 1
                counts[run, 0, place] += rows
                counts[run, 1, place] += weight[row] if weight.size else rows
