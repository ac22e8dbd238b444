"""One Strategy's measure of sizes: the owner of its flat buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.engine.measure.kelly import learn, trade_of
from tradewinds.engine.measure.layout import KELLY, VOLATILITY, WAY, WINDOW
from tradewinds.engine.measure.resize import resize
from tradewinds.engine.measure.volatility import note, own_of

if TYPE_CHECKING:
    from tradewinds.engine.book import Book, Row


class Measure:
    """What sizes entries by what was measured, and its state; without settings, nothing."""

    def __init__(self, settings: tuple[float, ...] | None, symbols: int) -> None:
        self.settings = list(settings or ())
        self._symbols = symbols
        way = self.settings[WAY] if settings else 0
        size = 0
        if way == VOLATILITY:
            size = own_of(symbols, self.settings)
        elif way == KELLY:
            size = trade_of(symbols, self.settings)
        self._learns = way == KELLY
        self.state = [0.0] * size

    def __bool__(self) -> bool:
        return bool(self.settings)

    @property
    def warmup(self) -> int:
        """How many bars of a symbol come before it can be measured."""
        return 0 if self._learns or not self else int(self.settings[WINDOW]) + 1

    def fill(self, row: Row, book: Book) -> None:
        """Take a fill."""
        if self._learns:
            learn(row, 0, self.settings, self.state, book.terms)

    def close(self, time: int, bars: list[float]) -> None:
        """Take a bar set."""
        if self and not self._learns:
            note(time, bars, self.settings, self.state, self._symbols)

    def resize(self, intents: list[float], n: int) -> None:
        """Give entries that do not say their size the measured one."""
        resize(intents, n, self.settings, self.state)
