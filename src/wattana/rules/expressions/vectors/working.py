"""The value of a typed tree for many rows at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wattana.rules.expressions.nodes import Node
from wattana.rules.expressions.vectors import calendar
from wattana.rules.expressions.vectors.values import (
    FALSE,
    TRUE,
    UNKNOWN,
    Choices,
    Days,
    Numbers,
    Several,
    Truths,
    Vector,
    filled,
    is_unknown,
    truths,
    where,
)  # fmt: skip
from wattana.rules.variables import Variable


class Rows(Protocol):
    """Persons or households, with all that is known of them."""

    @property
    def day(self) -> Days:
        """As of which each row is judged."""

    def column(self, variable: Variable) -> Vector: ...

    def aggregate(self, node: Node) -> NDArray[Any]:
        """A member aggregate of each row's household."""


def worked_out(node: Node, rows: Rows) -> Any:
    """The value of the node for each row, or one for all."""
    return _WORKERS[node.op](node, rows)


def _constant(node: Node, _rows: Rows) -> Any:
    if isinstance(node.value, bool):
        return truths(node.value)
    if node.type == "date":
        return calendar.number(node.value)
    return np.asarray(np.nan if node.value is None else node.value)


def _parameter(node: Node, rows: Rows) -> Numbers:
    found = np.full(np.shape(rows.day), np.nan)
    for period in node.value.periods:
        value = np.nan if period.value is None else period.value
        found = np.where(rows.day >= calendar.number(period.start), value, found)
    return found


def _of_dates(work: Callable[..., Any]) -> Callable[[Node, Rows], Any]:
    def worker(node: Node, rows: Rows) -> Any:
        days = [worked_out(one, rows) for one in node.args]
        return work(*days) if node.value is None else work(*days, node.value)

    return worker


def _lookup(node: Node, rows: Rows) -> Numbers:
    scores = dict(node.value)
    choice: Choices = worked_out(node.args[0], rows)
    return np.asarray(choice.of(lambda code: scores.get(code, np.nan), np.float64(np.nan)))


def _in(node: Node, rows: Rows) -> Truths:
    value = worked_out(node.args[0], rows)
    if isinstance(value, Choices):
        return value.among(node.value)
    return truths(np.isin(value, node.value)) | _open(value)


def _has(node: Node, rows: Rows) -> Truths:
    several: Several = worked_out(node.args[0], rows)
    return several.has(node.value)


def _count_choices(node: Node, rows: Rows) -> Numbers:
    several: Several = worked_out(node.args[0], rows)
    none = [several.has(code) for code in node.args[0].variable.exclusive]
    counts = several.counts
    sizes = np.where(counts < 0, np.nan, counts.astype(np.float64))
    for one in none:
        sizes = np.where(one == TRUE, 0.0, sizes)
    return sizes


def _case(node: Node, rows: Rows) -> Any:
    """From the last condition to the first; one that is unknown leaves all unknown."""
    unknown = UNKNOWN if node.type == "boolean" else np.float64(np.nan)
    found = _typed(node.args[-1], node, rows)
    pairs = list(zip(node.args[:-1:2], node.args[1:-1:2], strict=True))
    for condition, value in reversed(pairs):
        held = worked_out(condition, rows)
        found = filled(found, held == UNKNOWN, unknown)
        found = where(held == TRUE, _typed(value, node, rows), found)
    return found


def _coalesce(node: Node, rows: Rows) -> Any:
    found = _typed(node.args[0], node, rows)
    for one in node.args[1:]:
        unknown = is_unknown(found)
        if unknown.any():
            found = where(unknown, _typed(one, node, rows), found)
    return found


def _typed(node: Node, whole: Node, rows: Rows) -> Any:
    """NULL has no type of its own."""
    if node.type == "null" and whole.type == "boolean":
        return np.asarray(UNKNOWN)
    return worked_out(node, rows)


def _connector(fold: np.ufunc, settled: np.int8) -> Callable[[Node, Rows], Truths]:
    """Where one side settles it everywhere, the other is not worked out."""

    def worker(node: Node, rows: Rows) -> Truths:
        found = _truth(node.args[0], rows)
        for one in node.args[1:]:
            if (found == settled).all():
                return np.asarray(settled)
            found = fold(found, _truth(one, rows))
        return found

    return worker


