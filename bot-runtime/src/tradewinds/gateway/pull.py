"""Bars from the collectors into the fill step: one puller for each Strategy that has begun.

A puller reads closed bars behind `filledThrough` by cursor, and hands each bar set to the core as
soon as the decision before it is settled. It holds nothing that a restart would miss.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tradewinds.engine.plan import Rates
from tradewinds.engine.records import BAR_SIZE
from tradewinds.gateway.clock import is_replay
from tradewinds.gateway.core.bars import unsettled
from tradewinds.gateway.core.commands import Answer, BarSet, Refusal
from tradewinds.gateway.failpoints import Failpoint
from tradewinds.gateway.rates import RateReader
from tradewinds.gateway.service import Service
from tradewinds.process.backoff import Backoff
from tradewinds.process.client import Client, ClientError
from tradewinds.process.objects import Object

logger = logging.getLogger(__name__)

LIMIT: Final = 1_000  # bars in a page
WAIT: Final = 20.0  # seconds of a long poll
RATES_PAUSE: Final = 10.0  # seconds until a close that waits for funding rates looks again

Connect = Callable[[str], Client]
NewReader = Callable[[], RateReader]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one puller reads, for whom; another list of symbols is another puller."""

    uid: str
    url: str
    symbols: tuple[str, ...]
    timeframe: str
    timeframe_ms: int


class Pullers:
    """Keeps one puller running for each Strategy that has begun and whose bars are known."""

    def __init__(self, service: Service, rates: NewReader, connect: Connect = Client) -> None:
        self._service = service
        self._rates = rates
        self._connect = connect
        self._tasks: dict[Wanted, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Follow view and state until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            version = -1
            while True:
                self._sync(tasks)
                version = self._service.version
                await self._service.wakeup.until(self._newer_than(version), WAIT)

    def _newer_than(self, version: int) -> Callable[[], bool]:
        wanted = set(self._tasks)
        return lambda: self._service.version != version and self._wanted() != wanted

    def _sync(self, tasks: asyncio.TaskGroup) -> None:
        wanted = self._wanted()
        for gone in set(self._tasks) - wanted:
            self._tasks.pop(gone).cancel()
        for new in wanted - set(self._tasks):
            puller = Puller(self._service, new, self._rates(), self._connect)
            self._tasks[new] = tasks.create_task(puller.run(), name=f"bars of {new.uid}")

    def _wanted(self) -> set[Wanted]:
        view = self._service.view.snapshot()
        wanted = set()
        for uid, one in self._service.state.strategies.items():
            strategy = view.strategies.get(uid)
            url = view.bars(strategy) if strategy else None
            if url and one.filled_through is not None:
                plan = one.plan
                wanted.add(Wanted(uid, url, plan.symbols, plan.timeframe, plan.timeframe_ms))
        return wanted


class Puller:
    """Reads the bars of one Strategy and has them filled."""

    def __init__(
        self, service: Service, wanted: Wanted, rates: RateReader, connect: Connect
    ) -> None:
        self._service = service
        self._wanted = wanted
        self._rates = rates
        self._connect = connect

    async def run(self) -> None:
        """Pull until cancelled; a collector that cannot be reached is tried again."""
        backoff = Backoff()
        async with self._connect(self._wanted.url) as client:
            while True:
                try:
                    await self._pull(client)
                    backoff.reset()
                except ClientError as error:
                    logger.warning("the bars of %s cannot be read: %s", self._wanted.uid, error)
                    await asyncio.sleep(backoff.next())

    async def _pull(self, client: Client) -> None:
        filled = self._filled()
        query: dict[str, str | int | float] = {
            "symbols": ",".join(self._wanted.symbols),
            "timeframe": self._wanted.timeframe,
            "after": filled,
            "limit": LIMIT,
        }
        page = await client.get("/v1/bars", query, wait=WAIT)
        self._rates.forget()
        closed = int(page["closedThrough"])
        if (feed := self._feed()) is not None:
            self._service.clock.advance(feed, closed)
        sets = list(bar_sets(page["bars"], len(self._wanted.symbols), self._wanted.timeframe_ms))
        whole = len(page["bars"]) < LIMIT
        for time, bars in sets if whole else sets[:-1]:
            await self._fill(time, bars)
        if whole and closed > self._filled():
            await self._fill(closed, None)

    async def _fill(self, time: int, bars: tuple[float, ...] | None) -> None:
        service = self._service
        while True:
            await service.hook(Failpoint.BEFORE_FILL)
            rates = () if bars is None else await self._due(time)
            if rates is None:
                await asyncio.sleep(RATES_PAUSE)
                continue
            answer: Answer = await service.ask(partial(self._command, time, bars, rates))
            await service.hook(Failpoint.AFTER_FILL)
            if not isinstance(answer, Refusal):
                return
            if answer.code == "Replanned":
                await asyncio.Future()  # our successor is on its way, and cancels us
            await service.wakeup.until(self._settled, WAIT)

    def _settled(self) -> bool:
        uid = self._wanted.uid
        state, policy = self._service.state, self._service.policy(uid)
        return unsettled(state, state.strategies[uid], policy, lockstep=self._lockstep()) is None

    async def _due(self, time: int) -> tuple[Rates, ...] | None:
        """Return the stored rates that a close pays, none if costs ask for none; None: wait."""
        one = self._service.state.strategies[self._wanted.uid]
        if not one.plan.costs.stored_funding:
            return ()
        return await self._rates.due(one.plan, one.last_bar or one.start or time, time)

    def _command(
        self, time: int, bars: tuple[float, ...] | None, rates: tuple[Rates, ...]
    ) -> BarSet:
        uid = self._wanted.uid
        return BarSet(
            now=self._service.now(uid),
            policy=self._service.policy(uid),
            time=time,
            symbols=self._wanted.symbols,
            timeframe_ms=self._wanted.timeframe_ms,
            bars=bars,
            lockstep=self._lockstep(),
            rates=rates,
        )

    def _lockstep(self) -> bool:
        feed = self._feed()
        return feed is not None and is_replay(feed)

    def _feed(self) -> Object | None:
        view = self._service.view.snapshot()
        strategy = view.strategies.get(self._wanted.uid)
        return view.feed(strategy) if strategy else None

    def _filled(self) -> int:
        return self._service.state.strategies[self._wanted.uid].filled_through or 0


def bar_sets(
    rows: list[list[Any]], symbols: int, timeframe_ms: int
) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Yield (close time, flat bars) of rows that are ordered by time; a missing one is NaN."""
    opened: int | None = None
    bars = [math.nan] * (symbols * BAR_SIZE)
    for place, time, *values in rows:
        if opened is not None and time != opened:
            yield opened + timeframe_ms, tuple(bars)
            bars = [math.nan] * (symbols * BAR_SIZE)
        opened = time
        bars[place * BAR_SIZE : (place + 1) * BAR_SIZE] = [float(value) for value in values]
    if opened is not None:
        yield opened + timeframe_ms, tuple(bars)
