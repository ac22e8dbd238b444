"""Read the text of an expression into Python's syntax tree, and nothing beyond a closed list of it.

Nothing is ever run: the tree is data. Length, depth and numbers are bounded before anything else
looks at them, and whatever the text is, `RuleError` is all that can be raised.
"""

from __future__ import annotations

import ast
import re
from typing import Final, TypeGuard

from tradewinds_crds.rules.errors import RuleError, Span
from tradewinds_crds.rules.spellings import advice_for_syntax

MAX_LENGTH: Final = 1_000
MAX_DEPTH: Final = 32
MAX_NUMBER: Final = 1e15

_STRANGE: Final = re.compile(r"[^ -~]|[\\#`]")
_GLUED: Final = re.compile(r"(?<![\w.])[0-9][0-9_.]*+(?:[eE][+-]?[0-9_]+)?+[A-Za-z_]\w*")

_SPELT: Final[dict[type[ast.AST], str]] = {
    ast.BitAnd: "'&' is written 'and' here",
    ast.BitOr: "'|' is written 'or' here",
    ast.BitXor: "there are no powers; write x * x",
    ast.Pow: "there are no powers; write x * x",
    ast.Invert: "'~' is written 'not' here",
    ast.Mod: "there is no remainder; a percentage is a fraction here, such as 0.05 for 5%",
    ast.FloorDiv: "divide with '/'",
    ast.Is: "compare with '=='",
    ast.IsNot: "compare with '!='",
    ast.In: "write: a == b or a == c",
    ast.NotIn: "write: a != b and a != c",
    ast.NamedExpr: "to compare, write '=='; to name an expression, put it under indicators",
    ast.Slice: "x[1] is one bar ago, x[2] two; a window is highest(x, n), lowest(x, n), sma(x, n)",
    ast.Tuple: "write one expression",
}

_ALLOWED: Final = (
    ast.Constant, ast.Name, ast.Load, ast.UnaryOp, ast.USub, ast.UAdd, ast.Not, ast.BinOp, ast.Add,
    ast.Sub, ast.Mult, ast.Div, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Lt, ast.LtE, ast.Gt,
    ast.GtE, ast.Eq, ast.NotEq, ast.IfExp, ast.Call, ast.keyword, ast.Subscript, ast.Attribute,
)  # fmt: skip


def parse(text: str) -> ast.expr:
    """Return the syntax tree of an expression, checked against the closed list; RuleError if not.

    The tree's columns are those of `text`: its line breaks count as spaces.
    """
    if len(text) > MAX_LENGTH:
        span = Span(MAX_LENGTH + 1, 1)
        raise RuleError(
            span,
            f"was {len(text)} characters long, expected at most {MAX_LENGTH}",
            "put parts of it under indicators",
        )
    flat = re.sub(r"[\r\n\t]", " ", text)
    if not flat.strip():
        raise RuleError(Span(1, 1), "was empty, expected an expression", "such as close > open")
    _refuse_strange(flat)
    tree = _read(flat)
    _refuse_unknown(tree, 1, Span(1, 1))
    return tree


def names_in(tree: ast.expr) -> frozenset[str]:
    """Return every name that an expression mentions."""
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def span_of(node: ast.expr | ast.keyword) -> Span:
    end = node.end_col_offset or node.col_offset + 1
    return Span(node.col_offset + 1, max(1, end - node.col_offset))


def _refuse_strange(text: str) -> None:
    strange = _STRANGE.search(text)
    if strange:
        raise RuleError(
            Span(strange.start() + 1, 1),
            f"unknown character {strange.group()!a}",
            "expressions are written in plain ASCII",
        )
    glued = _GLUED.search(re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: " " * len(m.group()), text))
    if glued:
        raise RuleError(
            Span(glued.start() + 1, len(glued.group())), f"'{glued.group()}' is no number",
            "numbers carry no unit here",
        )  # fmt: skip


def _read(text: str) -> ast.expr:
    start = len(text) - len(text.lstrip())
    try:
        tree = ast.parse(text[start:], mode="eval").body
    except SyntaxError as error:
        raise _unreadable(text, start, error) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise _too_deep(Span(start + 1, 1)) from None
    _shift(tree, start)
    return tree


def _shift(tree: ast.expr, start: int) -> None:
    if start == 0:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.keyword):
            node.col_offset += start
            if node.end_col_offset is not None:
                node.end_col_offset += start


def _unreadable(text: str, start: int, error: SyntaxError) -> RuleError:
    advice = advice_for_syntax(text)
    if advice:
        place, length, remedy = advice
        return RuleError(Span(place + 1, length), "unknown operator", remedy)
    column = min(max(1, (error.offset or 1) + start), len(text) + 1)
    return RuleError(Span(column, 1), f"cannot be read: {error.msg}", "write it as a + b > c")


def _too_deep(span: Span) -> RuleError:
    return RuleError(
        span, f"was nested more than {MAX_DEPTH} deep", "put parts of it under indicators"
    )


def _refuse_unknown(node: ast.AST, depth: int, span: Span) -> None:
    span = span_of(node) if _has_place(node) else span
    if depth > MAX_DEPTH:
        raise _too_deep(span)
    if isinstance(node, ast.Constant):
        _refuse_constant(node, span)
    elif not isinstance(node, _ALLOWED):
        word = type(node).__name__
        remedy = _SPELT.get(type(node), "see the rule language")
        known = "unknown operator" if type(node) in _SPELT else f"{word} is no part of rules"
        raise RuleError(span, known, remedy)
    for child in ast.iter_child_nodes(node):
        _refuse_unknown(child, depth + 1, span)


def _has_place(node: ast.AST) -> TypeGuard[ast.expr | ast.keyword]:
    return isinstance(node, ast.expr | ast.keyword)


def _refuse_constant(node: ast.Constant, span: Span) -> None:
    value = node.value
    if isinstance(value, str):
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError(span, f"{value!r} is no number", "write a comparison, such as close > open")
    if not abs(value) <= MAX_NUMBER:
        raise RuleError(span, "this number is too large", f"the largest is {MAX_NUMBER:g}")
