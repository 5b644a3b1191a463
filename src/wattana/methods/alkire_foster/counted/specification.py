"""What is asked of profiles that are already counted: which indicators, what weights, which k."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil

import numpy as np
import numpy.typing as npt

from wattana.kernel.problems import N_, Invalid
from wattana.rules.poverty import MISSING_RULES, PovertyMeasure
from wattana.rules.poverty.measures import check_cutoff, check_weights
from wattana.rules.poverty.weights import common_denominator

Integers = npt.NDArray[np.int64]
_BYTE = 256


@dataclass(frozen=True)
class Specification:
    """Indicators with their weights (whole parts of `denominator`), cut-off k, rule for missing.

    Indicators that are not named are left out, and so is whether they are known. One of weight 0
    stays in the table and adds nothing.
    """

    weights: Mapping[str, int]
    cutoff: Fraction
    missing: str = "complete_case"

    def __post_init__(self) -> None:
        check_cutoff(self.cutoff, "k")
        if self.missing not in MISSING_RULES:
            raise Invalid(
                N_("There is no rule “%(rule)s” for missing answers; choose one of: %(rules)s."),
                rule=self.missing[:40],
                rules=", ".join(MISSING_RULES),
            )

    @classmethod
    def of(cls, measure: PovertyMeasure) -> Specification:
        """As the measure says."""
        weights = {one.name: one.weight for one in measure.indicators}
        return cls(weights, measure.cutoff, measure.missing)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.weights)

    @property
    def denominator(self) -> int:
        """The score of one who is deprived in everything."""
        return sum(self.weights.values())

    @property
    def cutoff_units(self) -> int:
        """The smallest score, in parts of the denominator, of one who is poor."""
        return ceil(self.cutoff * self.denominator)

    def changed(
        self,
        *,
        weights: Mapping[str, Fraction | int] | None = None,
        cutoff: Fraction | None = None,
        indicators: Iterable[str] | None = None,
        missing: str | None = None,
    ) -> Specification:
        """The same with other weights, cut-off, rule, or with only some of the indicators.

        Weights count in proportion to their sum. Raises `Invalid`.
        """
        chosen: Mapping[str, Fraction | int] = self.weights if weights is None else weights
        if indicators is not None:
            kept = set(indicators)
            _check_known(kept, chosen)
            chosen = {name: weight for name, weight in chosen.items() if name in kept}
        return replace(
            self,
            weights=_parts(chosen),
            cutoff=self.cutoff if cutoff is None else cutoff,
            missing=self.missing if missing is None else missing,
        )

    def bits(self, indicators: Iterable[str]) -> Integers:
        """The bit of each of our indicators among those of a file. Raises `Invalid`."""
        places = {name: bit for bit, name in enumerate(indicators)}
        _check_known(self.weights, places)
        return np.array([places[name] for name in self.weights], dtype=np.int64)

    def scores(self, bits: Integers) -> Integers:
        """Score of each value of each byte of a mask: [bytes, 256], to be added up."""
        table = np.zeros((int(bits.max()) // 8 + 1, _BYTE), dtype=np.int64)
        values = np.arange(_BYTE)
        for bit, weight in zip(bits.tolist(), self.weights.values(), strict=True):
            table[bit // 8] += weight * (values >> bit % 8 & 1)
        return table

    @cached_property
    def rule(self) -> int:
        """The rule for missing answers as a number, for the compiled pass."""
        return MISSING_RULES.index(self.missing)


def _parts(weights: Mapping[str, Fraction | int]) -> dict[str, int]:
    """Weights as whole parts of the smallest denominator that all of them have."""
    total = sum((Fraction(one) for one in weights.values()), Fraction(0))
    if total <= 0:
        raise Invalid(N_("Give at least one indicator a weight above 0."))
    shares = {name: Fraction(one) / total for name, one in weights.items()}
    check_weights(list(shares.values()), "weights")
    parts = common_denominator(list(shares.values()))
    return {name: int(share * parts) for name, share in shares.items()}


def _check_known(asked: Iterable[str], known: Iterable[str]) -> None:
    lacking = sorted(set(asked).difference(known))
    if lacking:
        raise Invalid(
            N_("There is no indicator “%(name)s” here. Choose among: %(names)s."),
            name=lacking[0][:60],
            names=", ".join(known),
        )
