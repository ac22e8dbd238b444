"""Strategies as Python classes: what a trader subclasses, imports and reads.

The class sees closed bars and asks for orders; it never sees a venue. Its orders are sized and
filled by the same code as those of rule strategies, and live from the next bar on. State is
rebuilt by replaying bars and fills, so a strategy takes time from `now` and chance from `random`,
never from the machine.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Unpack

from tradewinds.engine.errors import StrategyError
from tradewinds.engine.records import BUY, SELL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from tradewinds.engine.classes.requests import Order, Requests
    from tradewinds.engine.classes.seen import Bar, Fill, Position
    from tradewinds.engine.classes.series import Indicator, Series, Study


class Strategy:
    """Subclass it and override what you need; every `on_` method may be left out."""

    _requests: Requests

    def on_start(self) -> None:
        """Declare indicators here, before the first bar."""

    def on_bars(self, bars: Mapping[str, Bar]) -> None:
        """Decide on the closed bars of one time, by symbol; calls `on_bar` for each."""
        for bar in bars.values():
            self.on_bar(bar)

    def on_bar(self, bar: Bar) -> None:
        """Decide on a symbol's closed bar; not called before every indicator is defined."""

    def on_fill(self, fill: Fill) -> None:
        """Hear of a fill, before the bar in which it happened."""

    def on_stop(self) -> None:
        """Hear that the run is over; nothing can be ordered any more."""

    @property
    def name(self) -> str:
        """The Strategy's name, from its manifest."""
        return self._here().plan.name

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols, in their declared order."""
        return self._here().plan.symbols

    @property
    def now(self) -> datetime:
        """The close of the bars that are decided on, UTC."""
        return datetime.fromtimestamp(self._here().time / 1000, UTC)

    @property
    def random(self) -> Random:
        """Chance that repeats: seeded from the Strategy's name and the time of the bars."""
        return self._here().random()

    @property
    def equity(self) -> float:
        """Capital plus the strategy's own profit and loss at this close, in quote currency."""
        return self._here().equity()

    def position(self, symbol: str) -> Position:
        """Return what is held of a symbol."""
        try:
            return self._requests.positions[symbol]
        except (AttributeError, KeyError):
            return self._here().position(symbol)

    def indicator(self, study: Study, *inputs: str | Series | float) -> Indicator:
        """Declare an indicator: its series ("close", or another indicator), then its numbers."""
        return self._here().indicator(study, inputs)

    def series(self, field: str) -> Series:
        """Declare a field of the bars (open, high, low, close, volume) to look back on."""
        return self._here().series(field)

    def buy(self, symbol: str, **order: Unpack[Order]) -> None:
        """Ask for a long position; ignored while one is open or an entry waits."""
        self._here().enter("buy", BUY, symbol, order)

    def sell(self, symbol: str, **order: Unpack[Order]) -> None:
        """Ask for a short position, of a perpetual; to end a long one, use `close`."""
        self._here().enter("sell", SELL, symbol, order)

    def close(self, symbol: str, *, quantity: float | None = None, tag: str = "") -> None:
        """Ask to close the position at the next open, or so much of it; ignored without one."""
        self._here().leave(symbol, tag, quantity)

    def cancel(self, symbol: str, *, tag: str = "") -> None:
        """Take back the entry that waits; ignored when there is none."""
        self._here().take_back(symbol, tag)

    def _here(self) -> Requests:
        try:
            return self._requests
        except AttributeError:
            raise StrategyError(
                f"{type(self).__name__}: the engine was asked before the run began. Move what"
                " needs it from __init__ to on_start"
            ) from None
