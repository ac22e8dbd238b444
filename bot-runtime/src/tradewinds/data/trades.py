"""Trades beside the bars: one file into the store, bars made of them, and back into a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tradewinds.data.export import ID, Sheet, write_file
from tradewinds.data.imports import Imported, rules_of, store_bars
from tradewinds.data.rules import Given
from tradewinds.kernel.resample import bars_of_trades
from tradewinds.process.exits import InputError
from tradewinds.terminal.text import plural, when
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.bars import Bars, joined
from tradewinds_store.files import read_trades_file
from tradewinds_store.ports import Store
from tradewinds_store.records import Series
from tradewinds_store.trades import Trades

DAY: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class TradesImported:
    """What an import did; `bars` are those made of the trades, if any were asked for."""

    exchange: str
    symbol: str
    trades: int
    written: int
    first: int
    last: int
    bars: Imported | None

    def lines(self) -> list[str]:
        """Return what a person reads of it."""
        span = f"{when(self.first)} → {when(self.last)}"
        written = f"{self.written:,} new or changed"
        return [
            f"{self.exchange} {self.symbol} trades  {span}  {plural(self.trades, 'trade')}",
            *([] if self.bars is None else [_of_bars(self.bars)]),
            written if self.written else "nothing changed: all were stored",
        ]


async def import_trades(
    path: Path,
    market: tuple[str, str],
    timeframe: str | None,
    given: Given,
    store: Store,
    *,
    replace: bool,
) -> TradesImported:
    """Import a file of trades, and bars of a timeframe made of them; again changes nothing."""
    if given.any and timeframe is None:
        raise InputError(
            "--trades: --tick, --lot and --min-notional go with bars. Leave them out, or say "
            "--timeframe to make bars of the trades"
        )
    trades = read_trades_file(path)
    first, last = int(trades.time[0]), int(trades.time[-1])
    if timeframe is None:
        written = await store.trades.write(*market, trades, replace=replace)
        return TradesImported(*market, len(trades), written, first, last, None)
    series, step = Series(*market, timeframe), timeframe_ms(timeframe)
    await rules_of(path, series, _bars_of(trades, step), given, store, replace=replace)
    written = await store.trades.write(*market, trades, replace=replace)
    made = await _made(store, series, _grid(first, step), _grid(last, step) + step)
    bars = await store_bars(path, series, made, given, store, replace=replace)
    return TradesImported(*market, len(trades), written, first, last, bars)


async def _made(store: Store, series: Series, start: int, end: int) -> Bars:
    """Return bars of the trades that are stored of a time, a day's trades in memory at once."""
    step = timeframe_ms(series.timeframe)
    span = max(step, DAY)
    parts = []
    for begin in range(_grid(start, span), end, span):
        bounds = max(begin, start), min(begin + span, end)
        found = await store.trades.read(series.exchange, series.symbol, *bounds)
        parts.append(_bars_of(found, step))
    return joined(parts)


def _bars_of(trades: Trades, step: int) -> Bars:
    shift = _grid(0, step)  # weeks open on Monday, and 1970 began on a Thursday
    columns = bars_of_trades(trades.time - shift, trades.price, trades.amount, step)
    return Bars(columns[0] + shift, *columns[1:])


def _grid(time: int, step: int) -> int:
    """Return the open time of the bar that a time lies in; weeks open on Monday 00:00 UTC."""
    start = 4 * DAY if step == 7 * DAY else 0
    return (time - start) // step * step + start


async def export_trades(
    path: Path, exchange: str, symbol: str, store: Store, start: int, end: int
) -> int:
    """Write a market's trades of a period to a file and return how many there are."""
    trades = await store.trades.read(exchange, symbol, start, end)
    if not len(trades):
        raise InputError(
            f"No {exchange} {symbol} trades between --from and --to. What is there: "
            "tradewinds data list"
        )
    columns = {"price": trades.price, "amount": trades.amount, ID: trades.number}
    sheet = Sheet(trades.time.tolist(), {name: one.tolist() for name, one in columns.items()})
    write_file(path, sheet)
    return len(trades)


def _of_bars(bars: Imported) -> str:
    return (
        f"{bars.series.timeframe} bars of them  {when(bars.first)} → {when(bars.last)}  "
        f"{plural(bars.bars, 'bar')}, {bars.missing:,} missing, {bars.written:,} new or changed"
    )
