"""Bars made of trades: of those in a file and those stored of the same bars.

Files of trades meet inside bars: those of two days within a week, or wherever a download ended. A
stored bar that is what the stored trades make may therefore change with each file; one that is
something else came from elsewhere, and is not overwritten unasked.
"""

from typing import Final

from tradewinds.kernel.resample import bars_of_trades
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store import bars, trades
from tradewinds_store.bars import Bars
from tradewinds_store.ports import Store
from tradewinds_store.records import Series
from tradewinds_store.trades import Trades

DAY: Final = 86_400_000


async def bars_with(store: Store, series: Series, given: Trades, *, replace: bool) -> Bars:
    """Return the bars of given trades and of those stored beside them; nothing is written.

    Unless `replace` is said, raises `TradeConflictError` where a stored trade is another, and
    `BarConflictError` where a stored bar is neither that of the stored trades nor that of all.
    """
    step = timeframe_ms(series.timeframe)
    start, end = _grid(int(given.time[0]), step), _grid(int(given.time[-1]), step) + step
    before, after = [], []
    span = max(step, DAY)  # what is in memory beside the file
    for begin in range(_grid(start, span), end, span):
        bounds = max(begin, start), min(begin + span, end)
        stored, new = await _read(store, series, bounds), given.between(*bounds)
        trades.changes(series.exchange, series.symbol, stored, new, replace=replace)
        before.append(bars_of(stored, step))
        after.append(bars_of(trades.overlaid(stored, new), step))
    made, there = bars.joined(after), await store.bars.read(series, start, end)
    foreign = there[bars.changes(series, bars.joined(before), there, replace=True)]
    bars.changes(series, foreign, made, replace=replace)
    return made


async def _read(store: Store, series: Series, bounds: tuple[int, int]) -> Trades:
    return await store.trades.read(series.exchange, series.symbol, *bounds)


def bars_of(found: Trades, step: int) -> Bars:
    """Return the bars that trades make up, each `step` milliseconds long."""
    shift = _grid(0, step)  # weeks open on Monday, and 1970 began on a Thursday
    columns = bars_of_trades(found.time - shift, found.price, found.amount, step)
    return Bars(columns[0] + shift, *columns[1:])


def _grid(time: int, step: int) -> int:
    """Return the open time of the bar that a time lies in; weeks open on Monday 00:00 UTC."""
    start = 4 * DAY if step == 7 * DAY else 0
    return (time - start) // step * step + start
