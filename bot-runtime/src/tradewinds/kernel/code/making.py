"""Machine code of an entry, made by Numba: the only place that imports it to compile.

Numba finds the types and optimises; it leaves one LLVM module in which nothing of Python is, since
our functions make no objects and raise nothing. What is added to it reads the arguments from a
table (see `machine`), and the whole becomes an object file.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tradewinds.kernel.code.machine import (
    CALL,
    FLOAT,
    NOTHING,
    TRUTH,
    WHOLE,
    Code,
    slots,
    target,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_GIVES: Final = {"int64": WHOLE, "float64": FLOAT, "none": NOTHING, "bool": TRUTH}


def code_of(entry: Any, kinds: tuple[str, ...]) -> Code:
    """Return the machine code of a function under `numba.njit`, for such kinds of arguments."""
    from llvmlite import binding  # noqa: PLC0415 - for those who compile

    entry.compile(tuple(map(_type_of, kinds)))
    signature = entry.nopython_signatures[0]
    module = binding.parse_assembly(entry.inspect_llvm(entry.signatures[0]))
    module.link_in(binding.parse_assembly(_calling(_name_of(module), kinds)))
    _check(module)
    for each in module.functions:
        if not each.is_declaration and each.name != CALL:
            each.linkage = "internal"
    options = binding.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = True
    passes = binding.create_pass_builder(target(), options)
    passes.getModulePassManager().run(module, passes)
    machine = target().emit_object(module)
    return Code(machine, kinds, _GIVES[str(signature.return_type)])


def _type_of(kind: str) -> Any:
    from numba import from_dtype, types  # noqa: PLC0415 - the same

    if kind in (WHOLE, FLOAT):
        return types.int64 if kind == WHOLE else types.float64
    dtype, _, dimensions = kind.partition(" ")
    return types.Array(from_dtype(np.dtype(dtype)), int(dimensions), "C")


def _name_of(module: Any) -> str:
    """Return the only function that can be called from outside."""
    (name,) = [
        each.name
        for each in module.functions
        if not each.is_declaration and each.linkage.name == "external"
    ]
    return str(name)


def _calling(name: str, kinds: tuple[str, ...]) -> str:
    """Return the text of a function that reads a table and calls the entry with what it says.

    Numba's own functions return a status, and take the place of the result, then of an error.
    """
    given = list(_slots(kinds))
    types = ", ".join(["ptr", "ptr", *given])
    reads = [
        f"%p{place} = getelementptr i64, ptr %table, i64 {place}\n"
        f"%v{place} = load {kind}, ptr %p{place}"
        for place, kind in enumerate(given, 1)
    ]
    values = ", ".join(f"{kind} %v{place}" for place, kind in enumerate(given, 1))
    return "\n".join(
        [
            f'declare i32 @"{name}"({types})',
            f"define i32 @{CALL}(ptr %table) {{",
            "%error = alloca ptr",
            *reads,
            f'%status = call i32 @"{name}"(ptr %table, ptr %error, {values})',
            "ret i32 %status",
            "}",
        ]
    )


def _slots(kinds: tuple[str, ...]) -> Iterator[str]:
    for kind in kinds:
        if kind in (WHOLE, FLOAT):
            yield "i64" if kind == WHOLE else "double"
        else:
            yield from ("ptr", "ptr", "i64", "i64", "ptr", *("i64",) * (slots(kind) - 5))


def _check(module: Any) -> None:
    """Refuse code that calls what a process without Numba does not have."""
    process = ctypes.CDLL(None)
    called = [each.name for each in module.functions if each.is_declaration]
    missing = [
        each for each in called if not each.startswith("llvm.") and not hasattr(process, each)
    ]
    if missing:
        raise TypeError(f"compiled code was calling {', '.join(missing)}, which Numba alone has")
