"""Divide what runs ahead by the parameters that it depends on, so that sets can share it.

Of a thousand parameter sets, many have a parameter in common. What keeps state, such as an
indicator, is put into parts, one for all that depends on the same parameters: it runs once for each
of their values and leaves columns. What keeps none is left to each set, which reads the columns.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tradewinds.engine.compile.slots import SEEN
from tradewinds.engine.records import POSITION_SIZE_OF
from tradewinds.kernel.program.split import CannotSplitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tradewinds.kernel.program.split import Split

    Key = tuple[int, ...]

_FIRST_BAR: Final = re.compile(
    rf"(?s){SEEN} = int\(state\[\d+\]\)|if {SEEN} == 0:.*|state\[\d+\] = {SEEN} \+ 1\.0"
    r"|if state\[(\d+)\] == 0\.0:\n    state\[\1\] = 1\.0.*"
)
_BEFORE: Final = re.compile(
    r"(?P<before>past_\d+) = (?P<place>state\[(?P<at>\d+)\])\nstate\[(?P=at)\] = (?P<now>[a-z]\w*)"
)
_BLANK: Final = re.compile(r"for place in range\((\d+), (\d+)\):\n\s+state\[place\] = nan")


@dataclass(slots=True)
class Part:
    """What depends on the same parameters, which are named by their places.

    `gives` are its columns, by the name that others read them by; `takes` those of others. What is
    `behind` is one of its columns one bar before, so that it needs none of its own.
    """

    parameters: Key
    body: list[ast.stmt] = field(default_factory=list)
    takes: list[str] = field(default_factory=list)
    gives: dict[str, str] = field(default_factory=dict)
    behind: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Shared:
    """The parts in the order of running, and what each set computes of their columns.

    `first` are the statements of the first bar, which every part has. `takes`, `own`, `tests`,
    `values` and `wakes` are of a set.
    """

    first: list[ast.stmt]
    parts: list[Part]
    takes: list[str]
    own: list[ast.stmt]
    tests: list[ast.expr]
    values: list[ast.expr]
    wakes: list[ast.expr]


def share(split: Split) -> Shared:
    """Divide what runs ahead in a split; CannotSplitError where state is kept in unknown ways."""
    count = 0
    while count < len(split.ahead) and _FIRST_BAR.fullmatch(ast.unparse(split.ahead[count])):
        count += 1
    return _Sharer(split, split.ahead[count:]).shared(split, split.ahead[:count])


class _Sharer:
    """Knows of each name, and of each place of the state, which parameters it depends on."""

    def __init__(self, split: Split, statements: Sequence[ast.stmt]) -> None:
        self._statements = statements
        self._bases = sorted({place for each in statements for place in _bases(each)})
        self._on: dict[str, set[int]] = {}
        for each in split.head:
            self._on[_stored(each)[0]] = _parameters(each).union(
                *(self._on.get(name, set()) for name in _loaded(each))
            )
        self._places = [self._places_of(each) for each in statements]
        self._follow()
        self._parts: dict[Key, Part] = {}
        self._plain: dict[str, ast.stmt] = {}
        self._giver: dict[str, Part] = {}

    def shared(self, split: Split, first: list[ast.stmt]) -> Shared:
        for statement, places in zip(self._statements, self._places, strict=True):
            if not places:
                self._plain[_stored(statement)[0]] = statement
                continue
            key = tuple(sorted(self._of(statement, places)))
            part = self._parts.setdefault(key, Part(key))
            part.body.append(statement)
            self._giver.update(dict.fromkeys(_stored(statement), part))
        for part in self._parts.values():
            part.behind = _behind(part.body, first)
        parts = sorted(self._parts.values(), key=lambda part: len(part.parameters))
        for part in parts:
            part.body, part.takes = self._with_plain(part.body, part)
        kept = _Kept(self)
        tests, values, wakes = (
            [kept.visit(ast.parse(ast.unparse(each), mode="eval").body) for each in found]
            for found in (split.tests, split.values, split.wakes)
        )
        asked: list[ast.stmt] = [ast.Expr(each) for each in (*tests, *values, *wakes)]
        own, takes = self._with_plain(asked, None)
        return Shared(first, parts, takes, own[: len(own) - len(asked)], tests, values, wakes)

    def column_of(self, place: ast.Subscript) -> str:
        """Return the name of the column that a place of the state has at the end of a bar."""
        (found,) = self._places_of(ast.Expr(place))
        text = ast.unparse(place)
        name = "kept_" + "_".join(re.findall(r"\w+", text)[1:])
        part = self._parts[tuple(sorted(self._on[found]))]
        part.gives[name] = text
        self._giver[name] = part
        return name

    def _with_plain(
        self, body: list[ast.stmt], own: Part | None
    ) -> tuple[list[ast.stmt], list[str]]:
        """Return statements behind what they need that keeps nothing, and the columns they take."""
        needed: dict[str, ast.stmt] = {}
        takes: dict[str, None] = {}

        def ask(statement: ast.stmt) -> None:
            for name in _loaded(statement):
                if name in self._plain and name not in needed:
                    ask(self._plain[name])
                    needed[name] = self._plain[name]
                elif name in self._giver and self._giver[name] is not own:
                    part = self._giver[name]
                    kept = part.behind.get(name, name)
                    part.gives.setdefault(kept, kept)
                    takes[name] = None

        for statement in body:
            ask(statement)
        order = {id(each): place for place, each in enumerate(self._statements)}
        behind = len(order)
        made = sorted([*needed.values(), *body], key=lambda each: order.get(id(each), behind))
        return made, list(takes)

    def _follow(self) -> None:
        """Find what everything depends on; what shares a place of the state depends on the same."""
        before = -1
        while before != (before := sum(map(len, self._on.values()))):
            for statement, places in zip(self._statements, self._places, strict=True):
                found = self._of(statement, places)
                for name in (*_stored(statement), *places):
                    self._on.setdefault(name, set()).update(found)

    def _of(self, statement: ast.stmt, places: Iterable[str]) -> set[int]:
        names = (*_loaded(statement), *places)
        return _parameters(statement).union(*(self._on.get(name, set()) for name in names))

    def _places_of(self, statement: ast.stmt) -> set[str]:
        """Return the places of the state that a statement touches."""
        found = {self._place(each) for each in _addresses(statement)}
        if len(found) < len({name for name in _loaded(statement) if name == "state"}):
            raise CannotSplitError
        return found

    def _place(self, address: ast.expr) -> str:
        while isinstance(address, ast.BinOp):
            address = address.left
        match address:
            case ast.Name(id=name) if name.startswith("offset_"):
                return name
            case ast.Constant(value=int(place)) if place >= POSITION_SIZE_OF:
                return str(max((base for base in self._bases if base <= place), default=place))
        raise CannotSplitError


def _behind(body: Sequence[ast.stmt], first: Sequence[ast.stmt]) -> dict[str, str]:
    """Return the names that have the value which another one had a bar before, NaN at first."""
    texts = [ast.unparse(each) for each in body]
    stored = {name for each in body for name in _stored(each)}
    blank = [
        range(*map(int, found)) for each in first for found in _BLANK.findall(ast.unparse(each))
    ]
    found = {}
    for pair in pairwise(texts):
        match = _BEFORE.fullmatch("\n".join(pair))
        if match is None or match["now"] not in stored:
            continue
        touched = sum(match["place"] in text for text in texts)
        if touched == len(pair) and any(int(match["at"]) in places for places in blank):
            found[match["before"]] = match["now"]
    return found


class _Kept(ast.NodeTransformer):
    """Puts columns in the place of what is read from the state."""

    def __init__(self, sharer: _Sharer) -> None:
        self._sharer = sharer

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if ast.unparse(node.value) != "state":
            return node
        return ast.Name(self._sharer.column_of(node), ast.Load())


def _addresses(tree: ast.AST) -> list[ast.expr]:
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Name(id="state"), slice=address):
                found.append(address)
            case ast.Call(args=[ast.Name(id="state"), address, *_]):
                found.append(address)
    return found


def _bases(tree: ast.AST) -> list[int]:
    """Return the literal places at which something begins to be kept."""
    found = []
    for node in ast.walk(tree):
        match node:
            case (
                ast.Subscript(
                    value=ast.Name(id="state"),
                    slice=ast.Constant(value=int(place)),
                    ctx=ast.Store(),
                )
                | ast.Subscript(
                    value=ast.Name(id="state"),
                    slice=ast.BinOp(left=ast.Constant(value=int(place))),
                    ctx=ast.Store(),
                )
                | ast.Call(args=[ast.Name(id="state"), ast.Constant(value=int(place)), *_])
            ):
                found.append(place)
    return found


def _parameters(tree: ast.AST) -> set[int]:
    return {
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) == "parameters"
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
    }


def _loaded(tree: ast.AST) -> list[str]:
    return [
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]


def _stored(tree: ast.AST) -> list[str]:
    return [
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
