"""Member functions over many households at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattana.rules.expressions.nodes import TRUE as ALL
from wattana.rules.expressions.nodes import Node
from wattana.rules.expressions.vectors.values import FALSE, TRUE, UNKNOWN, Numbers, Truths, truths

Value = Callable[[Node], Any]
_PARTS = 1_000_000  # sums are exact in millionths, as DECIMAL(18, 6) is
_LARGEST = 1e12  # what such a decimal takes in; larger numbers count as unknown
_SAFE = 1e10  # so that a household of nearly a thousand cannot overflow 64 bits


@dataclass(frozen=True, eq=False)
class Households:
    """Where each household's persons begin, and which row of the households it is.

    `starts` [households with persons], ascending, the first 0; `rows` likewise; `persons` and
    `count`: how many persons and households there are in all.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int64]
    persons: int
    count: int

    @property
    def of_persons(self) -> NDArray[np.int64]:
        """The row of each person's household."""
        return np.repeat(self.rows, self.sizes)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Persons of each household that has any."""
        return np.diff(self.starts, append=self.persons)

    def fold(self, node: Node, value: Value) -> NDArray[Any]:
        """A member aggregate of each household; `value` works a node out for the persons.

        Over no person at all everything is unknown.
        """
        boolean = node.type == "boolean"
        found = np.full(self.count, UNKNOWN if boolean else np.nan)
        if len(self.starts):
            found[self.rows] = _FOLDS[node.value](self, node, value)
        return found.astype(np.int8) if boolean else found

    def reduced(self, fold: np.ufunc, values: Any) -> NDArray[Any]:
        """One value for each household that has persons."""
        if not np.ndim(values) and fold is not np.add:
            return np.full(len(self.starts), values)
        of_all = np.broadcast_to(values, self.persons)
        return np.asarray(fold.reduceat(of_all, self.starts))

    def all(self, held: Any) -> NDArray[np.bool_]:
        return self.reduced(np.logical_and, held)


def _quantified(fold: np.ufunc) -> Callable[[Households, Node, Value], NDArray[Any]]:
    return lambda homes, node, value: homes.reduced(fold, value(node.args[0]))


def _count(homes: Households, node: Node, value: Value) -> Numbers:
    if node.args[0] == ALL:
        return homes.sizes.astype(np.float64)
    test = value(node.args[0])
    held = homes.reduced(np.add, np.asarray(test == TRUE, np.float64))
    return np.where(homes.all(test != UNKNOWN), held, np.nan)


def _sum(homes: Households, node: Node, value: Value) -> Numbers:
    """Unknown when one who counts has no number, or when it is unknown who counts."""
    number, which = _exact(value(node.args[0])), _which(node, value)
    settled = homes.all((which == FALSE) | ((which == TRUE) & ~np.isnan(number)))
    return np.where(settled, _total(homes, number, which), np.nan)


def _sum_known(homes: Households, node: Node, value: Value) -> Numbers:
    number, which = _exact(value(node.args[0])), _which(node, value)
    none = homes.all((which != TRUE) | np.isnan(number))
    return np.where(none, np.nan, _total(homes, number, which))


def _average(homes: Households, node: Node, value: Value) -> Numbers:
    number, which = _exact(value(node.args[0])), _which(node, value)
    counted = homes.reduced(np.add, np.asarray((which == TRUE) & ~np.isnan(number), np.float64))
    counted[counted == 0] = np.nan
    return np.asarray(_total(homes, number, which) / counted)


def _extreme(fold: np.ufunc) -> Callable[[Households, Node, Value], NDArray[Any]]:
    """fmin and fmax pass over NaN."""

    def extreme(homes: Households, node: Node, value: Value) -> Numbers:
        chosen = np.where(_which(node, value) == TRUE, value(node.args[0]), np.nan)
        return homes.reduced(fold, chosen)

    return extreme


def _which(node: Node, value: Value) -> Truths:
    return truths(True) if node.args[1] == ALL else value(node.args[1])


def _exact(number: Numbers) -> Numbers:
    """Numbers that a decimal takes in."""
    return np.where(np.abs(number) < _LARGEST, number, np.nan)


def _total(homes: Households, number: Numbers, which: Truths) -> Numbers:
    """The sum of the known numbers of those who count, exact."""
    counted = np.where((which == TRUE) & ~np.isnan(number), number, 0.0)
    parts = np.trunc(counted * _PARTS + np.copysign(0.5, counted)).astype(np.int64)
    if np.abs(counted).max(initial=0) >= _SAFE:
        exact = homes.reduced(np.add, parts.astype(object))
        return np.array([one / _PARTS for one in exact], np.float64)
    return np.asarray(homes.reduced(np.add, parts) / _PARTS, np.float64)


_FOLDS: dict[str, Callable[[Households, Node, Value], NDArray[Any]]] = {
    "any": _quantified(np.maximum),
    "all": _quantified(np.minimum),
    "count": _count,
    "sum": _sum,
    "sum_known": _sum_known,
    "avg": _average,
    "min": _extreme(np.fmin),
    "max": _extreme(np.fmax),
}
