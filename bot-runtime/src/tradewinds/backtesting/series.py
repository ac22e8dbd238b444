"""The bars of a run: read with their warm-up, checked against the period, counted and hashed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from tradewinds.backtesting.errors import DataMissingError
from tradewinds.process.exits import InputError
from tradewinds.terminal.text import when
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.records import (
    Coverage,
    FundingRate,
    Instrument,
    RateCoverage,
    Series,
    TradeDay,
)

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars

DAY: Final = 86_400_000
Row = tuple[int, float, float, float, float, float]


class BarReader(Protocol):
    """What a backtest asks of `BarSource`."""

    async def read(self, series: Series, start: int, end: int) -> "Bars": ...

    async def coverage(self) -> Sequence[Coverage]: ...


class InstrumentSource(Protocol):
    """The reading side of the instruments' port."""

    async def get(self, exchange: str, symbol: str) -> Instrument | None: ...


class TradeReader(Protocol):
    """What a backtest asks of `TradeStore` before it runs."""

    async def days(self) -> Sequence[TradeDay]: ...


class RateReader(Protocol):
    """What a backtest asks of `FundingRates`."""

    async def read(
        self, exchange: str, symbol: str, start: int, end: int
    ) -> Sequence[FundingRate]: ...

    async def coverage(self) -> Sequence[RateCoverage]: ...


class Source(Protocol):
    """What a backtest reads: a store, or one file of bars that looks like one."""

    @property
    def bars(self) -> BarReader: ...

    @property
    def instruments(self) -> InstrumentSource: ...

    @property
    def trades(self) -> TradeReader: ...

    @property
    def url(self) -> str:
        """Where the store is; a source that is none has no trades, and is not asked."""

    @property
    def funding(self) -> RateReader: ...


@dataclass(frozen=True, slots=True)
class Market:
    """The series that a Strategy wants: one for each of its symbols."""

    exchange: str
    symbols: Sequence[str]
    timeframe: str

    @property
    def step(self) -> int:
        return timeframe_ms(self.timeframe)

    def series(self, symbol: str) -> Series:
        return Series(self.exchange, symbol, self.timeframe)


async def find_ranges(market: Market, source: Source) -> dict[str, Coverage]:
    """Return what is stored of each symbol, or say what to import."""
    stored = {row.series: row for row in await source.bars.coverage()}
    for symbol in market.symbols:
        if market.series(symbol) not in stored:
            raise DataMissingError(
                _nothing(market, symbol, [one for one in stored if one.symbol == symbol])
            )
    return {symbol: stored[market.series(symbol)] for symbol in market.symbols}


def check_period(market: Market, ranges: Mapping[str, Coverage], start: int, end: int) -> None:
    """Refuse a period that the stored bars do not reach; a missing bar at its rim is a gap."""
    slack = max(DAY, 2 * market.step)
    for symbol, row in ranges.items():
        if start >= end:
            raise InputError(
                f"the period from {when(start)} to {when(end)} is empty, expected a start before "
                "its end. Correct --from and --to, or the Backtest's period"
            )
        if row.first - start > slack:
            raise DataMissingError(_outside(market, symbol, row, start, min(end, row.first)))
        if end - (row.last + market.step) > slack:
            raise DataMissingError(
                _outside(market, symbol, row, max(start, row.last + market.step), end)
            )


async def read(market: Market, source: Source, reads_from: int, end: int) -> "dict[str, Bars]":
    """Read the bars of each symbol with `reads_from <= open time < end`."""
    return {
        symbol: await source.bars.read(market.series(symbol), reads_from, end)
        for symbol in market.symbols
    }


def rows(bars: "Bars") -> Iterator[Row]:
    """Yield bars as the engine takes them."""
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return zip(*(column.tolist() for column in columns), strict=True)


def hash_bars(bars: "Mapping[str, Bars]") -> str:
    """Return a hash of all values of all series, the same on every machine."""
    digest = sha256()
    for symbol, columns in bars.items():
        digest.update(f"{symbol}|{len(columns)}\n".encode())
        digest.update(columns.time.astype("<i8").tobytes())
        for name in ("open", "high", "low", "close", "volume"):
            digest.update(getattr(columns, name).astype("<f8").tobytes())
    return digest.hexdigest()


def _nothing(market: Market, symbol: str, others: Sequence[Series]) -> str:
    there = ", ".join(f"{one.exchange} {one.timeframe}" for one in others)
    stored = f" (stored of {symbol}: {there})" if there else ""
    return (
        f"No {market.exchange} {symbol} {market.timeframe} bars{stored}.\n{_remedy(market, symbol)}"
    )


def _outside(market: Market, symbol: str, row: Coverage, start: int, end: int) -> str:
    return (
        f"No {market.exchange} {symbol} {market.timeframe} from {when(start)} to {when(end)} "
        f"(stored: {when(row.first)} → {when(row.last + market.step)}).\n{_remedy(market, symbol)}"
    )


def _remedy(market: Market, symbol: str) -> str:
    return (
        f"  Get it: tradewinds data import FILE --exchange {market.exchange} --symbol {symbol} "
        f"--timeframe {market.timeframe}"
    )
