"""Checked expressions: what the compiler, the oracle and the never-true check read.

An expression is a frozen tree. Two expressions are equal when they mean the same, wherever they
stand: the place (`span`) is kept for messages and takes no part in comparison. A named indicator
stays a `Reference`, so that a tree never grows by what it refers to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tradewinds_crds.rules.errors import Span

Kind = Literal["number", "condition", "outputs"]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]

_NOWHERE = Span(1, 0)


@dataclass(frozen=True, slots=True)
class Expression:
    """The root of all expressions; `span` is the part of the text that it came from."""

    span: Span = field(default=_NOWHERE, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(Expression):
    value: float


@dataclass(frozen=True, slots=True)
class Parameter(Expression):
    name: str


@dataclass(frozen=True, slots=True)
class Field(Expression):
    """A field of this bar; `symbol` is whose, as in `close("ETH/USDT")`; None is the own."""

    name: str
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class PositionValue(Expression):
    """`position`, `average_price`, `last_fill_price` or `bars_in_trade` of the symbol."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference(Expression):
    """A named indicator of the Strategy; `output` is the part after the dot, if it has several."""

    name: str
    output: str | None = None


@dataclass(frozen=True, slots=True)
class IndicatorCall(Expression):
    """An indicator of the catalog with every parameter, defaults included."""

    name: str
    series: tuple[Expression, ...]
    parameters: tuple[Expression, ...]
    timeframe: str | None = None
    output: str | None = None


@dataclass(frozen=True, slots=True)
class History(Expression):
    """The value of a number or a condition some bars ago; `bars` is constant."""

    of: Expression
    bars: Expression


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    of: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic(Expression):
    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """`min`, `max`, `abs`, `log`, `sqrt` or `exp`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choice(Expression):
    """`then if condition else otherwise`; both arms are numbers or both are conditions."""

    condition: Expression
    then: Expression
    otherwise: Expression
    kind: Kind


@dataclass(frozen=True, slots=True)
class BarsSince(Expression):
    condition: Expression


@dataclass(frozen=True, slots=True)
class Compare(Expression):
    operator: Comparison
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logic(Expression):
    operator: Literal["and", "or"]
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Expression):
    of: Expression


@dataclass(frozen=True, slots=True)
class Cross(Expression):
    """`crosses_above(left, right)` or `crosses_below(left, right)`."""

    direction: Literal["above", "below"]
    left: Expression
    right: Expression


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions that stand directly inside this one."""
    match expression:
        case IndicatorCall(series=series, parameters=parameters):
            return (*series, *parameters)
        case History(of=of, bars=bars):
            return (of, bars)
        case Negative(of=of) | Not(of=of):
            return (of,)
        case (
            Arithmetic(left=left, right=right)
            | Compare(left=left, right=right)
            | Cross(left=left, right=right)
        ):
            return (left, right)
        case Function(arguments=terms) | Logic(terms=terms):
            return terms
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case BarsSince(condition=condition):
            return (condition,)
        case _:
            return ()
