"""Bars as columns: what imports write, and what collectors and backtests read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.errors import BarConflictError, BarsError
from tradewinds_store.records import Series

COLUMNS = ("time", "open", "high", "low", "close", "volume")
VALUES = COLUMNS[1:]
_WEEK = 7 * 86_400_000
_FIRST_MONDAY = 4 * 86_400_000  # 1970-01-05


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Bars of one series, oldest first; all columns have the same length."""

    time: NDArray[np.int64]  # open time, UTC milliseconds
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]  # base currency

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: Any) -> "Bars":
        """Return the bars of a slice, a mask or an array of indices."""
        return Bars(*(column[rows] for column in self.columns()))

    def columns(self) -> Sequence[NDArray[Any]]:
        """Return the six columns in the order of `COLUMNS`."""
        return (self.time, self.open, self.high, self.low, self.close, self.volume)

    def between(self, start: int, end: int) -> "Bars":
        """Return the bars with `start <= open time < end`, without a copy."""
        first, last = np.searchsorted(self.time, (start, end))
        return self[first:last]


def no_bars() -> Bars:
    """Return bars of length zero."""
    return Bars(np.empty(0, np.int64), *(np.empty(0, np.float64) for _ in VALUES))


def joined(parts: Sequence[Bars]) -> Bars:
    """Return parts that follow one another as one."""
    if not parts:
        return no_bars()
    if len(parts) == 1:
        return parts[0]
    return Bars(*map(np.concatenate, zip(*(part.columns() for part in parts), strict=True)))


def overlaid(under: Bars, over: Bars) -> Bars:
    """Return the bars of both, in order; where both have a time, those of `over`."""
    kept = under[~np.isin(under.time, over.time)]
    both = joined([kept, over])
    return both[np.argsort(both.time, kind="stable")]


def check(series: Series, bars: Bars) -> None:
    """Raise `BarsError` unless columns are equally long, times ascend on the grid, all finite."""
    subject = describe(series)
    if len({len(column) for column in bars.columns()}) != 1:
        lengths = ", ".join(str(len(column)) for column in bars.columns())
        raise BarsError(f"{subject}: columns had lengths {lengths}, expected equal ones.")
    falling = np.flatnonzero(np.diff(bars.time) <= 0)
    if falling.size:
        moment = utc(bars.time[falling[0] + 1])
        raise BarsError(
            f"{subject}: bar {moment} does not come after the one before it. Sort them."
        )
    astray = np.flatnonzero(off_grid(bars.time, series.timeframe))
    if astray.size:
        moment = utc(bars.time[astray[0]])
        raise BarsError(f"{subject}: no bar opens at {moment}. Pass open times of this timeframe.")
    for name, column in zip(VALUES, bars.columns()[1:], strict=True):
        broken = np.flatnonzero(~np.isfinite(column))
        if broken.size:
            row = broken[0]
            raise BarsError(
                f"{subject}: {name} of bar {utc(bars.time[row])} was {column[row]}, expected a "
                "number. Leave the bar out: a gap is a gap."
            )


def off_grid(time: NDArray[np.int64], timeframe: str) -> NDArray[np.bool_]:
    """Return a mask of the times at which no bar opens; weeks open on Monday 00:00 UTC."""
    width = timeframe_ms(timeframe)
    start = _FIRST_MONDAY if width == _WEEK else 0
    return np.not_equal((time - start) % width, 0)


def changes(series: Series, stored: Bars, given: Bars, *, replace: bool) -> NDArray[np.bool_]:
    """Return a mask of the given bars that are new or differ from the stored ones.

    Raises `BarConflictError` if some differ and `replace` is false.
    """
    if not len(stored):
        return np.ones(len(given), np.bool_)
    place = np.minimum(np.searchsorted(stored.time, given.time), len(stored) - 1)
    known = stored.time[place] == given.time
    differs = np.zeros(len(given), np.bool_)
    for old, new in zip(stored.columns()[1:], given.columns()[1:], strict=True):
        differs |= old[place] != new
    differs &= known
    if differs.any() and not replace:
        raise conflict(series, stored[place[differs]], given[differs])
    differs |= ~known
    return differs


def conflict(series: Series, stored: Bars, given: Bars) -> BarConflictError:
    """Return the error for bars whose times are equal and whose values are not."""
    for name, old, new in zip(VALUES, stored.columns()[1:], given.columns()[1:], strict=True):
        if old[0] != new[0]:
            example = f"{utc(given.time[0])}: {name} was {old[0]!s}, given {new[0]!s}"
            return BarConflictError(describe(series), given.time.tolist(), example)
    raise AssertionError("the bars are equal")


def describe(series: Series) -> str:
    """Return how messages call a series, such as `binance BTC/USDT 1h`."""
    return f"{series.exchange} {series.symbol} {series.timeframe}"


def utc(time: int) -> str:
    """Return a time as people read it, such as `2024-01-01 00:00 UTC`."""
    moment = datetime.fromtimestamp(int(time) / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M}{f':{moment:%S}' if moment.second else ''} UTC"
