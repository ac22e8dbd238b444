"""Bar sets: the closed bars of all symbols of one time, in the order of the Strategy's symbols.

Every decision and every fill step works on one. A symbol without a bar at that time (a gap) has
NaN in its row. Times of bars are open times; a bar set is known by its close time, because that is
when a strategy sees it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from tradewinds.engine.errors import EngineError
from tradewinds.engine.records import BAR_SIZE, CLOSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

StoredBar = tuple[int, float, float, float, float, float]


class BarSet(NamedTuple):
    """`bars` is flat, BAR_SIZE floats a symbol."""

    time: int  # close, UTC milliseconds
    bars: list[float]


def empty(symbols: int) -> list[float]:
    """Return the bars of a set in which every symbol has a gap."""
    return [math.nan] * (symbols * BAR_SIZE)


def place(bars: list[float], symbol: int, figures: Sequence[float]) -> None:
    """Put open, high, low, close and volume of a symbol into a bar set."""
    bars[symbol * BAR_SIZE : (symbol + 1) * BAR_SIZE] = figures


def has_bar(bars: list[float], symbol: int) -> bool:
    """Whether the symbol has a bar in this set."""
    return not math.isnan(bars[symbol * BAR_SIZE + CLOSE])


def bar_sets(
    symbols: Sequence[str], timeframe_ms: int, series: Mapping[str, Iterable[StoredBar]]
) -> Iterator[BarSet]:
    """Merge the symbols' bars, each (open ms, open, high, low, close, volume), by time.

    Each series must run forward; a time at which no symbol has a bar is no bar set.
    """
    readers = [_forward(symbol, series.get(symbol, ())) for symbol in symbols]
    heads = [next(reader, None) for reader in readers]
    while any(heads):
        opened = min(head[0] for head in heads if head is not None)
        bars = empty(len(symbols))
        for symbol, head in enumerate(heads):
            if head is not None and head[0] == opened:
                place(bars, symbol, head[1:])
                heads[symbol] = next(readers[symbol], None)
        yield BarSet(opened + timeframe_ms, bars)


def _forward(symbol: str, rows: Iterable[StoredBar]) -> Iterator[StoredBar]:
    last = -1
    for row in rows:
        if row[0] <= last:
            raise EngineError(
                f"Bars of {symbol}: {row[0]} came after {last}, expected each later than the one"
                " before. Sort them by time and drop doubles"
            )
        last = row[0]
        yield row
