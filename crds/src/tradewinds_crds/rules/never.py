"""Warnings of comparisons that can never be true, such as `close > highest(high, 20)`.

The commonest mistake in rules: a window holds this bar, so nothing of this bar is beyond it. The
check knows the order within a bar (low ≤ open, close ≤ high), windows, and values with bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds_crds.rules.catalog import CATALOG
from tradewinds_crds.rules.errors import RuleProblem
from tradewinds_crds.rules.expressions import (
    Compare,
    Cross,
    Expression,
    Field,
    History,
    IndicatorCall,
    Number,
    Reference,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tradewinds_crds.rules.checked import CheckedExpression


def never_true(
    checked: CheckedExpression, named: Mapping[str, CheckedExpression]
) -> Iterator[RuleProblem]:
    """Yield a warning for each comparison of an expression that no bar can make true."""
    for expression in _walk(checked.expression):
        sides = _lower_and_upper(expression)
        if sides is None:
            continue
        upper, lower = sides
        if _at_most(_resolve(upper, named), _resolve(lower, named), named):
            yield _warning(checked, expression, _window(upper, lower, named))
        elif _beyond_bounds(_resolve(upper, named), _resolve(lower, named)):
            yield _warning(checked, expression, None)


def _walk(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in children(expression):
        yield from _walk(child)


def _lower_and_upper(expression: Expression) -> tuple[Expression, Expression] | None:
    match expression:
        case Compare(operator=">", left=left, right=right) | Cross("above", left, right):
            return left, right
        case Compare(operator="<", left=left, right=right) | Cross("below", left, right):
            return right, left
        case _:
            return None


def _resolve(expression: Expression, named: Mapping[str, CheckedExpression]) -> Expression:
    while isinstance(expression, Reference) and expression.output is None:
        expression = named[expression.name].expression
    return expression


def _at_most(low: Expression, high: Expression, named: Mapping[str, CheckedExpression]) -> bool:
    low, high = _resolve(low, named), _resolve(high, named)
    if low == high:
        return True
    match low, high:
        case Field(name=a, symbol=None), Field(name=b, symbol=None):
            return "volume" not in {a, b} and (a == "low" or b == "high")
        case History(of=a, bars=m), History(of=b, bars=n):
            return m == n and _at_most(a, b, named)
        case _, IndicatorCall(name="highest", series=(inside,), timeframe=None):
            return _at_most(low, inside, named)
        case IndicatorCall(name="lowest", series=(inside,), timeframe=None), _:
            return _at_most(inside, high, named)
        case _:
            return False


def _beyond_bounds(upper: Expression, lower: Expression) -> bool:
    match upper, lower:
        case IndicatorCall(name=name), Number(value=value):
            span = CATALOG[name].span
            return span is not None and span[1] <= value
        case Number(value=value), IndicatorCall(name=name):
            span = CATALOG[name].span
            return span is not None and value <= span[0]
        case _:
            return False


def _window(
    upper: Expression, lower: Expression, named: Mapping[str, CheckedExpression]
) -> Expression | None:
    for side in (lower, upper):
        meant = _resolve(side, named)
        if isinstance(meant, IndicatorCall) and meant.name in {"highest", "lowest"}:
            return side
    return None


def _warning(
    checked: CheckedExpression, expression: Expression, window: Expression | None
) -> RuleProblem:
    span = expression.span
    if window is None:
        message, remedy = "never true: no bar can be like this", "turn the comparison round"
    else:
        start = window.span.column - 1
        written = checked.text[start : start + window.span.length]
        message, remedy = f"never true: {written} contains this bar", f"write {written}[1]"
    return RuleProblem(checked.path, span.column, span.length, message, remedy)
