"""Facts that follow from others: whoever has a disability card need not be asked twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wattana.kernel.problems import N_, Invalid
from wattana.rules.book import Codebook
from wattana.rules.expressions import Expression, Scope, compile_in
from wattana.rules.expressions.nodes import Type
from wattana.rules.variables import Variable

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Derivation:
    """A derived fact and the expression that it follows from."""

    variable: Variable
    expression: Expression

    @property
    def name(self) -> str:
        return self.variable.name


@lru_cache(maxsize=4)
def derivations(codebook: Codebook) -> Mapping[str, Derivation]:
    """All of them by name, each after those that it builds on. Raises `Invalid` for a circle."""
    compiled = {
        one.name: Derivation(one, _compiled(one, codebook))
        for one in codebook.derived.values()
        if one.expression
    }
    placed: dict[str, Derivation] = {}
    for name in compiled:
        _place(name, (), compiled, placed)
    return placed


def _compiled(variable: Variable, codebook: Codebook) -> Expression:
    wanted: Type = "boolean" if variable.kind == "boolean" else "number"
    return compile_in(
        Scope(codebook, variable.level, rights=True),
        variable.expression or "",
        place=f"codebook/{variable.section}.yaml, {variable.name}, expression",
        wanted=wanted,
    )


def _place(
    name: str,
    path: tuple[str, ...],
    compiled: Mapping[str, Derivation],
    placed: dict[str, Derivation],
) -> None:
    if name in placed:
        return
    one = compiled[name]
    if name in path:
        raise Invalid(
            N_("%(place)s: these facts follow from one another in a circle: %(names)s."),
            place=one.expression.place,
            names=" → ".join((*path[path.index(name) :], name)),
        )
    for used in (*one.expression.inputs, *one.expression.member_inputs):
        if used in compiled:
            _place(used, (*path, name), compiled, placed)
    placed[name] = one


def completed(
    codebook: Codebook, household: Row, persons: Sequence[Row], day: dt.date
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The household's and the persons' facts with what follows from them on a day.

    What was stated itself stays as it is.
    """
    home, people = dict(household), [dict(one) for one in persons]
    for name, one in derivations(codebook).items():
        rows = [home] if one.variable.level == "household" else people
        for row in rows:
            if row.get(name) is None:
                seen = row if row is home else {**home, **row}
                row[name] = one.expression.value(seen, people, day)
    return home, people
