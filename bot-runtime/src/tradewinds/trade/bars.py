"""The closed bars of a Strategy's symbols, from its collector, as bar sets.

The next page is asked for before the one at hand is decided on, so that at full speed a bot never
waits for bars that are there already.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from tradewinds.engine.barsets import BarSet, empty, place
from tradewinds.process.client import Client
from tradewinds.trade.patience import Patience

_LONG_POLL: Final = 20.0  # seconds
PAGE: Final = 1_000  # bars; two pages are in memory

_opened = itemgetter(1)


class Collector:
    """One strategy's side of the collector's API."""

    def __init__(self, client: Client, symbols: Sequence[str], timeframe: str, length: int) -> None:
        """`length` is the timeframe in milliseconds."""
        self.patience = Patience()
        self._client = client
        self._symbols = symbols
        self._timeframe = timeframe
        self._length = length
        self.closed_through = 0  # as far as the collector has told

    async def feed(self) -> Mapping[str, Any]:
        """Return what the collector says of its feed."""
        answer = await self.patience.ask(lambda: self._client.get("/v1/feed"), "the collector")
        feed: Mapping[str, Any] = answer
        return feed

    async def first_open(self, at: int) -> int | None:
        """Return the open time of the first closed bar that opens at `at` or later."""
        answer = await self._page(at + self._length - 1, limit=1, wait=0)
        bars = answer["bars"]
        return int(bars[0][1]) if bars else None

    async def sets(self, after: int) -> AsyncIterator[BarSet]:
        """Yield every bar set with a close above `after`, for ever; a time without bars is none."""
        page = asyncio.ensure_future(self._page(after))
        try:
            while True:
                answer = await page
                after = self.closed_through = max(after, answer["closedThrough"])
                page = asyncio.ensure_future(self._page(after))
                for opened, rows in groupby(answer["bars"], _opened):
                    yield self._bar_set(opened, rows)
        finally:
            page.cancel()
            await asyncio.gather(page, return_exceptions=True)

    def _bar_set(self, opened: int, rows: Any) -> BarSet:
        bars = empty(len(self._symbols))
        for row in rows:
            place(bars, row[0], row[2:])
        return BarSet(opened + self._length, bars)

    async def _page(
        self, after: int, *, limit: int = PAGE, wait: float = _LONG_POLL
    ) -> Mapping[str, Any]:
        query: dict[str, str | int] = {
            "symbols": ",".join(self._symbols),
            "timeframe": self._timeframe,
            "after": after,
            "limit": limit,
        }
        answer = await self.patience.ask(
            lambda: self._client.get("/v1/bars", query, wait=wait), "the collector"
        )
        page: Mapping[str, Any] = answer
        return page
