"""One household on one day: what is known of it, with what follows from that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattana.rules.book import Codebook
from wattana.rules.derived import completed
from wattana.rules.expressions import Expression
from wattana.rules.programmes.facts import ID, Facts

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """A row as an expression sees it: the household's facts, and `who` is concerned; None: nobody.

    `row` holds the person's facts, too, where one is concerned.
    """

    row: Row
    who: str | None
    persons: Sequence[Row]
    day: dt.date

    def value(self, expression: Expression) -> Any:
        """The value of an expression for this row; None when it is unknown."""
        return expression.value(self.row, self.persons, self.day)

    def of_member(self, person: Row) -> Seen:
        """As a member function sees one of the persons."""
        return Seen(person, person[ID], (), self.day)


@dataclass(frozen=True)
class Situation:
    """The household's facts and its persons', completed, by the order of their ids."""

    codebook: Codebook
    household: Row
    persons: Sequence[Row]
    day: dt.date

    @property
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
