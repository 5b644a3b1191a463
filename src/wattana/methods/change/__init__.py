"""Change over time: the same households in two or more rounds, and independent cross-sections."""

from wattana.methods.change.cross_sections import (
    Difference,
    GroupDifferences,
    Known,
    difference,
    differences,
)
from wattana.methods.change.panels import (
    ASPECTS,
    Wave,
    changes,
    histories,
    movements,
    transitions,
    waves,
)
from wattana.methods.change.tallies import DIGITS, Interval

__all__ = [
    "ASPECTS",
    "DIGITS",
    "Difference",
    "GroupDifferences",
    "Interval",
    "Known",
    "Wave",
    "changes",
    "difference",
    "differences",
    "histories",
    "movements",
    "transitions",
    "waves",
]
