"""Constant expressions: numbers and parameters, such as the length of an average.

They are known before the first bar, so that the memory of an indicator is known too. The checker
evaluates them with the parameters' defaults, the engine with the values of a run.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tradewinds_crds.rules.catalog import MAX_BARS, Argument
from tradewinds_crds.rules.expressions import (
    Arithmetic,
    Compare,
    Expression,
    Function,
    Logic,
    Negative,
    Not,
    Number,
    Parameter,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOK_BACK: Final = Argument("bars ago", None, 0, MAX_BARS, whole=True, sentence="")


def evaluate(expression: Expression, values: Mapping[str, float]) -> float:
    """Return the value of a constant expression; NaN where it has none."""
    match expression:
        case Number(value=value):
            return value
        case Parameter(name=name):
            return values[name]
        case Negative(of=of):
            return -evaluate(of, values)
        case Arithmetic(operator=operator, left=left, right=right):
            return _arithmetic(operator, evaluate(left, values), evaluate(right, values))
        case Function(name=name, arguments=arguments):
            return _function(name, [evaluate(argument, values) for argument in arguments])
        case _:
            raise TypeError(f"{type(expression).__name__} is not constant")


def holds(condition: Expression, values: Mapping[str, float]) -> bool:
    """Return whether a condition over parameters, such as `fast < slow`, holds."""
    match condition:
        case Compare(operator=operator, left=left, right=right):
            return _compare(operator, evaluate(left, values), evaluate(right, values))
        case Logic(operator="and", terms=terms):
            return all(holds(term, values) for term in terms)
        case Logic(terms=terms):
            return any(holds(term, values) for term in terms)
        case Not(of=of):
            return not holds(of, values)
        case _:
            raise TypeError(f"{type(condition).__name__} is no condition over parameters")


def misfit(argument: Argument, value: float) -> str | None:
    """Say why a value does not fit an argument, or return None."""
    fits = argument.low <= value <= argument.high
    if fits and (not argument.whole or value == math.floor(value)):
        return None
    number = "a whole number" if argument.whole else "a number"
    bounds = f"from {argument.low:g} to {argument.high:g}"
    return f"{argument.name} was {value!r}, expected {number} {bounds}"


def _arithmetic(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    return left / right if right != 0.0 else math.nan


def _function(name: str, values: list[float]) -> float:
    if any(math.isnan(value) for value in values):
        return math.nan
    if name in {"min", "max"}:
        return min(values) if name == "min" else max(values)
    if name == "abs":
        return abs(values[0])
    try:
        return float({"log": math.log, "sqrt": math.sqrt, "exp": math.exp}[name](values[0]))
    except (ValueError, OverflowError):
        return math.nan


def _compare(operator: str, left: float, right: float) -> bool:
    if math.isnan(left) or math.isnan(right):
        return False
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
    }[operator]
