"""The five livelihood capitals of households: scores, levels, completeness, change, and why."""

from wattana.methods.five_capitals.assessing import Move, assess, moves, summary
from wattana.methods.five_capitals.explaining import Explanation, Input, Reason, explain, score

__all__ = [
    "Explanation", "Input", "Move", "Reason", "assess", "explain", "moves", "score", "summary",
]  # fmt: skip
