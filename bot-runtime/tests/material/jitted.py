"""Compiled twins of the engine's plain functions, so that tests can compare the two bit by bit.

They are compiled as a backtest's are, and kept in the same folder under a name made of their text:
a function that did not change is loaded by the next session, which takes no time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tradewinds.kernel.code.library import compiled
from tradewinds.kernel.code.machine import kind_of
from tradewinds.kernel.program.module import module_around

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewinds.kernel.code.machine import Entry


def jitted(function: Callable[..., Any], source: str = "") -> Callable[..., Any]:
    """Return a function compiled, with all that it calls; `source` is the text of a made one."""
    texts = {function.__code__.co_filename: source} if source else {}
    module = module_around(function, texts)
    entries: dict[tuple[str, ...], Entry] = {}

    def twin(*arguments: Any) -> Any:
        kinds = tuple(map(kind_of, arguments))
        if kinds not in entries:
            own = replace(module, text=f"{module.text}# {kinds}\n")
            entries[kinds] = compiled(own, arguments)
        return entries[kinds](*arguments)

    return twin
