"""Faults of expressions over the columns of a file of anybody: what to write instead."""

from __future__ import annotations

from typing import Any

from wattana.kernel.problems import N_
from wattana.rules.expressions.nodes import Node, Type

Fault = tuple[str, dict[str, Any]]
"""A message and its params."""

_TEXTS = N_(
    "%(place)s, character %(position)s: the column “%(name)s” holds texts. Compare it with a text "
    "in single quotes."
)
_TEXTS_THERE = N_(
    "%(place)s, character %(position)s: the column “%(name)s” holds texts (%(example)s). Compare "
    "it with a text in single quotes, or correct the data so that it holds numbers only."
)
_TRUTHS = N_(
    "%(place)s, character %(position)s: the column “%(name)s” holds true and false. Write "
    "%(name)s, or not %(name)s."
)
_NUMBERS = N_(
    "%(place)s, character %(position)s: the column “%(name)s” holds numbers. Write a comparison "
    "with a number, such as %(name)s = 1."
)


def fault_of(sides: tuple[Node, ...], wanted: Type | None = None) -> Fault | None:
    """What is wrong with columns beside one another, or where `wanted` is expected."""
    kinds = {one.type for one in sides} | ({wanted} if wanted else set())
    for one in sides:
        if one.op != "variable":
            continue
        name = {"name": one.variable.name}
        if one.type == "choice" and kinds & {"number", "boolean"}:
            example = one.variable.question_en
            return (_TEXTS_THERE, {**name, "example": example}) if example else (_TEXTS, name)
        if one.type == "boolean" and kinds & {"number", "code"}:
            return _TRUTHS, name
        if one.type == "number" and kinds & {"boolean", "code"}:
            return _NUMBERS, name
    return None
