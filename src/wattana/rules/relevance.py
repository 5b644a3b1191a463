"""When a question is asked: the skip logic of the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from wattana.rules import expressions
from wattana.rules.book import Codebook
from wattana.rules.expressions.evaluating import Row


@lru_cache(maxsize=4)
def conditions(codebook: Codebook) -> Mapping[str, expressions.Expression]:
    """The compiled conditions by variable. Raises `Invalid` for one that does not fit."""
    return {
        one.name: expressions.compile(
            one.relevant,
            codebook=codebook,
            level=one.level,
            place=f"codebook/{one.section}.yaml, {one.name}, relevant",
            wanted="boolean",
        )
        for one in codebook.variables.values()
        if one.relevant
    }


def is_relevant(
    codebook: Codebook, name: str, answers: Row, person: Row | None = None
) -> bool | None:
    """Whether to ask a question; None when an earlier answer that decides it is missing.

    `answers` are the household's; for a question about a member `person` holds the member's answers
    and `age` (whole years) and `sex`.
    """
    condition = conditions(codebook).get(name)
    if condition is None:
        return True
    held: bool | None = condition.value({**answers, **(person or {})})
    return held
