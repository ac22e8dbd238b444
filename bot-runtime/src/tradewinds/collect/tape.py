"""The bars of a feed, read from the store a chunk at a time and kept as long as they are in use.

A chunk is two thousand closes of one timeframe, all symbols merged into bar sets. Chunks are
aligned, so that every follower shares them, and the next one is read ahead: at full speed the
replay never waits for the disk. A broken bar ends the collector, whoever asked for it.
"""

import asyncio
from bisect import bisect_right
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Final, NamedTuple

from tradewinds.collect.checks import check
from tradewinds.collect.feed import Feed
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.ports import BarSource
from tradewinds_store.records import Coverage, Series

CHUNK: Final = 2048  # closes
_KEPT: Final = 8  # chunks a timeframe


class Row(NamedTuple):
    """A bar of the symbol at place `symbol` of the feed; `time` is its open."""

    symbol: int
    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class BarSet(NamedTuple):
    """All bars that close at one time, by place of their symbol."""

    close: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive bar sets and their close times."""

    closes: list[int]
    sets: list[BarSet]


class Tape:
    """Bar sets of each timeframe by close time."""

    def __init__(self, feed: Feed, source: BarSource, coverage: dict[Series, Coverage]) -> None:
        """`coverage` holds each series of the feed; what is stored later is not served."""
        self._feed = feed
        self._source = source
        self._bounds = {one: _bounds(feed, one, coverage) for one in feed.timeframes}
        self._chunks: dict[str, OrderedDict[int, asyncio.Task[Chunk]]] = {
            one: OrderedDict() for one in feed.timeframes
        }
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def read(
        self, timeframe: str, after: int, through: int, limit: int = CHUNK
    ) -> list[BarSet]:
        """Return at most `limit` bar sets with `after < close <= through`, oldest first.

        Fewer come back only when there are no more.
        """
        first, last = self._bounds[timeframe]
        after, through = max(after, first - 1), min(through, last)
        span = CHUNK * timeframe_ms(timeframe)
        found: list[BarSet] = []
        for number in range(after // span, (through - 1) // span + 1):
            chunk = await self._chunk(timeframe, number)
            begin, end = bisect_right(chunk.closes, after), bisect_right(chunk.closes, through)
            found += chunk.sets[begin : min(end, begin + limit - len(found))]
            if len(found) >= limit:
                break
        return found

    async def last_close(self, timeframe: str, symbol: int, at: int) -> int | None:
        """Return the last close up to `at` for which that symbol has a bar."""
        first, last = self._bounds[timeframe]
        span = CHUNK * timeframe_ms(timeframe)
        at = min(at, last)
        for number in range((at - 1) // span, (first - 1) // span - 1, -1):
            chunk = await self._chunk(timeframe, number)
            for one in reversed(chunk.sets[: bisect_right(chunk.closes, at)]):
                if any(row.symbol == symbol for row in one.rows):
                    return one.close
        return None

    async def close(self) -> None:
        """Stop reading ahead."""
        tasks = [task for chunks in self._chunks.values() for task in chunks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.broken.cancel()

    async def _chunk(self, timeframe: str, number: int) -> Chunk:
        task = self._started(timeframe, number)
        ahead = number + 1
        if ahead * CHUNK * timeframe_ms(timeframe) < self._bounds[timeframe][1]:
            self._started(timeframe, ahead)
        return task.result() if task.done() else await asyncio.shield(task)

    def _started(self, timeframe: str, number: int) -> asyncio.Task[Chunk]:
        chunks = self._chunks[timeframe]
        if number not in chunks:
            chunks[number] = asyncio.create_task(self._load(timeframe, number))
            while len(chunks) > _KEPT:
                chunks.popitem(last=False)
        chunks.move_to_end(number)
        return chunks[number]

    async def _load(self, timeframe: str, number: int) -> Chunk:
        try:
            return await self._merge(timeframe, number)
        except Exception as error:
            if not self.broken.done():
                self.broken.set_exception(error)
            raise

    async def _merge(self, timeframe: str, number: int) -> Chunk:
        length = timeframe_ms(timeframe)
        start = number * CHUNK * length + 1 - length  # the first open whose close is in the chunk
        rows: defaultdict[int, list[Row]] = defaultdict(list)
        for place, symbol in enumerate(self._feed.symbols):
            series = self._feed.series(symbol, timeframe)
            bars = await self._source.read(series, start, start + CHUNK * length)
            check(series, bars)
            columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
            for values in zip(*(column.tolist() for column in columns), strict=True):
                rows[values[0] + length].append(Row(place, *values))
        closes = sorted(rows)
        return Chunk(closes, [BarSet(close, tuple(rows[close])) for close in closes])


def _bounds(feed: Feed, timeframe: str, coverage: dict[Series, Coverage]) -> tuple[int, int]:
    stored = [coverage[feed.series(symbol, timeframe)] for symbol in feed.symbols]
    length = timeframe_ms(timeframe)
    return min(one.first for one in stored) + length, max(one.last for one in stored) + length
