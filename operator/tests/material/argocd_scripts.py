"""Argo CD's scripts, run as Argo CD runs them: Lua 5.1 with `obj`, and next to no library."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lupa import lua51

ROOT = Path(__file__).parents[3] / "manifests" / "argocd"
Run = Callable[[str, Mapping[str, Any]], Any]
_CLOSED = ("string", "math", "io", "debug", "coroutine")  # which Argo CD opens for nobody


def run_script(script: str, obj: Mapping[str, Any]) -> Any:
    """Return what a script returns about an object, as JSON would have it."""
    lua = lua51.LuaRuntime(unpack_returned_tuples=True)
    lua.execute("getmetatable('').__index = nil")  # no methods of text without its library
    for name in _CLOSED:
        lua.globals()[name] = None
    lua.globals()["obj"] = lua.table_from(obj, recursive=True)
    return _plain(lua.execute(script))


def _plain(value: Any) -> Any:
    """Return a Lua value as JSON; an empty table is an empty list, as it is there."""
    if lua51.lua_type(value) != "table":
        return value
    keys = list(value)
    if keys == list(range(1, len(keys) + 1)):
        return [_plain(value[key]) for key in keys]
    return {key: _plain(value[key]) for key in keys}
