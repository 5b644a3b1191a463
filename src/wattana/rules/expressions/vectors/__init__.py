"""Expressions over many rows at once, in NumPy, with the meaning that they have in SQL.

    boolean        int8: 0 false, 1 unknown, 2 true; so `and` is the least, `or` the greatest
    number         float64, unknown: NaN
    date           int32: days since 1970, unknown: `NO_DAY`
    choice, text   `Choices`
    multi          `Several`

What is the same for all rows may be one number without dimension.
"""

from wattana.rules.expressions.vectors.folding import Households
from wattana.rules.expressions.vectors.values import (
    FALSE,
    NO_DAY,
    TRUE,
    UNKNOWN,
    Choices,
    Days,
    Numbers,
    Several,
    Truths,
    Vector,
    nothing,
)  # fmt: skip
from wattana.rules.expressions.vectors.working import Rows, worked_out

__all__ = [
    "FALSE", "NO_DAY", "TRUE", "UNKNOWN", "Choices", "Days", "Households", "Numbers", "Rows",
    "Several", "Truths", "Vector", "nothing", "worked_out",
]  # fmt: skip
