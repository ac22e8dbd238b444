"""What is stored of single trades: the days of a market, and those between that have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final

from tradewinds.terminal.text import plural, when
from tradewinds_store.ports import Store
from tradewinds_store.records import TradeDay

DAY: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class StoredTrades:
    """The trades of a market: first and last time, and the UTC days between that have none."""

    exchange: str
    symbol: str
    first: int
    last: int
    trades: int
    holes: Sequence[tuple[int, int]]

    @property
    def missing(self) -> int:
        return sum(last - first + 1 for first, last in self.holes)

    def line(self) -> str:
        """Return it as `data coverage` heads it."""
        return (
            f"{self.exchange} {self.symbol} trades  {when(self.first)} → {when(self.last)}  "
            f"{plural(self.trades, 'trade')}, {plural(self.missing, 'day')} missing"
        )

    def hole_lines(self) -> list[str]:
        """Return the runs of days without a trade."""
        return [
            f"  {when(first * DAY)} → {when(last * DAY)}  {plural(last - first + 1, 'day')}"
            for first, last in self.holes
        ]

    def cells(self) -> tuple[str, ...]:
        """Return it as a row of `data list`."""
        times, missing = (when(self.first), when(self.last)), f"{self.missing:,}"
        return (self.exchange, self.symbol, "trades", *times, f"{self.trades:,}", missing)

    def to_json(self) -> dict[str, Any]:
        return {
            "exchange": self.exchange,
            "symbol": self.symbol,
            "first": self.first,
            "last": self.last,
            "trades": self.trades,
            "missing": [{"first": first * DAY, "last": last * DAY} for first, last in self.holes],
        }


async def stored_trades(
    store: Store, exchange: str | None, symbol: str | None
) -> list[StoredTrades]:
    """Return what is stored of the markets asked for; None asks for all."""
    days = [
        one
        for one in await store.trades.days()
        if exchange in (None, one.exchange) and symbol in (None, one.symbol)
    ]
    return [_market(list(rows)) for _, rows in groupby(days, key=lambda e: (e.exchange, e.symbol))]


def _market(days: Sequence[TradeDay]) -> StoredTrades:
    holes = [(one.day + 1, two.day - 1) for one, two in pairwise(days) if two.day > one.day + 1]
    trades = sum(one.trades for one in days)
    head = days[0]
    return StoredTrades(head.exchange, head.symbol, head.first, days[-1].last, trades, holes)
