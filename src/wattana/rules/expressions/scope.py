"""The names that an expression may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wattana.rules.book import Codebook
from wattana.rules.expressions.nodes import Node
from wattana.rules.parameters import Parameter
from wattana.rules.variables import Level


@dataclass(frozen=True)
class Scope:
    """Variables of the codebook, dated parameters, constants and named values of a measure.

    `level` is the level of the row: household, or person (who also sees the household's variables).
    With `rights` the names include dates and the derived facts, which a measure has no columns for.
    """

    codebook: Codebook
    level: Level
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, Node] = field(default_factory=dict)
    rights: bool = False
