"""Lower checked expressions into the value graph.

Here the rule for NaN is made: `not` is pushed down to the comparisons, so that a condition on NaN
is false and so is its negation. A cross becomes its definition over the bar before.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tradewinds.engine.compile.graph import Graph, Node
from tradewinds_crds.rules.catalog import CATALOG
from tradewinds_crds.rules.expressions import (
    Arithmetic,
    BarsSince,
    Choice,
    Compare,
    Cross,
    Expression,
    Field,
    Function,
    History,
    IndicatorCall,
    Logic,
    Negative,
    Not,
    Number,
    Parameter,
    PositionValue,
    Reference,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds_crds.rules import CheckedRules

_OPPOSITE: Final[Mapping[str, str]] = MappingProxyType(
    {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
)
_ONE: Final = Number(1.0)


class Lowering:
    """Puts the expressions of one rule set into one graph."""

    def __init__(self, rules: CheckedRules) -> None:
        self.graph = Graph()
        self.named = dict(rules.indicators)
        self.symbols = rules.symbols
        self._done: dict[tuple[str, str | None, bool], int] = {}
        for name, checked in rules.indicators:  # in order, so that no reference goes deep
            if checked.kind == "number":
                self.number(Reference(name))
            elif checked.kind == "condition":
                self.condition(Reference(name))
                self.condition(Reference(name), negated=True)

    def number(self, expression: Expression, bars: str = "") -> int:
        match expression:
            case Number(value=value):
                return self.graph.add(Node("number", detail=(value,)))
            case Parameter(name=name):
                return self.graph.add(Node("parameter", detail=(name,)))
            case Field(name=name, symbol=None):
                return self.graph.add(Node("field", detail=(name,), bars=bars))
            case Field(name=name, symbol=str(symbol)):
                whose = (self.symbols.index(symbol),) if len(self.symbols) > 1 else ()
                return self.graph.add(Node("field", detail=(name, *whose), bars=bars))
            case PositionValue(name=name):
                return self.graph.add(Node("position", detail=(name,)))
            case Reference():
                return self._reference(expression)
            case IndicatorCall():
                return self._indicator(expression, bars)
            case History(of=of, bars=ago):
                return self._past(self.number(of, bars), ago, bars)
            case Negative(of=of):
                return self.graph.add(Node("negative", (self.number(of, bars),), bars=bars))
            case Arithmetic(operator=operator, left=left, right=right):
                sides = (self.number(left, bars), self.number(right, bars))
                return self.graph.add(Node("arithmetic", sides, (operator,), bars))
            case Function(name=name, arguments=arguments):
                return self._function(name, [self.number(each, bars) for each in arguments], bars)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                parts = (
                    self.condition(condition, bars),
                    self.number(then, bars),
                    self.number(otherwise, bars),
                )
                return self.graph.add(Node("choice", parts, bars=bars))
            case BarsSince(condition=condition):
                return self.graph.add(Node("since", (self.condition(condition, bars),), bars=bars))
            case _:
                raise TypeError(f"{type(expression).__name__} is no number")

    def condition(self, expression: Expression, bars: str = "", *, negated: bool = False) -> int:
        match expression:
            case Not(of=of):
                return self.condition(of, bars, negated=not negated)
            case Compare(operator=operator, left=left, right=right):
                sides = (self.number(left, bars), self.number(right, bars))
                return self._compare(_OPPOSITE[operator] if negated else operator, sides, bars)
            case Logic(operator=operator, terms=terms):
                both = (operator == "and") != negated
                parts = tuple(self.condition(term, bars, negated=negated) for term in terms)
                return self.graph.add(Node("and" if both else "or", parts, bars=bars))
            case Cross():
                return self._cross(expression, bars, negated=negated)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                parts = (
                    self.condition(condition, bars),
                    self.condition(then, bars, negated=negated),
                    self.condition(otherwise, bars, negated=negated),
                )
                return self.graph.add(Node("if", parts, bars=bars))
            case History(of=of, bars=ago):
                number = self.condition(of, bars, negated=negated)
                return self.graph.add(Node("was", (number,), (ago,), bars))
            case Reference(name=name):
                key = (name, None, negated)
                if key not in self._done:
                    meant = self.named[name].expression
                    self._done[key] = self.condition(meant, negated=negated)
                return self._done[key]
            case _:
                raise TypeError(f"{type(expression).__name__} is no condition")

    def _compare(self, operator: str, sides: tuple[int, int], bars: str) -> int:
        if operator == "!=":  # two comparisons, both false on NaN
            below = self.graph.add(Node("compare", sides, ("<",), bars))
            above = self.graph.add(Node("compare", sides, (">",), bars))
            return self.graph.add(Node("or", (below, above), bars=bars))
        return self.graph.add(Node("compare", sides, (operator,), bars))

    def _cross(self, cross: Cross, bars: str, *, negated: bool) -> int:
        sides = (self.number(cross.left, bars), self.number(cross.right, bars))
        before = (self._past(sides[0], _ONE, bars), self._past(sides[1], _ONE, bars))
        earlier, now = ("<=", ">") if cross.direction == "above" else (">=", "<")
        if negated:
            earlier, now = _OPPOSITE[earlier], _OPPOSITE[now]
        parts = (self._compare(earlier, before, bars), self._compare(now, sides, bars))
        return self.graph.add(Node("or" if negated else "and", parts, bars=bars))

    def _reference(self, reference: Reference) -> int:
        key = (reference.name, reference.output, False)
        if key not in self._done:
            meant = self._meant(reference)
            self._done[key] = self.number(meant)
        return self._done[key]

    def _meant(self, reference: Reference) -> Expression:
        meant = self.named[reference.name].expression
        if reference.output is None:
            return meant
        if isinstance(meant, Reference):
            return Reference(meant.name, reference.output)
        assert isinstance(meant, IndicatorCall)  # noqa: S101  # nothing else has outputs
        return IndicatorCall(
            meant.name, meant.series, meant.parameters, meant.timeframe, reference.output
        )

    def _indicator(self, call: IndicatorCall, bars: str) -> int:
        inside = call.timeframe or bars
        read = (Field(name) for name in CATALOG[call.name].bars)
        series = tuple(self.number(each, inside) for each in (*call.series, *read))
        step = self.graph.add(Node("indicator", series, (call.name, *call.parameters), inside))
        if call.output is not None:
            step = self.graph.add(Node("output", (step,), (call.name, call.output), inside))
        if inside != bars:
            step = self.graph.add(Node("held", (step,), (inside,), bars))
        return step

    def _past(self, number: int, ago: Expression, bars: str) -> int:
        if self.graph.constant[number] or ago == Number(0.0):
            return number
        return self.graph.add(Node("past", (number,), (ago,), bars))

    def _function(self, name: str, numbers: list[int], bars: str) -> int:
        if len(numbers) == 1:
            return self.graph.add(Node("function", tuple(numbers), (name,), bars))
        made = numbers[0]
        for number in numbers[1:]:
            made = self.graph.add(Node("function", (made, number), (name,), bars))
        return made
