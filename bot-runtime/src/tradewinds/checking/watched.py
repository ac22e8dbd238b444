"""A Python strategy that tells which of its lines ordered, and what it held in mind then.

It is the class itself with its orders noted on the way through, so it trades as the class does.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeVar

from tradewinds.engine.classes.series import Series
from tradewinds.engine.classes.strategy import Strategy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tradewinds.engine.classes.seen import Bar

    Watch = Callable[[int, Mapping[str, object]], None]

Places = dict[tuple[int, str], str]
S = TypeVar("S", bound=Strategy)
_PLAIN = (bool, int, float, str, list, dict, tuple, set)


def watched(strategy: type[S], places: Places, watch: Watch | None) -> type[S]:
    """Return the class, with the lines of its orders written to `places`.

    `watch` hears each close that was decided on, with the figures of the instance by name.
    """
    names: dict[str, Any] = {
        word: _noted(strategy, word, places) for word in ("buy", "sell", "close", "cancel")
    }
    if watch is not None:
        joint = strategy.on_bars is not Strategy.on_bars
        names |= _joint(strategy, watch) if joint else _each(strategy, watch)
    names |= {"__module__": strategy.__module__, "__qualname__": strategy.__qualname__}
    return type(strategy.__name__, (strategy,), names)


def figures(instance: Strategy) -> dict[str, object]:
    """Return what an instance holds now: its indicators by symbol, and its plain attributes."""
    found: dict[str, object] = {}
    for name, value in vars(instance).items():
        if isinstance(value, Series):
            for output, series in {"": value, **getattr(value, "outputs", {})}.items():
                dotted = f"self.{name}.{output}" if output else f"self.{name}"
                found |= {f"{dotted}[{one!r}]": series[one] for one in instance.symbols}
        elif not name.startswith("_") and isinstance(value, _PLAIN):
            found[f"self.{name}"] = repr(value) if not isinstance(value, int | float) else value
    return found


def _noted(strategy: type[Strategy], word: str, places: Places) -> Callable[..., None]:
    original = getattr(strategy, word)

    def order(self: Strategy, symbol: str, **terms: Any) -> None:
        frame = inspect.currentframe()
        caller = frame.f_back if frame is not None else None
        if caller is not None:
            time = round(self.now.timestamp() * 1000)
            places[time, symbol] = f"{caller.f_code.co_filename}:{caller.f_lineno}"
        original(self, symbol, **terms)

    return order


def _each(strategy: type[Strategy], watch: Watch) -> dict[str, Any]:
    def on_bar(self: Strategy, bar: Bar) -> None:
        strategy.on_bar(self, bar)
        watch(bar.closed_ms, figures(self))

    return {"on_bar": on_bar}


def _joint(strategy: type[Strategy], watch: Watch) -> dict[str, Any]:
    def on_bars(self: Strategy, bars: Mapping[str, Bar]) -> None:
        strategy.on_bars(self, bars)
        watch(next(iter(bars.values())).closed_ms, figures(self))

    return {"on_bars": on_bars}
