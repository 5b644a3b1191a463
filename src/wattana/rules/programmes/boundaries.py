"""Where conditions and age bands turn: the numbers and days that expressions compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from wattana.rules.derived import Derivation
from wattana.rules.expressions import Expression
from wattana.rules.expressions.evaluating import Facts, worked_out
from wattana.rules.expressions.nodes import Node

Row = Mapping[str, Any]
_NEAR = 1  # unit or day from an edge
_NONE: Mapping[str, Derivation] = {}
_SIGNS = ("<", "<=", ">", ">=", "=", "<>")
_MOST_SAMPLES = 20_000
_STEP = {"number": 1, "date": dt.timedelta(days=1)}


@dataclass(frozen=True)
class Edge:
    """A comparison with a constant, a dated parameter or the day that is asked about."""

    text: str
    test: Node
    thing: Node
    limit: Node
    of_members: bool

    def shown(self, row: Row, persons: Sequence[Row], day: dt.date, side: bool) -> bool:
        """Whether a row, or one of its members, lies next to the limit on a side of it."""
        rows = (
            [Facts(one, (), day) for one in persons]
            if self.of_members
            else [Facts(row, persons, day)]
        )
        return any(self._near(one) and worked_out(self.test, one) is side for one in rows)

    def _near(self, facts: Facts) -> bool:
        value, limit = worked_out(self.thing, facts), worked_out(self.limit, facts)
        if value is None or limit is None:
            return False
        apart = value - limit
        return bool(abs(apart.days if isinstance(apart, dt.timedelta) else apart) <= _NEAR)


def edges(expression: Expression, derived: Mapping[str, Derivation] = _NONE) -> list[Edge]:
    """The comparisons of an expression that have an edge, in member functions, too.

    With those of `derived` facts that it asks, such as the ADL of 11 behind “needs care”.
    """
    found: list[Edge] = []
    for node, of_members in _parts(expression.node, False, derived):
        if node.op not in _SIGNS:
            continue
        for thing, limit in (node.args, node.args[::-1]):
            if thing.type in ("number", "date") and _is_fixed(limit) and not _is_fixed(thing):
                found.append(Edge(expression.text, node, thing, limit, of_members))
    return found


def _parts(
    node: Node, of_members: bool, derived: Mapping[str, Derivation]
) -> Iterator[tuple[Node, bool]]:
    """A node with all below it, each with whether it stands in a member function."""
    yield node, of_members
    below = node.args
    if node.op == "variable" and node.type == "boolean" and node.variable.name in derived:
        below = (derived[node.variable.name].expression.node,)
    for one in below:
        yield from _parts(one, of_members or node.op == "aggregate", derived)


def _is_fixed(node: Node) -> bool:
    return all(one.op not in ("variable", "aggregate") for one in node.walk())


def may_both_hold(one: Expression, other: Expression, day: dt.date) -> bool:
    """Whether two conditions hold together somewhere around their edges, on a day."""
    tries = _samples((one, other), day)
    return any(one.value(row, (), day) and other.value(row, (), day) for row in tries)


def _samples(expressions: Sequence[Expression], day: dt.date) -> Iterator[Row]:
    """Rows around all edges, of variables that are compared with fixed values or are conditions."""
    values: dict[str, set[Any]] = {}
    for expression in expressions:
        for node in expression.node.walk():
            if node.op == "variable":
                values.setdefault(node.variable.name, set()).update(_answers(node))
        for edge in edges(expression):
            if edge.thing.op == "variable" and not edge.of_members:
                limit = worked_out(edge.limit, Facts({}, (), day))
                step = _STEP[edge.thing.type]
                if limit is not None:
                    values[edge.thing.variable.name] |= {limit - step, limit, limit + step}
    rows = product(*(sorted(some, key=repr) for some in values.values()))
    return (dict(zip(values, row, strict=True)) for row in islice(rows, _MOST_SAMPLES))


def _answers(node: Node) -> Sequence[Any]:
    kind = node.variable.kind
    if kind == "boolean":
        return (True, False)
    return node.variable.codes if kind == "choice" else ()
