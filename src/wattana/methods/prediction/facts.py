"""The table that a prediction learns from and is applied to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Texts = NDArray[np.str_]


@dataclass(frozen=True)
class Facts:
    """One row per household: `values` (n × features, NaN: not known), key, area code.

    `key` names the household and orders the rows, so that no result depends on their order;
    `area` is its village (8 digits) or, where that is not known, its tambon (6).
    """

    names: tuple[str, ...]
    values: Numbers
    key: Texts
    area: Texts

    def __len__(self) -> int:
        return len(self.key)

    @property
    def tambon(self) -> Texts:
        return np.array([code[:6] for code in self.area], dtype=np.str_)

    def taken(self, rows: NDArray[np.bool_] | NDArray[np.int64] | list[int]) -> Facts:
        """Some of the rows, in the order given."""
        return Facts(self.names, self.values[rows], self.key[rows], self.area[rows])


def facts(
    names: Sequence[str],
    columns: Sequence[Sequence[float | None]],
    key: Sequence[str],
    area: Sequence[str],
) -> Facts:
    """Facts from one list per feature; None is not known."""
    values = np.array([[np.nan if x is None else x for x in column] for column in columns])
    shaped = values.astype(np.float64).reshape(len(names), len(key)).T
    return Facts(tuple(names), shaped, np.array(key, np.str_), np.array(area, np.str_))
