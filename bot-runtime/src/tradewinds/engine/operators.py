"""The closed list of operators behind `+ - *`: the same bits in CPython and in Numba.

A division by zero, the logarithm of nothing or a root of less is NaN, never an exception: a value
that does not exist makes its condition false. There is no power: `x**3` differs between the two in
a quarter of all values.
"""

from __future__ import annotations

import math
from math import nan
from typing import Final

_LARGEST_EXPONENT: Final = 709.0  # beyond it the result is no float


def div(a: float, b: float) -> float:
    """Divide; NaN on zero."""
    if b == 0.0:
        return nan
    return a / b


def log(a: float) -> float:
    """Return the natural logarithm; NaN at or below zero."""
    if a > 0.0:
        return math.log(a)
    return nan


def sqrt(a: float) -> float:
    """Return the square root; NaN below zero."""
    if a >= 0.0:
        return math.sqrt(a)
    return nan


def exp(a: float) -> float:
    """Return e to the power of a; NaN above 709, where a float ends."""
    if a <= _LARGEST_EXPONENT:
        return math.exp(a)
    return nan


def minimum(a: float, b: float) -> float:
    """Return the smaller; NaN if one is NaN, and the first of equals."""
    if a != a or b < a:  # noqa: PLR0124  # NaN alone differs from itself
        return b if a == a else a  # noqa: PLR0124  # the same
    return a if b == b else b  # noqa: PLR0124  # the same


def maximum(a: float, b: float) -> float:
    """Return the larger; NaN if one is NaN, and the first of equals."""
    if a != a or b > a:  # noqa: PLR0124  # NaN alone differs from itself
        return b if a == a else a  # noqa: PLR0124  # the same
    return a if b == b else b  # noqa: PLR0124  # the same


def absolute(a: float) -> float:
    """Return the value without its sign; NaN of NaN."""
    return abs(a)
