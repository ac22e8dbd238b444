"""The arguments of an indicator: by place, by name, by default, and its timeframe."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tradewinds_crds.errors import ScalarError
from tradewinds_crds.rules.errors import RuleError
from tradewinds_crds.rules.parse import span_of
from tradewinds_crds.scalars import timeframe_ms

if TYPE_CHECKING:
    from tradewinds_crds.rules.catalog import Indicator
    from tradewinds_crds.rules.scope import Scope


def bind(indicator: Indicator, node: ast.Call) -> dict[str, ast.expr]:
    """Return the written arguments of a call by name, `timeframe` left out; RuleError if unfit."""
    names = [*indicator.series, *(argument.name for argument in indicator.parameters)]
    remedy = f"write {indicator.signature}"
    if len(node.args) > len(names):
        counts = f"was given {len(node.args)} arguments, expected at most {len(names)}"
        raise RuleError(span_of(node.args[len(names)]), f"{indicator.name} {counts}", remedy)
    given = dict(zip(names, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg == "timeframe":
            continue
        if keyword.arg is None or keyword.arg not in names or keyword.arg in given:
            twice = "twice the argument" if keyword.arg in given else "an unknown argument"
            message = f"{indicator.name} was given {twice} '{keyword.arg}'"
            raise RuleError(span_of(keyword), message, remedy)
        given[keyword.arg] = keyword.value
    required = [*indicator.series, *(a.name for a in indicator.parameters if a.default is None)]
    missing = [name for name in required if name not in given]
    if missing:
        raise RuleError(span_of(node), f"{indicator.name} needs {' and '.join(missing)}", remedy)
    return given


def timeframe_of(node: ast.Call, scope: Scope) -> str | None:
    """Return the timeframe of a call if it is a new, higher one; RuleError if it does not fit."""
    keyword = next((word for word in node.keywords if word.arg == "timeframe"), None)
    if keyword is None:
        return None
    span = span_of(keyword.value)
    text = str(keyword.value.value) if isinstance(keyword.value, ast.Constant) else "no text"
    try:
        wanted = timeframe_ms(text)
    except ScalarError as error:
        raise RuleError(span, f"timeframe {error}", 'as in timeframe="4h"') from None
    if wanted % timeframe_ms(scope.timeframe):
        expected = f"expected a multiple of the strategy's {scope.timeframe}"
        raise RuleError(span, f"timeframe was {text}, {expected}")
    if scope.higher not in {None, text}:
        message = f"timeframe was {text} inside an indicator of {scope.higher}"
        raise RuleError(span, message, "use one timeframe in one expression")
    return text if scope.higher is None and text != scope.timeframe else None