def _truth(node: Node, rows: Rows) -> Truths:
    return np.asarray(UNKNOWN) if node.type == "null" else worked_out(node, rows)


def _not(node: Node, rows: Rows) -> Truths:
    return np.asarray(TRUE - _truth(node.args[0], rows))


def _is_null(node: Node, rows: Rows) -> Truths:
    return truths(is_unknown(worked_out(node.args[0], rows)))


def _open(value: NDArray[Any]) -> Truths:
    """1 where it is unknown."""
    return is_unknown(value).astype(np.int8)


def _comparison(kind: np.ufunc) -> Callable[[Node, Rows], Truths]:
    """What is unknown on either side is unknown."""

    def worker(node: Node, rows: Rows) -> Truths:
        left, right = (worked_out(one, rows) for one in node.args)
        if isinstance(left, Choices):
            return _of_choice(left, right, kind)
        if np.dtype(np.int8) in (left.dtype, right.dtype):
            left, right = (_truth(one, rows) for one in node.args)
        held = truths(kind(left, right))
        return filled(filled(held, is_unknown(left), UNKNOWN), is_unknown(right), UNKNOWN)

    return worker


def _of_choice(choice: Choices, code: NDArray[Any], kind: np.ufunc) -> Truths:
    if code.dtype == np.float64:  # NULL
        return np.asarray(UNKNOWN)
    wanted = str(code)
    return choice.among([one for one in choice.names if kind(one, wanted)])


def _arithmetic(work: Callable[[Any, Any], Any]) -> Callable[[Node, Rows], Numbers]:
    def worker(node: Node, rows: Rows) -> Numbers:
        left, right = (worked_out(one, rows) for one in node.args)
        return np.asarray(work(left, right))

    return worker


def _divided(left: Numbers, right: Numbers) -> Numbers:
    """Division by zero is unknown."""
    return left / np.where(right == 0, np.nan, right)


def _numbers(node: Node, rows: Rows) -> list[Numbers]:
    return [worked_out(one, rows) for one in node.args]


def _round(node: Node, rows: Rows) -> Numbers:
    value, scale = worked_out(node.args[0], rows), 10.0**node.value
    return np.asarray(np.trunc(value * scale + np.copysign(0.5, value)) / scale)


def _extreme(fold: np.ufunc) -> Callable[[Node, Rows], Numbers]:
    return lambda node, rows: np.asarray(reduce(fold, _numbers(node, rows)))


def _sum_known(node: Node, rows: Rows) -> Numbers:
    values = _numbers(node, rows)
    none = reduce(np.logical_and, (np.isnan(one) for one in values))
    return np.where(none, np.nan, sum(np.nan_to_num(one) for one in values))


_WORKERS: dict[str, Callable[[Node, Rows], Any]] = {
    "variable": lambda node, rows: rows.column(node.variable),
    "constant": _constant,
    "day": lambda _node, rows: rows.day,
    "fiscal_year_start": _of_dates(calendar.fiscal_year_start),
    "months_later": _of_dates(calendar.months_later),
    "years_between": _of_dates(calendar.years_between),
    "days_between": _of_dates(calendar.days_between),
    "parameter": _parameter,
    "lookup": _lookup,
    "in": _in,
    "has": _has,
    "count_choices": _count_choices,
    "case": _case,
    "coalesce": _coalesce,
    "not": _not,
    "is_null": _is_null,
    "and": _connector(np.minimum, FALSE),
    "or": _connector(np.maximum, TRUE),
    "=": _comparison(np.equal),
    "<>": _comparison(np.not_equal),
    "<": _comparison(np.less),
    "<=": _comparison(np.less_equal),
    ">": _comparison(np.greater),
    ">=": _comparison(np.greater_equal),
    "+": _arithmetic(np.add),
    "-": _arithmetic(np.subtract),
    "*": _arithmetic(np.multiply),
    "/": _arithmetic(_divided),
    "abs": lambda node, rows: np.abs(worked_out(node.args[0], rows)),
    "round": _round,
    "least": _extreme(np.minimum),
    "greatest": _extreme(np.maximum),
    "min_known": _extreme(np.fmin),
    "max_known": _extreme(np.fmax),
    "sum_known": _sum_known,
    "aggregate": lambda node, rows: rows.aggregate(node),
}
