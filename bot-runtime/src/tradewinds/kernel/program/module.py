"""The texts of compiled modules: one of the engine for all strategies, and one for each program.

The engine's holds what is the same for all: fills, sizing, trades, equity, and the passing over of
quiet bars. A program's holds its own step and the loops around it. So the first strategy compiles
both, and the next ones their own few lines. Plans that ask for more than rules and sizes, such as
protections, have an engine's module of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, cast

from tradewinds.kernel.keys import key_of, name_of
from tradewinds.kernel.passes import abreast, extras, loops, plain
from tradewinds.kernel.passes.quiet import quiet
from tradewinds.kernel.program import writing
from tradewinds.kernel.program.assembly import Assembly
from tradewinds.kernel.program.sharing import share
from tradewinds.kernel.program.split import CannotSplitError, Split, split
from tradewinds.kernel.program.texts import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.compile import Program

_SHARED: Final = (loops.is_full, loops.take, loops.settle, loops.order, loops.keep, quiet)
_MORE: Final = (plain.passed, plain.reach, plain.asks)  # shared where they do something


@dataclass(frozen=True, slots=True)
class Module:
    """A program's text, that of the engine below it, and the function to call from outside.

    `tests` and `values` are how many columns a block has, none where the step runs as a whole;
    `parts` has the places of the parameters of each part that sets share, `columns` how many
    columns each leaves.
    """

    text: str
    below: str
    entry: str
    tests: int = 0
    values: int = 0
    parts: list[list[int]] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)


_made: dict[tuple[str, bool, bool], Module] = {}
_made_abreast: dict[tuple[str, bool], Module | None] = {}


def module_of(program: Program, *, one: bool, more: bool) -> Module:
    """Return the module of a program for plans that ask for `more` than a plain one, or do not.

    `one` says that it runs on one symbol without gaps.
    """
    key = (program.code_hash, one, more)
    if key not in _made:
        parts = (program.source, one, more)
        _made[key] = remembered(Module, parts, lambda: _module(program, one=one, more=more))
    return _made[key]


def _module(program: Program, *, one: bool, more: bool) -> Module:
    if one:
        try:
            return _in_blocks(program, split(program.source), more=more)
        except CannotSplitError:
            pass
    texts = {program.step.__code__.co_filename: program.source}
    stead = {_plain(loops.step): _plain(program.step)}
    text, entry = _text(texts, stead, loops.whole, more=more)
    return Module(text, engine(more=more)[0], entry)


def module_around(entry: object, texts: dict[str, str] | None = None) -> Module:
    """Return the module of one function that is called from outside, above the engine's.

    The function is the engine's, or one of those whose `texts` are given.
    """
    plain, own = _plain(entry), texts or {}

    def made() -> Module:
        text, name = _text(own, {}, entry, more=False)
        return Module(text, engine(more=False)[0], name)

    parts = (plain.__module__, plain.__name__, sorted(own.items()))
    ours = plain.__module__.startswith("tradewinds.") or plain.__code__.co_filename in own
    return remembered(Module, parts, made) if ours else made()


@cache
def engine(*, more: bool) -> tuple[str, tuple[str, ...]]:
    """Return the text that all strategies share, and the functions that they take from it."""
    assembly = Assembly({}, _steps(more=more), {})
    shared = (*_SHARED, *_MORE) if more else _SHARED
    names = tuple(assembly.keep(_plain(each)) for each in shared)
    return assembly.text(), names


def _steps(*, more: bool) -> dict[FunctionType, FunctionType]:
    """Return what stands in for what a plain plan does."""
    if not more:
        return {}
    names = [name for name, each in vars(plain).items() if isinstance(each, FunctionType)]
    return {getattr(plain, name): getattr(extras, name) for name in names}


def _in_blocks(program: Program, parts: Split, *, more: bool) -> Module:
    made = (writing.ahead(parts), writing.decide(parts))
    stubs = (loops.ahead, loops.decide)
    return _standing_in(program, parts, made, stubs, loops.blocks, more=more)


def sweep_module_of(program: Program, *, more: bool) -> Module | None:
    """Return the module of a program for many sets abreast, on one symbol without gaps.

    There is none where what keeps state cannot be told apart.
    """
    key = (program.code_hash, more)
    if key not in _made_abreast:
        parts = (program.source, "abreast", more)

        def make() -> Module:
            return _abreast(program, split(program.source), more=more)

        try:
            made = remembered(Module, parts, make)
        except CannotSplitError:
            made = None
        _made_abreast[key] = made
    return _made_abreast[key]


def _abreast(program: Program, parts: Split, *, more: bool) -> Module:
    shared = share(parts)
    packed = writing.is_packed(len(shared.tests))
    decide = writing.decide_packed(parts) if packed else writing.decide(parts)
    made = (writing.column(parts, shared), writing.own(parts, shared), decide)
    stubs = (abreast.column, abreast.own, loops.decide)
    module = _standing_in(program, parts, made, stubs, abreast.abreast, more=more)
    return replace(
        module,
        parts=[[*part.parameters] for part in shared.parts],
        columns=[len(part.gives) for part in shared.parts],
    )


def _standing_in(
    program: Program,
    parts: Split,
    made: Sequence[str],
    stubs: Sequence[object],
    entry: object,
    *,
    more: bool,
) -> Module:
    """Return the module around an entry in which functions made of a program stand in for stubs."""
    source = "\n\n\n".join(made) + "\n"
    file = f"<parts of {program.code_hash[:12]}>"
    names: dict[str, Any] = dict(program.step.__globals__)
    code = compile(source, file, "exec")
    exec(code, names)  # noqa: S102  # made of the program, in which no user's word is
    texts = {file: source, program.step.__code__.co_filename: program.source}
    stead = {_plain(stub): names[_plain(stub).__name__] for stub in stubs}
    text, name = _text(texts, stead, entry, more=more)
    below = engine(more=more)[0]
    return Module(text, below, name, len(parts.tests), len(parts.values))


def _text(
    texts: dict[str, str],
    stead: dict[FunctionType, FunctionType],
    entry: object,
    *,
    more: bool,
) -> tuple[str, str]:
    below, names = engine(more=more)
    steps = {**_steps(more=more), **stead}
    assembly = Assembly(texts, steps, dict.fromkeys(names, name_of(key_of(below))))
    name = assembly.add(_plain(entry))
    return assembly.text(), name


def _plain(function: object) -> FunctionType:
    return cast("FunctionType", function)
