"""The facts of a chunk as vectors, completed by what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from wattana.methods.rights.bulk import arrow
from wattana.methods.rights.impossible import rules
from wattana.rules.book import Codebook
from wattana.rules.derived import derivations
from wattana.rules.expressions import SURVEY_DATE, Expression
from wattana.rules.expressions.nodes import Node
from wattana.rules.expressions.vectors import (
    TRUE,
    Choices,
    Days,
    Households,
    Several,
    Vector,
    nothing,
    worked_out,
)  # fmt: skip
from wattana.rules.expressions.vectors.values import filled, is_unknown, over
from wattana.rules.variables import Variable


class Homes:
    """Households and visits: `Rows` of expressions. `persons` are set by these."""

    persons: Persons

    def __init__(self, table: pa.Table, codebook: Codebook, day: Days | None) -> None:
        self.table = table
        self.codebook = codebook
        self._day = day
        self._known: dict[str, Vector] = {}
        self._folded: dict[int, NDArray[Any]] = {}

    @cached_property
    def day(self) -> Days:
        if self._day is not None:
            return self._day
        return arrow.days(arrow.whole(self.table, SURVEY_DATE))

    def value(self, expression: Expression) -> Any:
        """What an expression comes to in each row."""
        return worked_out(expression.node, self)

    def column(self, variable: Variable) -> Vector:
        if variable.name not in self._known:
            self._known[variable.name] = self._completed(variable)
        return self._known[variable.name]

    def aggregate(self, node: Node) -> NDArray[Any]:
        if id(node) not in self._folded:
            self._folded[id(node)] = self._fold(node)
        return self._folded[id(node)]

    def _fold(self, node: Node) -> NDArray[Any]:
        people = self.persons
        return people.households.fold(node, lambda one: worked_out(one, people))

    def _completed(self, variable: Variable) -> Vector:
        """What was stated, else what follows. An age follows from the birth date first."""
        stated = self._stated(variable)
        following = derivations(self.codebook).get(variable.name)
        if following is None or isinstance(stated, Choices | Several):
            return stated
        follows = worked_out(following.expression.node, self)
        first, second = (follows, stated) if variable.name == "age" else (stated, follows)
        return filled(first, is_unknown(first), second)

    def _stated(self, variable: Variable) -> Vector:
        """What was stated."""
        if variable.name not in self.table.column_names:
            return nothing(variable.kind)
        return arrow.vector(arrow.whole(self.table, variable.name), variable)


class Persons(Homes):
    """Members of those households, who see the facts of their household, too."""

    def __init__(self, table: pa.Table, homes: Homes, households: Households) -> None:
        super().__init__(table, homes.codebook, None)
        self.homes = homes
        self.households = households
        homes.persons = self

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of each person's household."""
        return self.households.of_persons

    @cached_property
    def day(self) -> Days:
        return np.asarray(over(self.homes.day, self.rows))

    def aggregate(self, node: Node) -> NDArray[Any]:
        return self.homes.aggregate(node)[self.rows]

    def column(self, variable: Variable) -> Vector:
        if variable.level == "person" or variable.name in self._known:
            return super().column(variable)
        self._known[variable.name] = over(self.homes.column(variable), self.rows)
        return self._known[variable.name]

    def _stated(self, variable: Variable) -> Vector:
        """What was stated and can be."""
        vector = super()._stated(variable)
        if isinstance(vector, Choices | Several):
            return vector
        for rule in rules(self.codebook):
            if variable.name in rule.variables and vector.ndim:
                impossible = worked_out(rule.expression.node, Stated(self)) == TRUE
                unknown: Any = nothing(variable.kind)
                vector = filled(vector, impossible, unknown)
        return vector

    def stated(self, variable: Variable) -> Vector:
        """What was stated, whether it can be or not."""
        return Homes._stated(self, variable)


@dataclass(frozen=True)
class Stated:
    """Persons as they were described: `Rows` of what tells that something cannot be."""

    persons: Persons

    @property
    def day(self) -> Days:
        return self.persons.day

    def column(self, variable: Variable) -> Vector:
        return self.persons.stated(variable)

    def aggregate(self, node: Node) -> NDArray[Any]:
        return self.persons.aggregate(node)


def latest(
    homes: pa.Table, persons: pa.Table, households: Households
) -> tuple[pa.Table, pa.Table, Households]:
    """Only the latest visit of each household."""
    kept = arrow.flags(arrow.whole(homes, "latest"))
    if kept.all():
        return homes, persons, households
    runs = kept[households.rows]
    sizes = households.sizes[runs]
    people = np.repeat(runs, households.sizes)
    rows = (np.cumsum(kept) - 1)[households.rows[runs]]
    starts = np.cumsum(sizes) - sizes
    return (
        homes.filter(pa.array(kept)),
        persons.filter(pa.array(people)),
        Households(starts, rows, int(sizes.sum()), int(kept.sum())),
    )


def needed(
    expressions: Sequence[Expression], codebook: Codebook, always: Sequence[str]
) -> set[str]:
    """Names of all facts that expressions are worked out of, what follows from others included."""
    following = derivations(codebook)
    found: set[str] = set()
    waiting = list(always)
    waiting += [n for one in expressions for n in (*one.inputs, *one.member_inputs)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += [one for rule in rules(codebook) if name in rule.variables
                    for one in rule.expression.inputs]  # fmt: skip
        if name in following:
            expression = following[name].expression
            waiting += (*expression.inputs, *expression.member_inputs)
    return found
