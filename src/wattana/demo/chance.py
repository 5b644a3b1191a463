"""Correlated draws: answers are more often bad where life is hard, with wanted frequencies."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import yaml

_HOLD = 0.6  # correlation of an answer with the household's latent standing
_REST = math.sqrt(1 - _HOLD**2)
_HALF = math.sqrt(0.5)


@cache
def marginals() -> Mapping[str, Any]:
    """The wanted frequencies (`marginals.yaml`)."""
    return yaml.safe_load((Path(__file__).parent / "marginals.yaml").read_text(encoding="utf-8"))


@cache
def _ladder(name: str) -> tuple[tuple[Any, ...], list[float]]:
    weights = marginals()["ordered"][name]
    total = sum(weights.values())
    return tuple(weights), [value / total for value in accumulate(weights.values())]


class Chance:
    """Draws for one household in one round. `standing` is standard normal, high is well off."""

    def __init__(self, draw: Random, standing: float) -> None:
        self.draw = draw
        self.standing = standing

    def _quantile(self) -> float:
        value = _HOLD * self.standing + _REST * self.draw.gauss(0, 1)
        return 0.5 * (1 + math.erf(value * _HALF))

    def ordered(self, name: str) -> Any:
        """An answer of an ordered question, worse for those who are worse off."""
        codes, steps = _ladder(name)
        return codes[min(bisect(steps, self._quantile()), len(codes) - 1)]

    def yes(self, share: float) -> bool:
        """Yes with this frequency, more often for those who are better off."""
        return self._quantile() > 1 - share

    def woe(self, share: float) -> bool:
        """Yes with this frequency, more often for those who are worse off."""
        return self._quantile() < share

    def some(self, name: str, *, good: bool = True) -> list[str]:
        """Several answers, each with its own frequency."""
        take = self.yes if good else self.woe
        return [code for code, share in marginals()[name].items() if take(share)]

    def money(self, median: float, spread: float, step: int = 100) -> int:
        """An amount of baht, log-normal around a median that follows the standing."""
        value = median * math.exp(spread * (0.7 * self.standing + 0.7 * self.draw.gauss(0, 1)))
        return int(round(value / step) * step)
