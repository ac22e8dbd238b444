"""Bars as the store keeps them, column by column, for the event loop and for compiled code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from tradewinds.engine.barsets import BarSet, StoredBar, bar_sets
from tradewinds.engine.outcome.curves import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tradewinds.engine.plan import Plan

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]


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


@dataclass(frozen=True, eq=False)
class Feed:
    """Bar sets as columns: `times` are the opens of the sets.

    A column of figures holds all sets of the first symbol, then of the next; NaN is a gap.
    """

    times: Wholes
    figures: tuple[Floats, ...]  # opens, highs, lows, closes, volumes

    def __len__(self) -> int:
        return len(self.times)

    @property
    def closes(self) -> Floats:
        return self.figures[3]

    @cached_property
    def has_gaps(self) -> bool:
        return bool(np.isnan(self.closes.sum()))


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


def feed_of(symbols: Sequence[str], series: Mapping[str, Columns], start: int) -> Feed:
    """Return the bar sets that open at `start` or later; those of one symbol are not copied."""
    every = [_from(series[symbol], start) for symbol in symbols]
    if len(every) == 1:
        return Feed(_plain(every[0].time, np.int64), tuple(map(_floats, _figures(every[0]))))
    times = np.unique(np.concatenate([_plain(bars.time, np.int64) for bars in every]))
    columns = tuple(np.full(len(times) * len(every), np.nan) for _ in range(5))
    for symbol, bars in enumerate(every):
        places = symbol * len(times) + np.searchsorted(times, bars.time)
        for column, figures in zip(columns, _figures(bars), strict=True):
            column[places] = figures
    return Feed(times, columns)


def day_ends(times: Wholes, first: int, length: int) -> Wholes:
    """Return the last bar set of each UTC day from the first set that counts on.

    `length` of a bar leads from its open to its close; a close at 00:00 ends the day before.
    """
    if first >= len(times):
        return np.array([len(times)], np.int64)
    days = (times[[first, -1]] + length - 1) // DAY_MS
    closes = (np.arange(days[0], days[1] + 1) + 1) * DAY_MS - length
    last: Wholes = np.searchsorted(times[first:], closes, side="right") + first - 1
    return np.append(np.unique(last[last >= first]), len(times)).astype(np.int64)


def in_order(plan: Plan, series: Mapping[str, Columns]) -> bool:
    """Whether there are bars of each symbol, each later than the one before."""
    return all(
        symbol in series and bool((series[symbol].time[1:] > series[symbol].time[:-1]).all())
        for symbol in plan.symbols
    )


def _from(bars: Columns, start: int) -> Columns:
    return bars[bars.time.searchsorted(start) :]


def _figures(bars: Columns) -> tuple[NDArray[Any], ...]:
    return (bars.open, bars.high, bars.low, bars.close, bars.volume)


def _floats(column: NDArray[Any]) -> Floats:
    return _plain(column, np.float64)


def _plain(column: NDArray[Any], kind: Any) -> NDArray[Any]:
    return np.ascontiguousarray(column, kind)
