"""Answers that hardly can be: what the codebook asks about, never refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from wattana.rules import expressions
from wattana.rules.book import Codebook
from wattana.rules.expressions.evaluating import Row
from wattana.rules.variables import Doubt, Level

Asked = tuple[Doubt, expressions.Expression]


@lru_cache(maxsize=4)
def doubts(codebook: Codebook) -> Mapping[str, tuple[Asked, ...]]:
    """The doubts of each variable, compiled. Raises `Invalid` for one that does not fit."""
    return {
        one.name: tuple(
            (
                doubt,
                expressions.compile(
                    doubt.when,
                    codebook=codebook,
                    level=one.level,
                    place=f"codebook/{one.section}.yaml, {one.name}, doubts",
                    wanted="boolean",
                ),
            )
            for doubt in one.doubts
        )
        for one in codebook.variables.values()
        if one.doubts
    }


def of_level(codebook: Codebook, level: Level) -> Iterator[tuple[str, Asked]]:
    """The doubts about households, or about persons, with the variable that each is about."""
    for name, some in doubts(codebook).items():
        if codebook.variable(name).level == level:
            yield from ((name, one) for one in some)


def raised(
    codebook: Codebook, level: Level, answers: Row, persons: Sequence[Row] = ()
) -> Iterator[tuple[str, Doubt]]:
    """What is to be asked about some answers and facts; what is unknown raises no doubt."""
    for name, (doubt, expression) in of_level(codebook, level):
        if expression.value(answers, persons) is True:
            yield name, doubt
