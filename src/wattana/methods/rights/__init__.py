"""Rights and welfare: what is due, what may be applied for, what is unknown, and why. No Django."""

from wattana.methods.rights.explaining import Explanation, answers_of, explain, standings
from wattana.methods.rights.flags import Flag
from wattana.methods.rights.judging import DUE, MAY_APPLY, NOT_DUE, UNKNOWN, Answer, Outcome
from wattana.methods.rights.missing import Fact

__all__ = [
    "DUE", "MAY_APPLY", "NOT_DUE", "UNKNOWN", "Answer", "Explanation", "Fact", "Flag", "Outcome",
    "answers_of", "explain", "standings",
]  # fmt: skip
