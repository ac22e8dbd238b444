"""Turn a syntax tree into a checked expression: names, arities, types, parameters, timeframes.

Every node has a kind: a number, a
condition, or several outputs of which one must be named. A kind that does not fit is an error with
its column and the remedy.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, cast

from tradewinds_crds.rules.arguments import bind, timeframe_of
from tradewinds_crds.rules.catalog import (
    CATALOG,
    FIELDS,
    FUNCTIONS,
    POSITION_VALUES,
    Argument,
    Indicator,
)
from tradewinds_crds.rules.constants import LOOK_BACK, evaluate, misfit
from tradewinds_crds.rules.errors import RuleError
from tradewinds_crds.rules.expressions import (
    Arithmetic,
    BarsSince,
    Choice,
    Compare,
    Comparison,
    Cross,
    Expression,
    Field,
    Function,
    History,
    IndicatorCall,
    Kind,
    Logic,
    Negative,
    Not,
    Number,
    Parameter,
    PositionValue,
    Reference,
)
from tradewinds_crds.rules.names import foreign_attribute, foreign_subscript, unknown_name
from tradewinds_crds.rules.parse import parse, span_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds_crds.rules.scope import Scope

_ARITHMETIC: Final[Mapping[type[ast.operator], Literal["+", "-", "*", "/"]]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_LOGIC: Final[Mapping[type[ast.boolop], Literal["and", "or"]]] = {ast.And: "and", ast.Or: "or"}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Comparison]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def number(text: str, scope: Scope) -> Expression:
    """Read an expression that must be a number."""
    return Translator(scope).number(parse(text))


def condition(text: str, scope: Scope) -> Expression:
    """Read an expression that must be a condition."""
    return Translator(scope).condition(parse(text))


class Translator:
    """One pass over one syntax tree."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def number(self, node: ast.expr) -> Expression:
        kind, expression = self._one_value(node)
        if kind == "condition":
            raise RuleError(
                span_of(node),
                "expected a number, this is a condition",
                "compare numbers, and join conditions with 'and', 'or'",
            )
        return expression

    def condition(self, node: ast.expr) -> Expression:
        kind, expression = self._one_value(node)
        if kind == "number":
            example = f"{ast.unparse(node)[:40]} > 0"
            message = "expected a condition, this is a number"
            raise RuleError(span_of(node), message, f"compare it, such as {example}")
        return expression

    def constant(self, node: ast.expr) -> Expression:
        return Translator(replace(self.scope, constant=True, higher=None)).number(node)

    def typed(self, node: ast.expr) -> tuple[Kind, Expression]:
        span = span_of(node)
        match node:
            case ast.Constant(value=str(text)):
                message = f"expected a number or a condition, was text '{text[:40]}'"
                raise RuleError(span, message, 'quotes go around a timeframe, as timeframe="4h"')
            case ast.Constant(value=value):
                return "number", Number(float(cast("float", value)), span=span)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return "condition", Not(self.condition(operand), span=span)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return "number", Negative(self.number(operand), span=span)
            case ast.UnaryOp(operand=operand):
                return "number", self.number(operand)
            case ast.BinOp(left=left, op=op, right=right):
                sides = (self.number(left), self.number(right))
                return "number", Arithmetic(_ARITHMETIC[type(op)], *sides, span=span)
            case ast.BoolOp(op=op, values=values):
                terms = tuple(self.condition(value) for value in values)
                return "condition", Logic(_LOGIC[type(op)], terms, span=span)
            case ast.Compare():
                return "condition", self._compare(node)
            case ast.IfExp():
                return self._choice(node)
            case ast.Subscript():
                return self._history(node)
            case ast.Attribute():
                return self._output(node)
            case ast.Call():
                return self._call(node)
            case _:
                raise RuleError(span, f"{type(node).__name__} is no part of rules")

    def _one_value(self, node: ast.expr) -> tuple[Kind, Expression]:
        """Read what is one value: of several outputs, the one that bears the indicator's name."""
        kind, made = self.typed(node)
        if kind != "outputs":
            return kind, made
        outputs = self._outputs_of(node)
        for output in outputs:
            if output in CATALOG and CATALOG[output].outputs == outputs:
                return "number", replace(cast("Reference | IndicatorCall", made), output=output)
        name = node.id if isinstance(node, ast.Name) else "…"
        written = ", ".join(f"{name}.{output}" for output in outputs)
        raise RuleError(span_of(node), "this has several values", f"name one of them: {written}")

    def _outputs_of(self, node: ast.expr) -> tuple[str, ...]:
        if isinstance(node, ast.Name):
            return self.scope.named[node.id].outputs
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return CATALOG[node.func.id].outputs
        return ()

    def _name(self, node: ast.Name) -> tuple[Kind, Expression]:
        name, span = node.id, span_of(node)
        if name in self.scope.parameters:
            return "number", Parameter(name, span=span)
        known = name in FIELDS or name in POSITION_VALUES or name in self.scope.named
        if known and self.scope.constant:
            raise _not_fixed(node, name)
        if name in FIELDS:
            return "number", Field(name, span=span)
        if known and self.scope.higher:
            raise RuleError(
                span,
                f"'{name}' has no bars of {self.scope.higher}",
                "write its expression out inside, such as "
                f'ema(close, 50, timeframe="{self.scope.higher}")',
            )
        if name in POSITION_VALUES:
            return "number", PositionValue(name, span=span)
        if name in self.scope.named:
            return self.scope.named[name].kind, Reference(name, span=span)
        if name in CATALOG or name in FUNCTIONS:
            signature = CATALOG[name].signature if name in CATALOG else FUNCTIONS[name].signature
            raise RuleError(span, f"'{name}' needs its arguments", f"write {signature}")
        raise unknown_name(node, (*self.scope.parameters, *self.scope.named))

    def _compare(self, node: ast.Compare) -> Expression:
        sides = [self.number(side) for side in (node.left, *node.comparators)]
        terms = [
            Compare(_COMPARISONS[type(op)], left, right, span=span_of(node))
            for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return terms[0] if len(terms) == 1 else Logic("and", tuple(terms), span=span_of(node))

    def _choice(self, node: ast.IfExp) -> tuple[Kind, Expression]:
        test = self.condition(node.test)
        kind, then = self._one_value(node.body)
        otherwise = self.condition(node.orelse) if kind == "condition" else self.number(node.orelse)
        return kind, Choice(test, then, otherwise, kind, span=span_of(node))

    def _history(self, node: ast.Subscript) -> tuple[Kind, Expression]:
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            raise foreign_subscript(node, node.slice.value)
        if isinstance(node.slice, ast.UnaryOp) and isinstance(node.slice.op, ast.USub):
            raise RuleError(
                span_of(node.slice),
                "this would look into the future",
                "x[1] is one bar ago, x[2] two, and x alone this bar",
            )
        kind, of = self._one_value(node.value)
        bars = self.constant(node.slice)
        problem = misfit(LOOK_BACK, evaluate(bars, self.scope.parameters))
        if problem:
            raise RuleError(span_of(node.slice), problem, "x[1] is one bar ago")
        return kind, History(of, bars, span=span_of(node))

    def _output(self, node: ast.Attribute) -> tuple[Kind, Expression]:
        if isinstance(node.value, ast.Name) and node.value.id not in self.scope.named:
            raise foreign_attribute(node)
        kind, of = self.typed(node.value)
        if kind != "outputs":
            raise foreign_attribute(node)
        outputs = self._outputs_of(node.value)
        if node.attr not in outputs:
            raise RuleError(
                span_of(node), f"unknown output '{node.attr}'", f"there are {', '.join(outputs)}"
            )
        made = replace(cast("Reference | IndicatorCall", of), output=node.attr, span=span_of(node))
        return "number", made

    def _call(self, node: ast.Call) -> tuple[Kind, Expression]:
        if isinstance(node.func, ast.Attribute):
            raise foreign_attribute(node.func)
        if not isinstance(node.func, ast.Name):
            raise RuleError(span_of(node), "only functions can be called", "such as ema(close, 20)")
        name = node.func.id
        if name in CATALOG:
            return self._indicator(CATALOG[name], node)
        if name in FUNCTIONS:
            return self._function(name, node)
        if name in FIELDS:
            return "number", self._other_symbol(name, node)
        if name in self.scope.named or name in self.scope.parameters:
            raise RuleError(
                span_of(node.func),
                f"'{name}' takes no arguments",
                f"write {name}, or {name}[1] for the bar before",
            )
        raise unknown_name(node.func, (*self.scope.parameters, *self.scope.named), called=True)

    def _function(self, name: str, node: ast.Call) -> tuple[Kind, Expression]:
        signature, span = FUNCTIONS[name], span_of(node)
        fits = signature.fewest <= len(node.args) <= signature.most
        if node.keywords or not fits:
            message = f"{name} was given {len(node.args) + len(node.keywords)} arguments"
            raise RuleError(span, message, f"write {signature.signature}")
        changing = name in {"crosses_above", "crosses_below", "bars_since"}
        if changing and self.scope.constant:
            raise _not_fixed(node, name)
        if name == "bars_since":
            return "number", BarsSince(self.condition(node.args[0]), span=span)
        numbers = tuple(self.number(argument) for argument in node.args)
        if name == "crosses_above":
            return "condition", Cross("above", *numbers, span=span)
        if name == "crosses_below":
            return "condition", Cross("below", *numbers, span=span)
        return "number", Function(name, numbers, span=span)

    def _other_symbol(self, name: str, node: ast.Call) -> Expression:
        argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if self.scope.constant:
            raise _not_fixed(node, name)
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            raise RuleError(
                span_of(node),
                f"'{name}' is a field, not a function",
                f"write {name}, or {name}[1] for the bar before",
            )
        if argument.value not in self.scope.symbols:
            raise RuleError(
                span_of(argument),
                f"unknown symbol {argument.value!a}",
                f"there are {', '.join(self.scope.symbols)}",
            )
        return Field(name, str(argument.value), span=span_of(node))

    def _indicator(self, indicator: Indicator, node: ast.Call) -> tuple[Kind, Expression]:
        if self.scope.constant:
            raise _not_fixed(node, indicator.name)
        given = bind(indicator, node)
        higher = timeframe_of(node, self.scope)
        inside = Translator(replace(self.scope, higher=higher or self.scope.higher))
        series = tuple(inside.number(given[name]) for name in indicator.series)
        parameters = tuple(
            self._parameter(indicator, argument, given) for argument in indicator.parameters
        )
        made = IndicatorCall(indicator.name, series, parameters, higher, span=span_of(node))
        return ("outputs" if indicator.outputs else "number"), made

    def _parameter(
        self, indicator: Indicator, argument: Argument, given: Mapping[str, ast.expr]
    ) -> Expression:
        if argument.name not in given:
            return Number(float(argument.default or 0.0))
        node = given[argument.name]
        made = self.constant(node)
        problem = misfit(argument, evaluate(made, self.scope.parameters))
        if problem:
            raise RuleError(span_of(node), f"{indicator.name}: {problem}")
        return made


def _not_fixed(node: ast.expr, name: str) -> RuleError:
    message = f"'{name}' changes from bar to bar; here the value must be fixed"
    return RuleError(span_of(node), message, "write a number or a parameter")
