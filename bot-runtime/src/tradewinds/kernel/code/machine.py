"""Machine code that is kept as bytes, loaded by LLVM alone and called through a table.

A compiled entry takes one address: of a table that holds its numbers, and where its arrays are. So
what was compiled before runs without Numba, which takes longer to import than most backtests to
run, and a call that is made often changes a number or two instead of forty arguments.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CALL: Final = "tradewinds_call"  # what an object's function is called
WHOLE: Final = "int"
FLOAT: Final = "float"
TRUTH: Final = "bool"  # returned alone; given, it is a whole number
NOTHING: Final = "none"
_engines: list[Any] = []  # as long as one of them lives, so does its code


@dataclass(frozen=True, slots=True)
class Code:
    """An object file, the kinds of its entry's arguments, and the kind of what it returns."""

    machine: bytes
    takes: tuple[str, ...]
    gives: str


def kind_of(argument: object) -> str:
    """Return an argument's kind: of an array its dtype and its dimensions."""
    if isinstance(argument, np.ndarray):
        return f"{argument.dtype.str} {argument.ndim}"
    return WHOLE if isinstance(argument, Integral) else FLOAT


def slots(kind: str) -> int:
    """Return how many places of a table an argument takes; of an array Numba wants seven or nine.

    Two owners, of which there are none, items, bytes an item, the address, shape and strides.
    """
    return 1 if kind in (WHOLE, FLOAT) else 5 + 2 * int(kind[-1])


class Entry:
    """A compiled function: called with its arguments, or bound to them for many calls."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._function = _loaded(code.machine)
        self._places = [1]  # the first is for what it returns
        for kind in code.takes:
            self._places.append(self._places[-1] + slots(kind))

    def __call__(self, *arguments: Any) -> Any:
        return self.bind(*arguments)()

    def bind(self, *arguments: Any) -> Call:
        """Return a call with these arguments in place; it looks at arrays where they are now."""
        kinds = tuple(map(kind_of, arguments))
        if kinds != self._code.takes:
            raise TypeError(f"compiled code was given {kinds}, expected {self._code.takes}")
        table = np.zeros(self._places[-1], np.int64)
        floats = table.view(np.float64)
        for place, kind, argument in zip(self._places, kinds, arguments, strict=False):
            if kind == FLOAT:
                floats[place] = argument
            else:
                words = (argument,) if kind == WHOLE else _words(argument)
                table[place : place + len(words)] = words
        return Call(self._function, table, self._places, self._code.gives, arguments)


class Call:
    """A compiled function with its arguments, which live as long as this does."""

    def __init__(
        self,
        function: Callable[[int], int],
        table: np.ndarray[Any, Any],
        places: Sequence[int],
        gives: str,
        held: tuple[Any, ...],
    ) -> None:
        self._function = function
        self._address = table.ctypes.data
        self._words = (ctypes.c_int64 * len(table)).from_address(self._address)
        self._floats = (ctypes.c_double * len(table)).from_address(self._address)
        self._places = places
        self._gives = gives
        self._held = (table, held)

    def __call__(self, *numbers: int) -> Any:
        """Run it; `numbers` are its first arguments, where they have changed."""
        for place, number in enumerate(numbers, 1):
            self._words[place] = number
        if self._function(self._address):
            raise RuntimeError("compiled code stopped with an error: an index was out of bounds")
        if self._gives == WHOLE:
            return self._words[0]
        if self._gives == TRUTH:
            return self._words[0] & 1 == 1
        return self._floats[0] if self._gives == FLOAT else None


def _words(column: np.ndarray[Any, Any]) -> tuple[int, ...]:
    if not column.flags.c_contiguous:
        raise TypeError("compiled code was given an array with gaps between its rows")
    address = column.__array_interface__["data"][0]
    return (0, 0, column.size, column.itemsize, address, *column.shape, *column.strides)


@cache
def target() -> Any:
    """Return the machine that code is made for, and made to run on: this one."""
    from llvmlite import binding  # noqa: PLC0415  # for those who compile, or run what is compiled

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    found = binding.Target.from_triple(binding.get_process_triple())
    return found.create_target_machine(
        cpu=binding.get_host_cpu_name(),
        features=binding.get_host_cpu_features().flatten(),
        opt=3,
        reloc="static" if found.name.startswith("x86") else "default",
        codemodel="jitdefault",
        jit=True,
    )


def _loaded(machine: bytes) -> Callable[[int], int]:
    from llvmlite import binding  # noqa: PLC0415  # the same

    made_for = target()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), made_for)
    engine.add_object_file(binding.ObjectFileRef.from_data(machine))
    engine.finalize_object()
    _engines.append(engine)
    return ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p)(engine.get_function_address(CALL))
