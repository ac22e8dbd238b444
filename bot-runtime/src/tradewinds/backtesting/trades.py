"""Stored trades beside a run: whose they are, what they hash to, and how a run reads them.

A run finds its doubts as it goes, so it asks for the trades of one bar in the middle of its bars,
and a year of them is never in memory.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tradewinds.backtesting.errors import DataMissingError
from tradewinds.engine.filling.detail import Detail
from tradewinds.engine.filling.detail_trades import by_trades
from tradewinds.process.exits import InputError
from tradewinds_store.open import open_store

if TYPE_CHECKING:
    from tradewinds.backtesting.series import Market, Source
    from tradewinds_store.records import TradeDay
    from tradewinds_store.trades import Trades

DAY: Final = 86_400_000
_WEEK: Final = 7 * DAY
_MONDAY: Final = 4 * DAY  # 1970 began on a Thursday
T = TypeVar("T")


class NoTrades:
    """Stands for the trades of a source that has bars alone."""

    def __init__(self, source: str) -> None:
        self._source = source

    async def days(self) -> "Sequence[TradeDay]":
        raise InputError(
            f"data.detail was Trades, and {self._source} holds bars alone. Import both into a "
            "store, or leave data.detail out"
        )


@dataclass(frozen=True, slots=True)
class DetailTrades:
    """The trades of a store, which are read one bar in doubt at a time; `days` are those there."""

    store: str
    market: "Market"
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
        with ThreadPoolExecutor(1, thread_name_prefix="trades") as thread, ExitStack() as closing:

            def wait(asked: Coroutine[Any, Any, T]) -> T:
                return thread.submit(runner.run, asked).result()

            closing.callback(lambda: thread.submit(runner.close).result())
            closing.callback(lambda: wait(stack.aclose()))
            store = wait(stack.enter_async_context(open_store(self.store)))

            def parts(symbol: int, opened: int) -> dict[int, list[float]]:
                market, end = self.market, opened + self.market.step
                name = market.symbols[symbol]
                return _parts(wait(store.trades.read(market.exchange, name, opened, end)), opened)

            yield Detail(parts, by_trades)


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


async def read_trades(market: "Market", source: "Source", start: int, end: int) -> DetailTrades:
    """Return the trades of a market, of which each symbol must have some in the period.

    The last bar may close after the period's end, and all its trades are read.
    """
    last = (_close(end - 1, market.step) - 1) // DAY
    days = [
        one
        for one in await source.trades.days()
        if one.exchange == market.exchange and start // DAY <= one.day <= last
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


def _close(time: int, step: int) -> int:
    """Return the close of the bar that a time lies in; weeks open on Monday 00:00 UTC."""
    first = _MONDAY if step == _WEEK else 0
    return time - (time - first) % step + step


def _place(market: "Market") -> Any:
    return lambda one: (market.symbols.index(one.symbol), one.day)
