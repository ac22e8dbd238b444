"""Numba twins of the engine's plain functions, so that tests can compare the two bit by bit."""

from __future__ import annotations

from dis import get_instructions
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numba

if TYPE_CHECKING:
    from collections.abc import Callable


def jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function and every plain function that it calls."""
    return _twin(function, {})


def _twin(function: Callable[..., Any], done: dict[Any, Any]) -> Callable[..., Any]:
    assert isinstance(function, FunctionType)
    if function not in done:
        names = dict(function.__globals__)
        called = {each.argval for each in get_instructions(function) if "GLOBAL" in each.opname}
        for name in called:
            if isinstance(names.get(name), FunctionType):
                names[name] = _twin(names[name], done)
        done[function] = numba.njit(FunctionType(function.__code__, names, function.__name__))
    return done[function]  # type: ignore[no-any-return]  # numba has no types
