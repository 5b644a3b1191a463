"""The typed tree that an expression becomes, before SQL is written from it or it is worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from wattana.rules.variables import Variable

Type = Literal["boolean", "number", "choice", "multi", "code", "date", "null"]


@dataclass(frozen=True)
class Node:
    """One operation. `op` names it; `value` holds what is fixed in it.

    variable   value: Variable                     a column of the row
    constant   value: float | bool | str | date | None
    day        the day as of which the row is judged
    fiscal_year_start, months_later (value: months), years_between, days_between: see `dating`
    parameter  value: Parameter                    dated, by the survey date of the row
    lookup     value: tuple of (code, number)      rank or scale of a choice; others are unknown
    in         value: tuple of constants           args: the thing looked for
    has        value: code                         args: a multi variable
    case       args: condition, result, …, else    stops at the first condition that is unknown
    aggregate  over the persons of the household; value and args:
               any, all, count: condition
               sum, sum_known, avg, min, max: number, which persons
    """

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    value: Any = field(default=None)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    @property
    def variable(self) -> Variable:
        """The variable of a `variable` node."""
        found: Variable = self.value
        return found


TRUE = Node("constant", "boolean", value=True)
NULL = Node("constant", "null", value=None)


def number(value: float) -> Node:
    return Node("constant", "number", value=value)


def all_of(*conditions: Node) -> Node:
    return _joined("and", conditions)


def any_of(*conditions: Node) -> Node:
    return _joined("or", conditions)


def negation(condition: Node) -> Node:
    return Node("not", "boolean", (condition,))


def case(*parts: Node) -> Node:
    """condition, result, …, else. The type is that of the first result that has one."""
    return Node("case", common_type((*parts[1:-1:2], parts[-1])), parts)


def common_type(parts: Iterable[Node]) -> Type:
    """The type of the first part that has one."""
    for part in parts:
        if part.type != "null":
            return part.type
    return "null"


def plus(*terms: Node) -> Node:
    total = terms[0]
    for term in terms[1:]:
        total = Node("+", "number", (total, term))
    return total


def _joined(op: str, conditions: tuple[Node, ...]) -> Node:
    return conditions[0] if len(conditions) == 1 else Node(op, "boolean", conditions)
