"""One household on one day: what is known of it, with what follows from that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wattana.rules.book import Codebook
from wattana.rules.derived import completed
from wattana.rules.expressions import Expression
from wattana.rules.expressions.evaluating import Facts as Known
from wattana.rules.expressions.evaluating import worked_out
from wattana.rules.expressions.nodes import Node
from wattana.rules.programmes.facts import ID, Facts

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """A row as an expression sees it: the household's facts, and `who` is concerned; None: nobody.

    `row` holds the person's facts, too, where one is concerned. What was worked out once is kept:
    finding what to ask goes over the same parts of a condition many times.
    """

    row: Row
    who: str | None
    persons: Sequence[Row]
    day: dt.date
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def value(self, expression: Expression) -> Any:
        """The value of an expression for this row; None when it is unknown."""
        return self.value_of(expression.node)

    def value_of(self, node: Node) -> Any:
        """The same of a part of an expression."""
        kept = self.kept.get(id(node))
        if kept is None:  # kept with its node, whose id is thus nobody else's
            kept = node, worked_out(node, self._known)
            self.kept[id(node)] = kept
        return kept[1]

    @cached_property
    def _known(self) -> Known:
        return Known(self.row, self.persons, self.day)

    @cached_property
    def members(self) -> Sequence[Seen]:
        """As a member function sees each of the persons."""
        return [Seen(one, one[ID], (), self.day) for one in self.persons]


@dataclass(frozen=True)
class Situation:
    """The household's facts and its persons', completed, by the order of their ids."""

    codebook: Codebook
    household: Row
    persons: Sequence[Row]
    day: dt.date

    @cached_property
    def rows(self) -> Mapping[str, Sequence[Seen]]:
        """What programmes of a level are judged on: the household, or each of its persons."""
        return {
            "household": [self.seen(None)],
            "person": [self.seen(one) for one in self.persons],
        }

    def seen(self, person: Row | None) -> Seen:
        """The row of one person, or of the household."""
        if person is None:
            return Seen(self.household, None, self.persons, self.day)
        return Seen({**self.household, **person}, person[ID], self.persons, self.day)


def situation(codebook: Codebook, facts: Facts, day: dt.date) -> Situation:
    """What is known on a day. The order in which persons are given does not matter."""
    persons = sorted(facts.persons, key=lambda one: str(one[ID]))
    household, people = completed(codebook, facts.household, persons, day)
    return Situation(codebook, household, people, day)
