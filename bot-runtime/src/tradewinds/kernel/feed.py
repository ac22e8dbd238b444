"""Bars as the store keeps them, column by column, for the event loop and for compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from tradewinds.engine.barsets import BarSet, StoredBar, bar_sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from tradewinds.engine.plan import Plan


class Columns(Protocol):
    """Bars of one symbol, oldest first, such as the store's `Bars`; times are opens in ms."""

    @property
    def time(self) -> NDArray[Any]: ...
    @property
    def open(self) -> NDArray[Any]: ...
    @property
    def high(self) -> NDArray[Any]: ...
    @property
    def low(self) -> NDArray[Any]: ...
    @property
    def close(self) -> NDArray[Any]: ...
    @property
    def volume(self) -> NDArray[Any]: ...
    def __getitem__(self, rows: Any) -> Columns: ...


def rows(bars: Columns) -> Iterator[StoredBar]:
    """Yield the bars of one symbol as the engine takes them."""
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return zip(*(column.tolist() for column in columns), strict=True)


def sets_of(plan: Plan, series: Mapping[str, Columns]) -> Iterable[BarSet]:
    """Return the bar sets of a plan's symbols, for the event loop."""
    of_symbols = {symbol: rows(series[symbol]) for symbol in plan.symbols if symbol in series}
    return bar_sets(plan.symbols, plan.timeframe_ms, of_symbols)


def between(bars: Columns, end: int | None) -> Columns:
    """Return the bars that open before `end`, without a copy."""
    if end is None:
        return bars
    return bars[: bars.time.searchsorted(end)]
