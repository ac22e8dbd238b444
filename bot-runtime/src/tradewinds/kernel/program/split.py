"""Divide a program's step: what depends on the position, and what can run ahead of it.

The statements of the step are sorted: those that read no position run over a block of bars first
and leave in columns what the decision reads of them; the decision follows bar by bar. For each bar
they also say whether a decision is possible at all while flat, long or short, so that the bars
between are skipped.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tradewinds.engine.records import ENTRY_SIDE, EXIT_LOTS, LOTS, POSITION_SIZE_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_IDLE: Final = (f"state[{ENTRY_SIDE}] == 0.0", f"state[{EXIT_LOTS}] == 0.0")
_SIGNS: Final = ("lots == 0.0", "lots > 0.0", "lots < 0.0")  # flat, long, short
_ARGUMENTS: Final = ["time", "bars", "state", "parameters", "offsets", "out"]
_FIELDS: Final = ("open", "high", "low", "close", "volume")
_NEVER: Final = ast.Constant(value=False)
_ALWAYS: Final = ast.Constant(value=True)


class CannotSplitError(Exception):
    """The step keeps something that depends on the position, so it has to run as a whole."""


@dataclass(slots=True)
class Split:
    """The parts of a step for one symbol.

    `fields` are the columns of bars that are read; `head` depends on parameters alone; `ahead` runs
    ahead; `decision` is the rest, and takes from there `tests`, which are conditions, and `values`.
    `wakes` are when a decision is possible while flat, long and short; `conditions` are names.
    """

    fields: list[str] = field(default_factory=list)
    head: list[ast.stmt] = field(default_factory=list)
    ahead: list[ast.stmt] = field(default_factory=list)
    decision: list[ast.stmt] = field(default_factory=list)
    tests: list[ast.expr] = field(default_factory=list)
    values: list[ast.expr] = field(default_factory=list)
    wakes: list[ast.expr] = field(default_factory=list)
    conditions: set[str] = field(default_factory=set)


def split(source: str) -> Split:
    """Divide the step of a program's source, which is for one symbol."""
    functions = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)]
    step = functions[-1]
    if [each.arg for each in step.args.args] != _ARGUMENTS:
        raise CannotSplitError
    return _Divider().divide(step.body)


