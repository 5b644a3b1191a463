"""What a measure of multidimensional poverty consists of (Alkire and Foster 2011)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil

from wattana.kernel.problems import N_, Invalid
from wattana.rules.expressions import Expression
from wattana.rules.files import Words
from wattana.rules.poverty.weights import common_denominator, told

UNITS = ("household", "person")
MISSING_RULES = ("complete_case", "not_deprived", "deprived")
"""What becomes of a row in which an indicator is unknown: the row is left out; the indicator counts
as not deprived (the lowest poverty); as deprived (the highest)."""
MOST_INDICATORS = 62
"""One bit each in a BIGINT."""


@dataclass(frozen=True)
class PovertyIndicator:
    """One indicator. `weight` counts parts of the measure's denominator.

    `deprived` is true, false or unknown for a row; `applies`: false where the indicator does not
    concern the row, which then counts as not deprived. `gap`: the depth of the deprivation, 0 to 1,
    of cardinal indicators (M1, M2). `missing`: what an unknown answer counts as, whatever the rule
    of the measure; None: the rule decides. `line`: in the measure file.
    """

    name: str
    title: Words
    dimension: str
    weight: int
    deprived: Expression
    applies: Expression | None = None
    gap: Expression | None = None
    missing: str | None = None
    place: str = ""


@dataclass(frozen=True)
class Dimension:
    """A group of indicators, by their names."""

    name: str
    title: Words
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Bands:
    """Scores from `vulnerable` to below k are vulnerable; from `severe` on, severely poor."""

    vulnerable: Fraction | None = None
    severe: Fraction | None = None


@dataclass(frozen=True)
class Columns:
    """Columns of the file that weigh the rows and describe the sample, unless the user says others.

    `size`: persons in the household, where rows are households and persons are counted.
    """

    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    size: str | None = None


@dataclass(frozen=True, eq=False)
class PovertyMeasure:
    """A measure, compiled. Scores and cut-off are whole numbers of 1/`denominator`."""

    name: str
    version: str
    status: str
    title: Words
    note: Words
    unit: str
    dimensions: tuple[Dimension, ...]
    indicators: tuple[PovertyIndicator, ...]
    denominator: int
    cutoff: Fraction
    bands: Bands = Bands()
    missing: str = "complete_case"
    columns: Columns = Columns()
    place: str = ""

    @property
    def cutoff_units(self) -> int:
        """The smallest score, in parts of the denominator, of one who is poor."""
        return self.units(self.cutoff)

    def units(self, share: Fraction) -> int:
        """The smallest score in parts of the denominator that is at least `share`."""
        return ceil(share * self.denominator)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions that a figure depends on."""
        found = (one for i in self.indicators for one in (i.deprived, i.applies, i.gap))
        return tuple(one for one in found if one is not None)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the measure reads, in the order of their first use."""
        return tuple(dict.fromkeys(name for one in self.expressions for name in one.inputs))

    @property
    def weights(self) -> dict[str, Fraction]:
        """The share of each indicator; they sum to 1."""
        return {one.name: Fraction(one.weight, self.denominator) for one in self.indicators}

    def reweighted(
        self,
        weights: Sequence[Fraction] | None = None,
        cutoff: Fraction | None = None,
    ) -> PovertyMeasure:
        """The same with other weights, in the order of the indicators, or another cut-off.

        An indicator of weight 0 stays in the table but adds nothing. Raises `Invalid` when the
        weights do not sum to 1 or the cut-off is outside (0, 1].
        """
        shares = list(self.weights.values()) if weights is None else list(weights)
        check_weights(shares, self.place or self.name)
        parts = common_denominator(shares)
        chosen = self.cutoff if cutoff is None else cutoff
        check_cutoff(chosen, self.place or self.name)
        indicators = tuple(
            replace(one, weight=int(share * parts))
            for one, share in zip(self.indicators, shares, strict=True)
        )
        return replace(self, indicators=indicators, denominator=parts, cutoff=chosen)

    @cached_property
    def definitions(self) -> dict[str, object]:
        """All that the figures depend on, for the record and the hash."""
        return {
            "unit": self.unit,
            "cutoff": str(self.cutoff),
            "missing": self.missing,
            "bands": [str(self.bands.vulnerable), str(self.bands.severe)],
            "columns": vars(self.columns),
            "indicators": [
                {
                    "name": one.name,
                    "dimension": one.dimension,
                    "weight": str(Fraction(one.weight, self.denominator)),
                    "missing": one.missing,
                    "sql": [e and [e.sql(), dict(e.aggregates())]
                            for e in (one.deprived, one.applies, one.gap)],
                }
                for one in self.indicators
            ],
        }  # fmt: skip

    @cached_property
    def definitions_hash(self) -> str:
        """SHA-256 of the definitions: equal hashes mean equal figures of equal data."""
        text = json.dumps(self.definitions, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def check_weights(shares: Sequence[Fraction], place: str) -> None:
    """Refuse weights below 0, that do not sum to 1, or with too large a common denominator."""
    if any(share < 0 for share in shares):
        raise Invalid(N_("%(place)s: a weight cannot be below 0."), place=place)
    total = sum(shares, Fraction(0))
    if total != 1:
        raise Invalid(
            N_("%(place)s: the weights sum to %(total)s; make them sum to 1. Write thirds as "
               "1/3, not as 0.33."),
            place=place,
            total=told(total),
        )  # fmt: skip
    if common_denominator(shares) > 10**9:
        raise Invalid(
            N_("%(place)s: the weights have no simple common denominator; write them as fractions "
               "such as 1/18, or with up to 5 digits."),
            place=place,
        )  # fmt: skip


def check_cutoff(cutoff: Fraction, place: str) -> None:
    """Refuse a cut-off outside (0, 1]."""
    if not 0 < cutoff <= 1:
        raise Invalid(
            N_("%(place)s: the cut-off k is %(k)s; write a share above 0 and at most 1, such as "
               "1/3, or “union” for deprived in anything."),
            place=place,
            k=told(cutoff),
        )  # fmt: skip
