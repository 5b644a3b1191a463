"""The expression language of measures and rights: SQL scalar expressions over the codebook.

Three-valued throughout: what depends on an unanswered question is unknown, `case` stops at the
first condition that is unknown, division by zero is unknown. See docs/adr/expression-language.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wattana.rules.book import Codebook
from wattana.rules.expressions.checking import Checker
from wattana.rules.expressions.evaluating import Facts, Row, worked_out
from wattana.rules.expressions.functions import FUNCTIONS
from wattana.rules.expressions.nodes import TRUE, Node, Type
from wattana.rules.expressions.reading import read
from wattana.rules.expressions.scope import Scope
from wattana.rules.expressions.writing import SURVEY_DATE, alias, written, written_aggregate
from wattana.rules.parameters import Parameter
from wattana.rules.variables import Level

__all__ = ["SURVEY_DATE", "Expression", "Scope", "compile", "compile_in"]


@dataclass(frozen=True)
class Expression:
    """A checked expression: its SQL, its inputs, its value for one row."""

    text: str
    place: str
    level: Level
    node: Node

    @property
    def type(self) -> Type:
        return self.node.type

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Variables of the row that are used, in the order of their first use."""
        return _names(one for one in self._outside())

    @cached_property
    def member_inputs(self) -> tuple[str, ...]:
        """Person variables that are used inside member aggregates."""
        return _names(inner for one in self._aggregates for inner in one.walk())

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        found = {n.value.name: n.value for n in self.node.walk() if n.op == "parameter"}
        return tuple(found.values())

    @cached_property
    def dated_members(self) -> bool:
        """Whether a member aggregate needs the survey date beside each person."""
        return any(
            inner.op in ("parameter", "day") for one in self._aggregates for inner in one.walk()
        )

    @cached_property
    def _aggregates(self) -> tuple[Node, ...]:
        return tuple(one for one in self.node.walk() if one.op == "aggregate")

    def _outside(self) -> list[Node]:
        within = {id(inner) for one in self._aggregates for inner in one.walk()}
        return [one for one in self.node.walk() if id(one) not in within]

    def sql(self, dialect: str = "duckdb") -> str:
        """The expression over a row whose member aggregates are columns (see `aggregates`)."""
        return written(self.node).sql(dialect, copy=False)

    def aggregates(self, dialect: str = "duckdb") -> Mapping[str, str]:
        """SQL over the grouped persons of a household, by the column that `sql` expects."""
        return {
            alias(one): written_aggregate(one).sql(dialect, copy=False) for one in self._aggregates
        }

    def value(self, answers: Row, persons: Sequence[Row] = (), day: dt.date | None = None) -> Any:
        """Work it out for one row in Python: bool, float or None when it is unknown."""
        return worked_out(self.node, Facts(answers, persons, day))

    def concerned(self, name: str, persons: Sequence[Row], day: dt.date | None = None) -> list[Row]:
        """The persons whose answer to this person variable is used."""
        for one in self._aggregates:
            if name in _names(one.walk()):
                which = one.args[-1] if len(one.args) > 1 else TRUE
                return [one for one in persons if worked_out(which, Facts(one, (), day))]
        return list(persons)

    def decisive(
        self, name: str, answers: Row, persons: Sequence[Row] = (), day: dt.date | None = None
    ) -> int | None:
        """Which line of a table is the largest or smallest that the value is; None: no such."""
        for one in self.node.walk():
            if one.op in ("max_known", "min_known") and name in _names(one.walk()):
                found = [worked_out(line, Facts(answers, persons, day)) for line in one.args]
                known = [value for value in found if value is not None]
                wanted = (max if one.op == "max_known" else min)(known, default=None)
                return None if wanted is None else found.index(wanted)
        return None


def compile(  # noqa: A001  the word that everybody knows
    text: str,
    *,
    codebook: Codebook,
    level: Level,
    place: str,
    parameters: Mapping[str, Parameter] | None = None,
    wanted: Type | None = None,
) -> Expression:
    """Check an expression against the codebook. Raises `Invalid` with the place of the fault.

    `level` is the row's: household, or person (who sees the household's variables, too). `wanted`
    is the type that the result has to have: boolean or number.
    """
    return compile_in(Scope(codebook, level, parameters or {}), text, place=place, wanted=wanted)


def compile_in(scope: Scope, text: str, *, place: str, wanted: Type | None = None) -> Expression:
    """`compile` for a caller with constants and named values of its own."""
    node = Checker(scope, place, FUNCTIONS).check(read(text, place), wanted)
    return Expression(text, place, scope.level, node)


def _names(nodes: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.variable.name for one in nodes if one.op == "variable"))