class _Divider:
    """Reads statements in order and keeps what it learns of each name."""

    def __init__(self) -> None:
        self.found = Split()
        self.held: set[str] = set()  # names that depend on the position
        self.constant = {"parameters", "offsets"}
        self.conditions = self.found.conditions
        self.meant: dict[str, ast.expr] = {}  # names that the decision gives to free values

    def divide(self, body: Iterable[ast.stmt]) -> Split:
        for statement in body:
            self._sort(statement)
        rest = self.found.decision
        held = set(self.held)
        for sign in _SIGNS:
            self.held = set(held)
            self.found.wakes.append(self._wake(rest, sign))
        self.held = held
        self.found.decision = self._rewritten(rest)
        return self.found

    def _sort(self, statement: ast.stmt) -> None:
        name = _target(statement)
        if isinstance(statement, ast.Assign) and name in _FIELDS:
            if ast.unparse(statement.value) != f"bars[{_FIELDS.index(name)}]":
                raise CannotSplitError
            self.found.fields.append(name)
        elif ast.unparse(statement) == "if close != close:\n    return 0":
            return  # bars that run ahead have no gaps
        elif isinstance(statement, ast.Return) or not self._is_free(statement):
            self._hold(statement, name)
        elif "bars" in _names(statement) or "out" in _names(statement):
            raise CannotSplitError
        elif isinstance(statement, ast.Assign) and self._is_constant(statement.value) and name:
            self.constant.add(name)
            self.found.head.append(statement)
        else:
            if isinstance(statement, ast.Assign) and name and self._is_test(statement.value):
                self.conditions.add(name)
            self.found.ahead.append(statement)

    def _hold(self, statement: ast.stmt, name: str) -> None:
        if _keeps(statement):
            raise CannotSplitError
        if name:
            self.held.add(name)
        self.found.decision.append(statement)

    def _is_free(self, tree: ast.AST) -> bool:
        """Whether something is the same whatever the position is."""
        return not any(
            (isinstance(node, ast.Name) and node.id in self.held) or _is_position(node)
            for node in ast.walk(tree)
        )

    def _is_constant(self, value: ast.expr) -> bool:
        called = {node.func.id for node in ast.walk(value)
                  if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
        return _names(value) <= self.constant | called | {"inf", "nan"}

    def _is_test(self, value: ast.expr) -> bool:
        match value:
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Name(id=name):
                return name in self.conditions
            case ast.IfExp(body=body):
                return self._is_test(body)
            case _:
                return False

    def _given(self, statement: ast.stmt) -> bool:
        """Learn what an assignment of the decision means; whether its value is free."""
        name = _target(statement)
        if not isinstance(statement, ast.Assign) or not name:
            return False
        value = self._inlined(statement.value)
        if self._is_free(value):
            self.held.discard(name)
            self.meant[name] = value
            return True
        self.held.add(name)
        self.meant.pop(name, None)
        return False

    def _inlined(self, value: ast.expr) -> ast.expr:
        return _Inline(self.meant).visit(_copy(value))  # type: ignore[no-any-return]

    def _wake(self, statements: Iterable[ast.stmt], sign: str) -> ast.expr:
        """Return when one of these could write an intention while the position has this sign."""
        found: list[ast.expr] = []
        for statement in statements:
            if isinstance(statement, ast.If):
                test = self._necessary(self._inlined(statement.test), sign)
                found.append(_all([test, self._wake(statement.body, sign)]))
                if not _is(test, _ALWAYS):
                    found.append(self._wake(statement.orelse, sign))
            elif not self._given(statement) and not _is_idle(statement):
                found.append(_ALWAYS)
        return _any(found)

    def _necessary(self, test: ast.expr, sign: str) -> ast.expr:
        """Return what has to hold, of all that is known ahead, for a test to be true."""
        if self._is_free(test):
            return test
        if isinstance(test, ast.BoolOp):
            parts = [self._necessary(each, sign) for each in test.values]
            return _all(parts) if isinstance(test.op, ast.And) else _any(parts)
        text = ast.unparse(test).replace(f"state[{LOTS}]", "lots")
        if text in _SIGNS:
            return _ALWAYS if text == sign else _NEVER
        return _ALWAYS  # it cannot be known ahead

    def _rewritten(self, statements: Iterable[ast.stmt]) -> list[ast.stmt]:
        """Return the decision with columns in place of what runs ahead."""
        made: list[ast.stmt] = []
        for statement in statements:
            if self._given(statement):
                continue
            if isinstance(statement, ast.If):
                test = self._taken(self._inlined(statement.test))
                body, orelse = self._rewritten(statement.body), self._rewritten(statement.orelse)
                made.append(ast.If(test, body or [ast.Pass()], orelse))
            elif isinstance(statement, ast.Assign):
                value = self._taken(self._inlined(statement.value))
                made.append(ast.Assign(statement.targets, value))
            else:
                made.append(statement)
        return made

    def _taken(self, value: ast.expr) -> ast.expr:
        if (
            self._is_constant(value)
            or _is_position(value)
            or (isinstance(value, ast.Name) and value.id in self.held)
        ):
            return value
        if self._is_free(value):
            kind, columns = ("tests", self.found.tests) if self._is_test(value) else (
                "values", self.found.values)  # fmt: skip
            place = _place(columns, value)
            text = f"{kind}[{place} * block + j]"
            return _expression(f"{text} != 0" if kind == "tests" else text)
        if isinstance(value, ast.BoolOp):
            free = [each for each in value.values if self._is_free(each)]
            rest = [self._taken(each) for each in value.values if not self._is_free(each)]
            whole = [ast.BoolOp(value.op, free)] if len(free) > 1 else free
            return ast.BoolOp(value.op, [*(self._taken(each) for each in whole), *rest])
        return _Taken(self._taken).generic_visit(value)  # type: ignore[return-value]


class _Taken(ast.NodeTransformer):
    """Takes the parts of an expression."""

    def __init__(self, taken: object) -> None:
        self._taken = taken

    def visit(self, node: ast.AST) -> ast.AST:
        return self._taken(node) if isinstance(node, ast.expr) else node  # type: ignore[operator]


class _Inline(ast.NodeTransformer):
    """Puts values in the place of names."""

    def __init__(self, meant: dict[str, ast.expr]) -> None:
        self._meant = meant

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return _copy(self._meant[node.id]) if node.id in self._meant else node


def _target(statement: ast.stmt) -> str:
    """Return the name that a statement gives a value to, empty if it is none."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case _:
            return ""


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _is_position(node: ast.AST) -> bool:
    match node:
        case ast.Subscript(value=ast.Name(id="state"), slice=ast.Constant(value=int(place))):
            return place < POSITION_SIZE_OF
        case _:
            return False


def _keeps(statement: ast.stmt) -> bool:
    """Whether a statement writes the state, or hands it to somebody who may."""
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(value=ast.Name(id="state"), ctx=ast.Store()):
                return True
            case ast.Call(args=[ast.Name(id="state"), *_]):
                return True
    return False


def _is_idle(statement: ast.stmt) -> bool:
    return (isinstance(statement, ast.Assign) and bool(_target(statement))) or (
        isinstance(statement, ast.Return) and ast.unparse(statement) == "return 0"
    )  # fmt: skip


def _is(value: ast.expr, known: ast.Constant) -> bool:
    return isinstance(value, ast.Constant) and value.value is known.value


def _all(parts: Sequence[ast.expr]) -> ast.expr:
    if any(_is(each, _NEVER) for each in parts):
        return _NEVER
    left = [each for each in parts if not _is(each, _ALWAYS)]
    if len(left) > 1:
        return ast.BoolOp(ast.And(), left)
    return left[0] if left else _ALWAYS


def _any(parts: Sequence[ast.expr]) -> ast.expr:
    if any(_is(each, _ALWAYS) for each in parts):
        return _ALWAYS
    left = [each for each in parts if not _is(each, _NEVER)]
    if len(left) > 1:
        return ast.BoolOp(ast.Or(), left)
    return left[0] if left else _NEVER


def _place(columns: list[ast.expr], value: ast.expr) -> int:
    texts = [ast.unparse(each) for each in columns]
    text = ast.unparse(value)
    if text not in texts:
        columns.append(value)
        return len(texts)
    return texts.index(text)


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _copy(value: ast.expr) -> ast.expr:
    return _expression(ast.unparse(value))
