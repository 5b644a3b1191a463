"""How rows were drawn: weights, strata, primary sampling units (PSU)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lonely = Literal["fail", "skip", "centre"]
LONELY: tuple[Lonely, ...] = ("fail", "skip", "centre")
"""A stratum with one PSU: the estimate is refused; or it adds nothing to the variance, as if taken
with certainty; or its square about the mean of all strata (R survey's “adjust”)."""


@dataclass(frozen=True)
class Design:
    """Columns of the table that hold groups and the sampling design; all may be absent.

    Each of `by` is a set of columns whose values make groups; all rows together are always a group.
    Without `weight` every row counts 1, without `psu` every row is its own PSU, without `strata`
    there is one stratum. PSUs are told apart inside their stratum: labels may repeat.
    """

    by: tuple[tuple[str, ...], ...] = ()
    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    lonely: Lonely = "fail"
    confidence: float = 0.95

    def columns(self) -> tuple[str, ...]:
        """Every column that the design names."""
        named = (*(one for group in self.by for one in group), self.weight, self.strata, self.psu)
        return tuple(dict.fromkeys(one for one in named if one))
