"""Tradewinds: trading bots as Kubernetes resources. Python strategies import from here.

`from tradewinds import Bar, Parameter, Strategy, indicators as ta`; a notebook imports
`tradewinds as tw` and calls `tw.backtest(…)` and `tw.optimize(…)`. Names are loaded when they are
asked for, so that the command line starts before any of them is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tradewinds import indicators
    from tradewinds.engine.classes.parameter import Parameter
    from tradewinds.engine.classes.seen import Bar, Fill, Position
    from tradewinds.engine.classes.strategy import Strategy
    from tradewinds.notebook.backtest import backtest
    from tradewinds.notebook.optimize import optimize

__all__ = [
    "Bar", "Fill", "Parameter", "Position", "Strategy", "backtest", "indicators", "optimize",
]  # fmt: skip

_HOMES: Final = {
    "Bar": "tradewinds.engine.classes.seen",
    "Fill": "tradewinds.engine.classes.seen",
    "Parameter": "tradewinds.engine.classes.parameter",
    "Position": "tradewinds.engine.classes.seen",
    "Strategy": "tradewinds.engine.classes.strategy",
    "backtest": "tradewinds.notebook.backtest",
    "optimize": "tradewinds.notebook.optimize",
}


def __getattr__(name: str) -> object:
    if name == "indicators":
        return import_module("tradewinds.indicators")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tradewinds' has no attribute '{name}'")
