"""The texts of compiled modules: one of the engine for all strategies, and one for each program.

The engine's holds what is the same for all: fills, sizing, trades, equity, and the passing over of
quiet bars. A program's holds its own step and the loops around it. So the first strategy compiles
both, and the next ones their own few lines.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from tradewinds.kernel import loops
from tradewinds.kernel.assembly import Assembly
from tradewinds.kernel.facts import BLOCK, FLAT_WAKES, LONG_WAKES, SHORT_WAKES
from tradewinds.kernel.library import key_of, name_of
from tradewinds.kernel.quiet import quiet
from tradewinds.kernel.split import CannotSplitError, Split, split
from tradewinds.kernel.texts import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FunctionType

    from tradewinds.engine.compile import Program

_AHEAD: Final = (
    "def ahead(begin, end, times, opens, highs, lows, closes, volumes, length, state, parameters,"
    " offsets, wakes, tests, values):"
)
_DECIDE: Final = "def decide(j, state, parameters, offsets, tests, values, out):"


_SHARED: Final = (loops.is_full, loops.take, loops.settle, loops.order, loops.keep, quiet)


@dataclass(frozen=True, slots=True)
class Module:
    """A program's text, that of the engine below it, and the function to call from outside.

    `tests` and `values` are how many columns a block has, none where the step runs as a whole.
    """

    text: str
    below: str
    entry: str
    tests: int = 0
    values: int = 0


_made: dict[tuple[str, bool], Module] = {}


def module_of(program: Program, *, one: bool) -> Module:
    """Return the module of a program; `one` says that it runs on one symbol without gaps."""
    key = (program.code_hash, one)
    if key not in _made:
        parts = (program.source, one)
        _made[key] = remembered(Module, parts, lambda: _module(program, one=one))
    return _made[key]


def _module(program: Program, *, one: bool) -> Module:
    if one:
        try:
            return _in_blocks(program, split(program.source))
        except CannotSplitError:
            pass
    texts = {program.step.__code__.co_filename: program.source}
    stead = {_plain(loops.step): _plain(program.step)}
    text, entry = _text(texts, stead, loops.whole)
    return Module(text, engine()[0], entry)


def module_around(entry: object, texts: dict[str, str] | None = None) -> Module:
    """Return the module of one function that is called from outside, above the engine's.

    The function is the engine's, or one of those whose `texts` are given.
    """
    plain, own = _plain(entry), texts or {}

    def made() -> Module:
        text, name = _text(own, {}, entry)
        return Module(text, engine()[0], name)

    parts = (plain.__module__, plain.__name__, sorted(own.items()))
    ours = plain.__module__.startswith("tradewinds.") or plain.__code__.co_filename in own
    return remembered(Module, parts, made) if ours else made()


@cache
def engine() -> tuple[str, tuple[str, ...]]:
    """Return the text that all strategies share, and the functions that they take from it."""
    assembly = Assembly({}, {}, {})
    names = tuple(assembly.keep(_plain(each)) for each in _SHARED)
    return assembly.text(), names


def _in_blocks(program: Program, parts: Split) -> Module:
    source = f"{_ahead(parts)}\n\n\n{_decide(parts)}\n"
    file = f"<ahead {program.code_hash[:12]}>"
    names: dict[str, Any] = dict(program.step.__globals__)
    code = compile(source, file, "exec")
    exec(code, names)  # noqa: S102  # made of the program, in which no user's word is
    texts = {file: source, program.step.__code__.co_filename: program.source}
    stead = {_plain(loops.ahead): names["ahead"], _plain(loops.decide): names["decide"]}
    text, entry = _text(texts, stead, loops.blocks)
    return Module(text, engine()[0], entry, len(parts.tests), len(parts.values))


def _text(
    texts: dict[str, str], stead: dict[FunctionType, FunctionType], entry: object
) -> tuple[str, str]:
    below, names = engine()
    assembly = Assembly(texts, stead, dict.fromkeys(names, name_of(key_of(below))))
    name = assembly.add(_plain(entry))
    return assembly.text(), name


def _ahead(parts: Split) -> str:
    """Return the function that runs over a block and fills its columns."""
    columns = [
        f"{kind}[{place} * {BLOCK} + j] = {ast.unparse(each)}"
        for kind, found in (("tests", parts.tests), ("values", parts.values))
        for place, each in enumerate(found)
    ]
    bits = (FLAT_WAKES, LONG_WAKES, SHORT_WAKES)
    wakes = [
        f"({bit} if {ast.unparse(each)} else 0)"
        for bit, each in zip(bits, parts.wakes, strict=True)
    ]
    body = [
        "j = i - begin",
        "time = times[i] + length",
        *(f"{name} = {_COLUMNS[name]}[i]" for name in parts.fields),
        *_lines(parts.ahead),
        *columns,
        f"wakes[j] = {' + '.join(wakes)}",
    ]
    head = [*_lines(parts.head), "for i in range(begin, end):", *_indented(body)]
    return "\n".join([_AHEAD, *_indented(head)])


def _decide(parts: Split) -> str:
    """Return the decision at one bar of a block."""
    lines = [f"block = {BLOCK}", *_lines(parts.head), *_lines(parts.decision)]
    return "\n".join([_DECIDE, *_indented(lines)])


_COLUMNS: Final = {
    "open": "opens", "high": "highs", "low": "lows", "close": "closes", "volume": "volumes",
}  # fmt: skip


def _lines(statements: Sequence[ast.stmt]) -> list[str]:
    texts = [ast.unparse(ast.fix_missing_locations(each)) for each in statements]
    return [line for text in texts for line in text.splitlines()]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _plain(function: object) -> FunctionType:
    return cast("FunctionType", function)
