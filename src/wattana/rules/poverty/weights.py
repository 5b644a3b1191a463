"""Weights and cut-offs as exact fractions: 0.3333333333333333 in a file is one third.

A person exactly on the cut-off is poor. With decimals they slip under it: 0.69 % of persons of a
national table sat on k, and H fell from 11.42 % to 10.73 % with weights of 12 digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import isqrt, lcm

ROUNDED_FROM = 6
"""A decimal with at least so many digits may be a rounded fraction; a shorter one is exact."""


def exact(written: int | float | str) -> Fraction:
    """The fraction that a number or a text such as 1/3 stands for. Raises ValueError.

    A long decimal is taken for the much simpler fraction that it is rounded from, if there is one.
    """
    if isinstance(written, str) and "/" in written:
        return _ratio(written)
    try:
        decimal = Decimal(written if isinstance(written, str) else repr(written))
    except InvalidOperation:
        raise ValueError(written) from None
    if not decimal.is_finite() or abs(decimal.adjusted()) > 30:
        raise ValueError(written)
    value = Fraction(decimal)
    digits = -int(decimal.as_tuple().exponent)
    if digits < ROUNDED_FROM:
        return value
    digits = min(digits, 17)
    simple = value.limit_denominator(min(10_000, isqrt(10 ** (digits - 2))))
    return simple if abs(value - simple) < Fraction(1, 10**digits) else value


def _ratio(text: str) -> Fraction:
    try:
        return Fraction(text.replace(" ", ""))
    except ZeroDivisionError:
        raise ValueError(text) from None


def common_denominator(weights: Sequence[Fraction]) -> int:
    """The smallest whole number of parts in which every weight is a whole number of parts."""
    return lcm(*(weight.denominator for weight in weights))


def told(value: Fraction) -> str:
    """A fraction as people read it: 0.25, 1/3 or 1."""
    if 10_000 % value.denominator == 0 or value.denominator > 100:
        return f"{float(value):.12g}"
    return str(value)
