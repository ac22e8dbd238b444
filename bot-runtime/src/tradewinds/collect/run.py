"""The wiring of a collector: store, tape, board, source, server, and what ends it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tradewinds.collect.api import Api
from tradewinds.collect.board import Board
from tradewinds.collect.coverage import clock_range, find_coverage
from tradewinds.collect.feed import read_feed
from tradewinds.collect.followers import Followers
from tradewinds.collect.metrics import CollectMetrics
from tradewinds.collect.ranges import Ranges
from tradewinds.collect.replay import ReplaySource
from tradewinds.collect.source import Source
from tradewinds.collect.tape import Tape
from tradewinds.process.exits import Exit, InputError
from tradewinds.process.metrics import new_registry
from tradewinds.process.objects import read_object
from tradewinds.process.serving import Ready, serve
from tradewinds.process.signals import stop_signals, until_stopped
from tradewinds.process.together import together
from tradewinds_store.errors import DamagedBarsError, StoreUnavailableError, StoreUrlError
from tradewinds_store.open import open_store
from tradewinds_store.ports import BarSource, Store
from tradewinds_store.records import Coverage, Series

logger = logging.getLogger(__name__)


async def run(
    spec: Path, store_url: str, gateways: tuple[str, ...], listen: str, *, alone: bool = False
) -> None:
    """Collect one feed until a signal; a replay keeps serving after its end.

    `alone`: it plays even if nobody follows.
    """
    feed = read_feed(read_object(spec, "MarketFeed"))
    registry = new_registry()
    metrics = CollectMetrics(registry)
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        store = await stack.enter_async_context(_opened(store_url))
        coverage = await find_coverage(feed, store.bars)
        start, end = clock_range(feed, coverage)
        tape = Tape(feed, store.bars, coverage)
        stack.push_async_callback(tape.close)
        board = Board(feed.timeframes, start)
        followers = Followers(feed.name, feed.timeframes, gateways, alone=alone)
        source = ReplaySource(feed, tape, board, followers, end=end)
        ranges = Ranges()
        app = Api(feed, source, board, tape, coverage, metrics, ranges).application()
        ready = _readiness(board)
        wakeups = (board.wakeup, followers.changed)
        url = await stack.enter_async_context(
            serve(app, listen, registry=registry, ready=ready, wakeups=wakeups)
        )
        logger.info("serving", extra={"url": url, "start": start, "end": end})
        counting = _count(ranges, store.bars, coverage)
        await until_stopped(_collect(source, board, followers, tape, metrics, counting), stop)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Store]:
    try:
        async with open_store(url) as store:
            yield store
    except (StoreUrlError, DamagedBarsError) as error:
        raise InputError(str(error)) from error
    except StoreUnavailableError as error:
        raise Exit(str(error)) from error


async def _collect(
    source: Source,
    board: Board,
    followers: Followers,
    tape: Tape,
    metrics: CollectMetrics,
    counting: Awaitable[None],
) -> None:
    metrics.waited_for.set_function(lambda: len(board.waiting_for))
    passing = _pass_closes(source, board, metrics)
    await together(followers.watch(), passing, counting, tape.broken)


async def _count(ranges: Ranges, source: BarSource, coverage: dict[Series, Coverage]) -> None:
    await ranges.count(source, coverage)
    await asyncio.Event().wait()


async def _pass_closes(source: Source, board: Board, metrics: CollectMetrics) -> None:
    async for close in source.closes():
        board.close(close.time, close.timeframes)
        for timeframe in close.timeframes:
            metrics.closed_through.labels(timeframe).set(close.time)
    board.finish()
    logger.info("replay finished", extra={"closedThrough": board.now})
    await asyncio.Event().wait()


def _readiness(board: Board) -> Ready:
    def ready() -> str | None:
        waiting = board.waiting_for
        if not waiting:
            return None
        return f"{board.reason}: the replay waits for {', '.join(waiting)}"

    return ready
