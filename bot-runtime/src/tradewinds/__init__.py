"""Tradewinds: trading bots as Kubernetes resources. Python strategies import from here.

`from tradewinds import Bar, Parameter, Strategy, indicators as ta`. Names are loaded when they are
asked for, so that the command line starts before any of them is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tradewinds import indicators
    from tradewinds.engine.parameter import Parameter
    from tradewinds.engine.strategy import Bar, Fill, Position, Strategy

__all__ = ["Bar", "Fill", "Parameter", "Position", "Strategy", "indicators"]

_HOMES: Final = {
    "Bar": "tradewinds.engine.strategy",
    "Fill": "tradewinds.engine.strategy",
    "Parameter": "tradewinds.engine.parameter",
    "Position": "tradewinds.engine.strategy",
    "Strategy": "tradewinds.engine.strategy",
}


def __getattr__(name: str) -> object:
    if name == "indicators":
        return import_module("tradewinds.indicators")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tradewinds' has no attribute '{name}'")
