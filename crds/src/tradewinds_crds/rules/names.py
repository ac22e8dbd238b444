"""Errors about names: what was meant, in the words of this language."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tradewinds_crds.rules.catalog import CATALOG, FIELDS, FUNCTIONS, RESERVED
from tradewinds_crds.rules.errors import RuleError
from tradewinds_crds.rules.parse import span_of
from tradewinds_crds.rules.spellings import advice_for_name

if TYPE_CHECKING:
    from collections.abc import Iterable


def unknown_name(node: ast.Name, own: Iterable[str], *, called: bool = False) -> RuleError:
    """Return the error for a name that stands for nothing, with the nearest that does."""
    advice = advice_for_name(node.id) or nearest(node.id.lower(), {*own, *RESERVED})
    fallback = (
        f"the functions are {', '.join([*CATALOG, *FUNCTIONS])}"
        if called
        else f"declare '{node.id[:40]}' under indicators or parameters"
    )
    return RuleError(span_of(node), f"unknown name '{node.id[:40]}'", advice or fallback)


def foreign_attribute(node: ast.Attribute) -> RuleError:
    """Return the error for `ta.sma`, `close.shift`, `df.close` and the like."""
    written = ast.unparse(node)[:40]
    prefix = node.value.id if isinstance(node.value, ast.Name) else ""
    if node.attr == "shift":
        written_value = ast.unparse(node.value)[:40]
        advice: str | None = f"write {written_value}[1] for the bar before"
    elif prefix in FIELDS:
        advice = advice_for_name(node.attr)
    else:
        advice = advice_for_name(node.attr)
        if node.attr in FIELDS:
            advice = f"write {node.attr}"
    message = f"unknown name '{written}'"
    return RuleError(span_of(node), message, advice or "a dot stands before an output, as bb.upper")


def foreign_subscript(node: ast.Subscript, column: str) -> RuleError:
    """Return the error for `df['close']`."""
    advice = f"write {column}" if column.isidentifier() else "write the indicator's name"
    return RuleError(span_of(node), "there are no tables of columns here", advice)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the question whether a known name was meant, or None."""
    import difflib  # noqa: PLC0415  # needed for a message alone; a bot never gets here

    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"did you mean {near[0]}?" if near else None
