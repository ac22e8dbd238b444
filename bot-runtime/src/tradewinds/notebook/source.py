"""DataFrames that look like a store: bars and, guessed from their decimals, trading rules."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from tradewinds.backtesting.funding import NoRates
from tradewinds.backtesting.trades import NoTrades
from tradewinds.notebook.errors import CallError
from tradewinds.venues.instruments import guess, instrument
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.records import Coverage, Instrument, Series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewinds_store.bars import Bars

Rules = tuple[str, str, str]
"""Tick, lot and minimum notional of a symbol, as decimal texts."""


class FrameSource:
    """Bars by symbol, of one exchange and timeframe, behind the ports that a backtest reads."""

    def __init__(
        self,
        exchange: str,
        timeframe: str,
        bars: Mapping[str, Bars],
        rules: Mapping[str, Rules],
    ) -> None:
        self._exchange = exchange
        self._timeframe = timeframe
        self._bars = bars
        self._rules = rules

    @property
    def bars(self) -> FrameSource:
        return self

    @property
    def instruments(self) -> FrameSource:
        return self

    @property
    def trades(self) -> NoTrades:
        return NoTrades("a DataFrame")

    @property
    def url(self) -> str:
        return ""

    @property
    def funding(self) -> NoRates:
        return NoRates("a DataFrame")

    async def read(self, series: Series, start: int, end: int) -> Bars:
        return self._bars[series.symbol].between(start, end)

    async def coverage(self) -> Sequence[Coverage]:
        return [self._coverage(symbol, bars) for symbol, bars in self._bars.items()]

    async def get(self, exchange: str, symbol: str) -> Instrument | None:
        bars = self._bars.get(symbol)
        if exchange != self._exchange or bars is None:
            return None
        if symbol in self._rules:
            return instrument(exchange, symbol, *_decimals(symbol, self._rules[symbol]))
        prices = (price for column in (bars.open, bars.close) for price in column.tolist())
        return guess(exchange, symbol, prices, bars.volume.tolist())

    def _coverage(self, symbol: str, bars: Bars) -> Coverage:
        first, last = int(bars.time[0]), int(bars.time[-1])
        expected = (last - first) // timeframe_ms(self._timeframe) + 1
        series = Series(self._exchange, symbol, self._timeframe)
        return Coverage(series, first, last, len(bars), expected - len(bars))


def _decimals(symbol: str, rules: Rules) -> tuple[Decimal, Decimal, Decimal]:
    try:
        tick, lot, least = (Decimal(str(one)) for one in rules)
    except (InvalidOperation, ValueError, TypeError):
        raise CallError(
            f"rules of {symbol}: was {rules!r}, expected tick, lot and minimum notional as decimal"
            " texts: ('0.01', '0.00001', '5')"
        ) from None
    return tick, lot, least
