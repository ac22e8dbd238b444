"""Trades beside the bars: one file into the store, bars made of them, and back into a file."""

from dataclasses import dataclass
from pathlib import Path

from tradewinds.data.export import ID, Sheet, write_file
from tradewinds.data.imports import Imported, rules_of, store_bars
from tradewinds.data.rules import Given
from tradewinds.data.tradebars import bars_of, bars_with
from tradewinds.process.exits import InputError
from tradewinds.terminal.text import plural, when
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.files import read_trades_file
from tradewinds_store.ports import Store
from tradewinds_store.records import Series


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
    """Import a file of trades, and bars of a timeframe made of them; again changes nothing.

    Trades and bars that differ from stored ones are refused before anything is written.
    """
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
    series = Series(*market, timeframe)
    only = bars_of(trades, timeframe_ms(timeframe))
    rules = await rules_of(path, series, only, given, store, replace=replace)
    # To replace, trades come first: they may mend a broken day, and no difference is refused.
    # Else bars do: if the trades should fail then, the same import makes the same bars again.
    early = await store.trades.write(*market, trades, replace=True) if replace else None
    made = await bars_with(store, series, trades, replace=replace)
    bars = await store_bars(series, made, rules, store, replace=True)
    written = await store.trades.write(*market, trades) if early is None else early
    return TradesImported(*market, len(trades), written, first, last, bars)


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
