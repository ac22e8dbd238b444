"""The texts of functions that are made of a program's parts, for the loops that call them.

They stand in for the stubs of `loops` and `abreast`, which say what they take.
"""

from __future__ import annotations

import ast
import inspect
import re
from typing import TYPE_CHECKING, Any, Final

from tradewinds.kernel.passes import abreast, loops
from tradewinds.kernel.passes.facts import ABREAST, BLOCK, FLAT_WAKES, LONG_WAKES, SHORT_WAKES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tradewinds.kernel.program.sharing import Shared
    from tradewinds.kernel.program.split import Split

_COLUMN: Final = "column_"  # before the name of what is read bar by bar
_TEST: Final = re.compile(r"tests\[(\d+) \* block \+ j\]")
ROOM: Final = ABREAST + 8  # the last bar of the block before, its own, a whole line of cache
FIRST_TEST: Final = 2 * SHORT_WAKES  # the bit of `wakes` that has the first test
BYTE: Final = 256
_FIELDS: Final = {
    "open": "opens", "high": "highs", "low": "lows", "close": "closes", "volume": "volumes",
}  # fmt: skip


def ahead(split: Split) -> str:
    """Return the function that runs over a block and fills its tests, values and wakes."""
    told = _told(split.tests, split.values, split.wakes)
    bar = [*_bar(split), *_lines(split.ahead), *told]
    head = [*_lines(split.head), *_slices(split.fields)]
    return _function(loops.ahead, [*head, *_each_bar(bar)])


def decide(split: Split) -> str:
    """Return the decision at one bar of a block."""
    return _function(
        loops.decide, [f"block = {BLOCK}", *_lines(split.head), *_lines(split.decision)]
    )


def decide_packed(split: Split) -> str:
    """Return the decision at one bar of a block whose tests are bits of `wakes`."""
    text = decide(split)
    return _TEST.sub(lambda found: f"(tests[j] & {FIRST_TEST << int(found[1])})", text)


def is_packed(tests: int) -> bool:
    """Whether so many tests of a bar have room beside its wakes, in one byte."""
    return FIRST_TEST << tests <= BYTE


def column(split: Split, shared: Shared) -> str:
    """Return the function that runs a job: one part for one set over a block."""
    body: list[str] = []
    for kind, part in enumerate(shared.parts):
        head = [
            *_slices(split.fields),
            *_columns(part.takes, shared, "job"),
            *(
                line
                for place, name in enumerate(part.gives)
                for line in (
                    f"columns[into + {place * ROOM}] = columns[into + {place * ROOM + ABREAST}]",
                    f"{_COLUMN}{name} = {_slice('into', place)}",
                )
            ),
        ]
        bar = [
            *_bar(split),
            *_taken(part.takes, split),
            *_lines([*shared.first, *part.body]),
            *(f"{_COLUMN}{name}[j] = {value}" for name, value in part.gives.items()),
        ]
        body += [f"if kind == {kind}:", *_indented([*head, *_each_bar(bar)])]
    return _function(abreast.column, [*_lines(split.head), *(body or ["pass"])])


def own(split: Split, shared: Shared) -> str:
    """Return the function that fills tests, values and wakes of one set from its columns."""
    plain = _Plain(split.conditions)
    told = _told(*([plain.visit(each) for each in found]
                   for found in (shared.tests, shared.values, shared.wakes)),
                 packed=is_packed(len(shared.tests)))  # fmt: skip
    head = [*_slices(split.fields), *_columns(shared.takes, shared, "places")]
    bar = [*_bar(split), *_taken(shared.takes, split), *_lines(map(plain.visit, shared.own)), *told]
    return _function(abreast.own, [*_lines(split.head), *head, *_each_bar(bar)])


def _told(
    tests: Sequence[ast.expr],
    values: Sequence[ast.expr],
    wakes: Sequence[ast.expr],
    *,
    packed: bool = False,
) -> list[str]:
    """Return the lines that leave in columns of the block what a decision reads."""
    columns = [
        f"{kind}[{place * BLOCK} + j] = {ast.unparse(each)}"
        for kind, found in (("tests", () if packed else tests), ("values", values))
        for place, each in enumerate(found)
    ]
    told = [*zip((FLAT_WAKES, LONG_WAKES, SHORT_WAKES), wakes, strict=True)]
    if packed:
        told += [(FIRST_TEST << place, each) for place, each in enumerate(tests)]
    bits = [f"({bit} if {ast.unparse(each)} else 0)" for bit, each in told]
    return [*columns, f"wakes[j] = {' + '.join(bits)}"]


def _slices(fields: Sequence[str]) -> list[str]:
    """Return the lines that cut a block out of the bars."""
    return [f"{_COLUMN}{name} = {_FIELDS[name]}[begin:end]" for name in fields]


def _columns(names: Sequence[str], shared: Shared, places: str) -> list[str]:
    """Return the lines that find columns; `places` says where those of each part begin."""
    lines = []
    for name in names:
        of, part = next(
            (of, part)
            for of, part in enumerate(shared.parts)
            if name in part.gives or name in part.behind
        )
        place = list(part.gives).index(part.behind.get(name, name))
        begin = _slice(f"{places}[{of}]", place, before=name in part.behind)
        lines.append(f"{_COLUMN}{name} = {begin}")
    return lines


def _slice(begin: str, place: int, *, before: bool = False) -> str:
    """Return a column of a block, or the bars one before: its first place is of the last block."""
    at = place * ROOM + (0 if before else 1)
    return f"columns[{begin} + {at}:{begin} + {at + ABREAST}]"


def _bar(split: Split) -> list[str]:
    time = ["time = times[begin + j] + length"]
    return [*time, *(f"{name} = {_COLUMN}{name}[j]" for name in split.fields)]


def _taken(names: Sequence[str], split: Split) -> list[str]:
    """Return the lines that read columns; a condition was kept as a number."""
    return [
        f"{name} = {_COLUMN}{name}[j]{' != 0.0' if name in split.conditions else ''}"
        for name in names
    ]


class _Plain(ast.NodeTransformer):
    """Makes conditions that are cheap be computed without a jump, and so for many bars at once."""

    def __init__(self, conditions: Collection[str]) -> None:
        self._conditions = conditions

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if not all(self._is_plain(each) for each in node.values):
            return node
        joins = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        made = node.values[0]
        for each in node.values[1:]:
            made = ast.BinOp(made, joins, each)
        return made

    def _is_plain(self, value: ast.expr) -> bool:
        match value:
            case ast.Compare():
                return not any(isinstance(each, ast.Call) for each in ast.walk(value))
            case ast.BinOp(left=left, right=right):
                return self._is_plain(left) and self._is_plain(right)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._is_plain(operand)
            case ast.Name(id=name):
                return name in self._conditions
            case _:
                return False


def _each_bar(body: Iterable[str]) -> list[str]:
    return ["for j in range(end - begin):", *_indented(body)]


def _function(stub: Any, body: Iterable[str]) -> str:
    takes = ", ".join(inspect.signature(stub).parameters)
    return "\n".join([f"def {stub.__name__}({takes}):", *_indented(body)])


def _lines(statements: Iterable[ast.stmt]) -> list[str]:
    texts = [ast.unparse(ast.fix_missing_locations(each)) for each in statements]
    return [line for text in texts for line in text.splitlines()]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]
