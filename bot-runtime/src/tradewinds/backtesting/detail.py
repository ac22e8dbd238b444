"""What came first inside a bar, beside a run: shorter stored bars, or stored trades."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from tradewinds.backtesting.acceptance import searches
from tradewinds.backtesting.errors import DataMissingError, UnsupportedError
from tradewinds.backtesting.series import Market, Source, find_ranges, hash_bars, read
from tradewinds.engine.detail import Detail
from tradewinds.engine.detail_trades import by_trades
from tradewinds.engine.records import BAR_SIZE
from tradewinds.process.exits import InputError
from tradewinds_store.open import open_store

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars
    from tradewinds_store.records import TradeDay
    from tradewinds_store.trades import Trades

DAY: Final = 86_400_000
T = TypeVar("T")


class TradeReader(Protocol):
    """What a backtest asks of `TradeStore` before it runs."""

    async def days(self) -> "Sequence[TradeDay]": ...


class NoTrades:
    """Stands for the trades of a source that has bars alone."""

    def __init__(self, source: str) -> None:
        self._source = source

    async def days(self) -> "Sequence[TradeDay]":
        raise InputError(
            f"data.detail was Trades, and {self._source} holds bars alone. Import both into a "
            "store, or leave data.detail out"
        )


class RunDetail(Protocol):
    """The detail of one run, whatever it is made of."""

    @property
    def hash(self) -> str:
        """Return a hash over all of it, the same on every machine."""

    @property
    def word(self) -> str:
        """Return how answers call it: a timeframe, or `trades`."""

    def opened(self) -> Any:
        """Give the engine's `Detail` for as long as the run takes."""


def told(detail: RunDetail, done: Detail) -> dict[str, Any]:
    """Return what an answer says of it after the run."""
    return {"timeframe": detail.word, "settled": done.settled, "remained": done.remained}


@dataclass(frozen=True, slots=True)
class DetailBars:
    """The shorter bars of each symbol, and the length in ms of the bars that they are parts of."""

    timeframe: str
    bars: "Mapping[str, Bars]"
    length: int

    @property
    def hash(self) -> str:
        return hash_bars(self.bars)

    @property
    def word(self) -> str:
        return self.timeframe

    @contextmanager
    def opened(self) -> Iterator[Detail]:
        series = list(self.bars.values())
        yield Detail(lambda symbol, opened: self._parts(series[symbol], opened))

    def _parts(self, bars: "Bars", opened: int) -> dict[int, list[float]]:
        first, last = bars.time.searchsorted([opened, opened + self.length])
        if first == last:
            return {}
        found = bars[first:last]
        columns = (found.open, found.high, found.low, found.close, found.volume)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return {
            time: list(row)[:BAR_SIZE] for time, row in zip(found.time.tolist(), rows, strict=True)
        }


@dataclass(frozen=True, slots=True)
class DetailTrades:
    """The trades of a store, which are read one bar in doubt at a time; `days` are those there."""

    store: str
    market: Market
    days: "Sequence[TradeDay]"

    @property
    def hash(self) -> str:
        lines = (f"{one.symbol}|{one.day}|{one.digest}\n" for one in self.days)
        return sha256("".join(lines).encode()).hexdigest()

    @property
    def word(self) -> str:
        return "trades"

    @contextmanager
    def opened(self) -> Iterator[Detail]:
        """Open the store again, in a thread with a loop: a run asks in the middle of its bars."""
        stack, runner = AsyncExitStack(), asyncio.Runner()
        with ThreadPoolExecutor(1, thread_name_prefix="trades") as thread:

            def wait(asked: Coroutine[Any, Any, T]) -> T:
                return thread.submit(runner.run, asked).result()

            store = wait(stack.enter_async_context(open_store(self.store)))

            def parts(symbol: int, opened: int) -> dict[int, list[float]]:
                market, end = self.market, opened + self.market.step
                name = market.symbols[symbol]
                return _parts(wait(store.trades.read(market.exchange, name, opened, end)), opened)

            try:
                yield Detail(parts, by_trades)
            finally:
                wait(stack.aclose())
                thread.submit(runner.close).result()


def _parts(trades: "Trades", opened: int) -> dict[int, list[float]]:
    """Return trades as the engine takes them: keys in their order, the first at the open.

    A key is the milliseconds since the open, with room for a million trades in each.
    """
    found: dict[int, list[float]] = {}
    rows = (column.tolist() for column in (trades.time, trades.price, trades.amount))
    before, place = opened, 0
    for time, price, amount in zip(*rows, strict=True):
        place = place + 1 if time == before else 0
        before = time
        key = opened + ((time - opened) << 20) + place if found else opened
        found[key] = [price, price, price, price, amount]
    return found


async def read_detail(
    question: Mapping[str, Any], market: Market, source: Source, start: int, end: int
) -> DetailBars | DetailTrades | None:
    """Read the detail that a question asks for; None if it asks for none.

    What is not stored of it leaves the doubts of those bars as they are.
    """
    data = question["spec"].get("data") or {}
    timeframe, by = str(data.get("detailTimeframe") or ""), data.get("detail")
    if not timeframe and not by:
        return None
    name = question["metadata"]["name"]
    if searches(question):
        raise UnsupportedError(
            f"{name}: detail goes with one run, and this Backtest searches or walks forward. Leave "
            "it out, and run what was found with it: tradewinds backtest FILE --set … --detail …"
        )
    if by:
        return await _trades(market, source, start, end)
    other = replace(market, timeframe=timeframe)
    if other.step >= market.step or market.step % other.step:
        raise InputError(
            f"{name}: the detail timeframe was {timeframe}, expected one that is shorter than the "
            f"bars, {market.timeframe}, and a whole part of them, such as 1m"
        )
    try:
        await find_ranges(other, source)
    except DataMissingError as error:
        raise DataMissingError(f"detail: {error}") from error
    return DetailBars(timeframe, await read(other, source, start, end), market.step)


async def _trades(market: Market, source: Source, start: int, end: int) -> DetailTrades:
    """Return the trades of a market, of which each symbol must have some in the period."""
    days = [
        one
        for one in await source.trades.days()
        if one.exchange == market.exchange and start // DAY <= one.day <= (end - 1) // DAY
    ]
    for symbol in market.symbols:
        if all(one.symbol != symbol for one in days):
            raise DataMissingError(
                f"detail: No {market.exchange} {symbol} trades in the period. What is there: "
                f"tradewinds data list\n  Get it: tradewinds data import FILE --trades "
                f"--exchange {market.exchange} --symbol {symbol}"
            )
    kept = sorted((one for one in days if one.symbol in market.symbols), key=_place(market))
    return DetailTrades(source.url, market, kept)


def _place(market: Market) -> Any:
    return lambda one: (market.symbols.index(one.symbol), one.day)
