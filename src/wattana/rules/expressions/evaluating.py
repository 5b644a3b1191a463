"""Work an expression out for one row in Python, with the same three-valued logic as the SQL.

Screens use it to know which question comes next. Tests hold it and the SQL to the same answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from wattana.rules.expressions import dating
from wattana.rules.expressions.nodes import Node

Row = Mapping[str, Any]
_EXACT = Decimal("0.000001")
_LARGEST = 10**12  # what a sum of exact decimals takes in; larger numbers count as unknown


@dataclass(frozen=True)
class Facts:
    """One row: the answers, the persons of the household, the day of the survey."""

    answers: Row
    persons: Sequence[Row] = ()
    day: dt.date | None = None


def worked_out(node: Node, facts: Facts) -> Any:
    """The value of the node: bool, float, str or None when it is unknown."""
    return _WORKERS[node.op](node, facts)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _numbers(node: Node, facts: Facts) -> list[float | None]:
    return [_number(worked_out(one, facts)) for one in node.args]


def _variable(node: Node, facts: Facts) -> Any:
    value = facts.answers.get(node.variable.name)
    return dating.as_date(value) if node.type == "date" else value


def _constant(node: Node, _facts: Facts) -> Any:
    return node.value


def _parameter(node: Node, facts: Facts) -> Any:
    return _number(node.value.on(facts.day))


def _day(_node: Node, facts: Facts) -> Any:
    return facts.day


def _of_dates(work: Callable[..., Any]) -> Callable[[Node, Facts], Any]:
    """Unknown when one of the days is; `value` is the last argument where there is one."""

    def worker(node: Node, facts: Facts) -> Any:
        days = [worked_out(one, facts) for one in node.args]
        if None in days:
            return None
        return work(*days) if node.value is None else work(*days, node.value)

    return worker


def _lookup(node: Node, facts: Facts) -> Any:
    return _number(dict(node.value).get(worked_out(node.args[0], facts)))


def _in(node: Node, facts: Facts) -> Any:
    value = worked_out(node.args[0], facts)
    return None if value is None else value in node.value


def _has(node: Node, facts: Facts) -> Any:
    value = worked_out(node.args[0], facts)
    return None if value is None else node.value in value


def _count_choices(node: Node, facts: Facts) -> Any:
    value = worked_out(node.args[0], facts)
    if value is None:
        return None
    return 0.0 if set(value) & set(node.args[0].variable.exclusive) else float(len(value))


def _case(node: Node, facts: Facts) -> Any:
    for condition, value in zip(node.args[:-1:2], node.args[1:-1:2], strict=True):
        held = worked_out(condition, facts)
        if held is None:
            return None
        if held:
            return worked_out(value, facts)
    return worked_out(node.args[-1], facts)


def _coalesce(node: Node, facts: Facts) -> Any:
    values = (worked_out(one, facts) for one in node.args)
    return next((value for value in values if value is not None), None)


def _not(node: Node, facts: Facts) -> Any:
    value = worked_out(node.args[0], facts)
    return None if value is None else not value


def _is_null(node: Node, facts: Facts) -> Any:
    return worked_out(node.args[0], facts) is None


def _and(node: Node, facts: Facts) -> Any:
    return _all([worked_out(one, facts) for one in node.args])


def _or(node: Node, facts: Facts) -> Any:
    return _any([worked_out(one, facts) for one in node.args])


def _all(values: list[Any]) -> bool | None:
    return False if False in values else None if None in values else True


def _any(values: list[Any]) -> bool | None:
    return True if True in values else None if None in values else False


def _of_two(work: Callable[[Any, Any], Any]) -> Callable[[Node, Facts], Any]:
    def worker(node: Node, facts: Facts) -> Any:
        left, right = (worked_out(one, facts) for one in node.args)
        if left is None or right is None:
            return None
        return work(left, right)

    return worker


def _of_numbers(work: Callable[[float, float], float | None]) -> Callable[[Node, Facts], Any]:
    return _of_two(lambda left, right: work(float(left), float(right)))


def _divided(left: float, right: float) -> float | None:
    return left / right if right else None


def _abs(node: Node, facts: Facts) -> Any:
    value = _numbers(node, facts)[0]
    return None if value is None else abs(value)


def _round(node: Node, facts: Facts) -> Any:
    value = _numbers(node, facts)[0]
    if value is None:
        return None
    scale = 10.0**node.value
    half = 0.5 if value >= 0 else -0.5
    return float(int(value * scale + half)) / scale


def _extreme(pick: Callable[[list[float]], float], known: bool) -> Callable[[Node, Facts], Any]:
    def worker(node: Node, facts: Facts) -> Any:
        values = _numbers(node, facts)
        found = [value for value in values if value is not None]
        if not found or (len(found) < len(values) and not known):
            return None
        return pick(found)

    return worker


def _sum_known(node: Node, facts: Facts) -> Any:
    values = [value for value in _numbers(node, facts) if value is not None]
    return sum(values, 0.0) if values else None


def _aggregate(node: Node, facts: Facts) -> Any:
    """Over no person at all everything is unknown: nobody was recorded."""
    if not facts.persons:
        return None
    rows = [Facts(person, (), facts.day) for person in facts.persons]
    if len(node.args) == 1:
        held = [worked_out(node.args[0], row) for row in rows]
        return _QUANTIFIED[node.value](held)
    which = [worked_out(node.args[1], row) for row in rows]
    values = [_number(worked_out(node.args[0], row)) for row in rows]
    if node.value in ("sum", "sum_known", "avg"):
        values = [None if value is None or abs(value) >= _LARGEST else value for value in values]
    chosen = [value for value, count in zip(values, which, strict=True) if count]
    if node.value == "sum" and (None in which or None in chosen):
        return None
    known = [value for value in chosen if value is not None]
    if not known:
        return 0.0 if node.value == "sum" else None
    return _FOLDS[node.value](known)


def _held(values: list[Any]) -> float | None:
    return None if None in values else float(values.count(True))


def _exact_sum(values: list[float]) -> float:
    exact = (Decimal(value).quantize(_EXACT, ROUND_HALF_UP) for value in values)
    return float(sum(exact, Decimal(0)))


_QUANTIFIED: dict[str, Callable[[list[Any]], Any]] = {"any": _any, "all": _all, "count": _held}
_FOLDS: dict[str, Callable[[list[float]], float]] = {
    "sum": _exact_sum,
    "sum_known": _exact_sum,
    "avg": lambda values: _exact_sum(values) / len(values),
    "min": min,
    "max": max,
}
_WORKERS: dict[str, Callable[[Node, Facts], Any]] = {
    "variable": _variable,
    "constant": _constant,
    "day": _day,
    "fiscal_year_start": _of_dates(dating.fiscal_year_start),
    "months_later": _of_dates(dating.months_later),
    "years_between": _of_dates(dating.years_between),
    "days_between": _of_dates(dating.days_between),
    "parameter": _parameter,
    "lookup": _lookup,
    "in": _in,
    "has": _has,
    "count_choices": _count_choices,
    "case": _case,
    "coalesce": _coalesce,
    "not": _not,
    "is_null": _is_null,
    "and": _and,
    "or": _or,
    "=": _of_two(lambda a, b: a == b),
    "<>": _of_two(lambda a, b: a != b),
    "<": _of_two(lambda a, b: a < b),
    "<=": _of_two(lambda a, b: a <= b),
    ">": _of_two(lambda a, b: a > b),
    ">=": _of_two(lambda a, b: a >= b),
    "+": _of_numbers(lambda a, b: a + b),
    "-": _of_numbers(lambda a, b: a - b),
    "*": _of_numbers(lambda a, b: a * b),
    "/": _of_numbers(_divided),
    "abs": _abs,
    "round": _round,
    "least": _extreme(min, known=False),
    "greatest": _extreme(max, known=False),
    "min_known": _extreme(min, known=True),
    "max_known": _extreme(max, known=True),
    "sum_known": _sum_known,
    "aggregate": _aggregate,
}
