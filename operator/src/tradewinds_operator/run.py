"""The operator put together: wait for the Lease, look at everything once, then act.

Nothing is watched before this replica leads, and nothing decided before every kind was listed, the
processes were asked and the queue was looked at: a start changes no status. Losing the Lease ends
the process where it stands; SIGTERM hands the Lease over first.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import uuid4

import aiohttp
from kubernetes.aio.client import ApiClient

from tradewinds_crds.names import KINDS, Kind
from tradewinds_operator.backtest.workers import WorkerJobs
from tradewinds_operator.cache import Cache, Change
from tradewinds_operator.cluster import Cluster
from tradewinds_operator.connection import connected
from tradewinds_operator.controller import Controller, Reconcile
from tradewinds_operator.errors import LeadershipLostError
from tradewinds_operator.execute import Executor
from tradewinds_operator.kinds import RECONCILERS
from tradewinds_operator.leader import Leader, Terms
from tradewinds_operator.metrics import Metrics
from tradewinds_operator.pace import Pace
from tradewinds_operator.patience import Patience
from tradewinds_operator.places import Places
from tradewinds_operator.processes import Processes, UrlOf, url_of
from tradewinds_operator.queue import BacktestQueue
from tradewinds_operator.resync import Resync
from tradewinds_operator.serving import served
from tradewinds_operator.settings import Settings
from tradewinds_operator.stream import Streams
from tradewinds_operator.watch import Watch
from tradewinds_operator.workqueue import WorkQueue
from tradewinds_operator.world import Ref, World

logger = logging.getLogger(__name__)

_LEASE_RATE: Final = 10.0  # calls a second, of their own, so that renewals wait for nothing
_QUEUE_PATIENCE: Final = 10.0  # seconds that a start waits for the store


def _identity() -> str:
    return f"{os.environ.get('HOSTNAME', 'operator')}-{uuid4().hex[:8]}"


@dataclass(frozen=True, slots=True)
class Options:
    """What one operator process is started with."""

    settings: Settings
    store: str
    listen: tuple[str, int]
    kubeconfig: Path | None = None
    reconcilers: Mapping[str, Reconcile] = field(default_factory=lambda: RECONCILERS)
    url_of: UrlOf = url_of
    terms: Terms = field(default_factory=Terms)
    identity: str = field(default_factory=_identity)


async def run(options: Options) -> None:
    """Run until SIGTERM or SIGINT; an error ends it, and its start is the recovery."""
    stop = asyncio.Event()
    _stop_on_signals(stop)
    async with connected(options.kubeconfig) as client:
        metrics = Metrics()
        fast = Cluster(client, Pace(_LEASE_RATE), metrics, fence=lambda: None)
        leader = Leader(fast, options.settings.namespace, options.identity, options.terms)
        core = Core(options, client, metrics, leader)
        async with served(options.listen, metrics, core.not_ready) as port:
            logger.info("serving", extra={"port": port})
            if await _first(leader.acquire(), stop):
                await core.lead(stop)


class Core:
    """All parts of a leading replica, which know each other only through what they are given."""

    def __init__(
        self, options: Options, client: ApiClient, metrics: Metrics, leader: Leader
    ) -> None:
        settings = options.settings
        self._options = options
        self._leader = leader
        self._metrics = metrics
        self._cluster = Cluster(client, Pace(settings.api_rate), metrics, leader.check)
        self._line: WorkQueue[Ref] = WorkQueue()
        self.cache = Cache()
        self._places = Places(self._cluster, settings.namespaces, settings.namespace, metrics)
        self._queue = BacktestQueue(options.store, self.cache, self._look_at)
        self._processes = Processes(self.cache, self._look_at, options.url_of)
        self._patience = Patience(time.monotonic)
        executor = Executor(
            self._cluster,
            self.cache,
            self._queue,
            self._changed,
            _now,
            options.identity,
            self._patience,
        )
        self._workers = WorkerJobs(self.world, executor)
        self._controller = Controller(
            self.cache,
            self._line,
            self.world,
            executor,
            options.reconcilers,
            metrics,
            lambda: self._patience.rest,
        )
        self._resync = Resync(
            self._cluster, self.cache, lambda: self._places.open, self._changed, self._look_at
        )
        self._watch = Watch(client, self.cache, self._changed, self._resync.doubt)
        self._streams = Streams(client, self._watch.take, self._resync.list)
        metrics.depth.set_function(lambda: self._line.depth)
        metrics.leads.set_function(lambda: leader.leads)
        metrics.show(lambda: [one for kind in KINDS for one in self.world().of(kind)])

    def not_ready(self) -> str:
        """Return why this replica is not ready; empty when it leads, or stands by and could."""
        if self._leader.leads:
            missing = self.cache.missing
            return f"not listed yet: {', '.join(missing)}" if missing else ""
        return "" if self._leader.stands_by else "the Lease was not read yet"

    def world(self) -> World:
        """Return what is known now; its mappings live on, so it lasts for one synchronous call."""
        return World(
            settings=self._options.settings,
            resources=self.cache.shelves,
            accounts=self._processes.accounts,
            strategies=self._processes.strategies,
            feeds=self._processes.feeds,
            tasks=self._queue.tasks,
            results=self._queue.results,
            queue_away=self._queue.away,
            cluster_uid=self._queue.cluster_uid,
            now=_now(),
            children=self.cache.children,
        )

    async def lead(self, stop: asyncio.Event) -> None:
        """Act until `stop` is set or a part fails, then hand the Lease over."""
        await self._places.look()
        self.cache.is_partial = bool(self._places.closed)
        started = asyncio.Event()
        watching = asyncio.create_task(self._watch.run(self._places.open, started))
        holding = asyncio.create_task(self._leader.hold())
        acting = asyncio.create_task(self._act(started, stop))
        stopping = asyncio.create_task(self._stopped(stop))
        tasks = {watching, holding, acting, stopping}
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        error = next((task.exception() for task in done if task.exception()), None)
        if lost := _lost(error):
            _end_at_once(lost)
        await _cancelled(acting)
        await _cancelled(holding)
        await self._leader.release()
        await _cancelled(watching)
        await _cancelled(stopping)
        if error is not None:
            raise error

    async def _stopped(self, stop: asyncio.Event) -> None:
        moving = asyncio.create_task(self._places.moved())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({moving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if moving.done():
            logger.warning("%s: this replica ends, and the next start follows", moving.result())
        await _cancelled(moving)
        await _cancelled(stopping)

    async def _act(self, started: asyncio.Event, stop: asyncio.Event) -> None:
        await started.wait()
        _stop_on_signals(stop)  # kopf has taken them
        uid = await self._cluster.namespace_uid(self._options.settings.namespace)
        since = await self._resync.everything()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._streams.run(self._places.open, since))
            group.create_task(self._queue.run(uid))
            group.create_task(self._resync.run(self._options.settings.resync))
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
                await self._processes.ask(session)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._queue.asked.wait(), _QUEUE_PATIENCE)
            group.create_task(self._processes.run())
            group.create_task(self._workers.run())
            group.create_task(self._controller.run(self._options.settings.concurrency))
            logger.info("acting", extra={"resources": self._line.depth})

    def _changed(self, change: Change) -> None:
        self._controller.changed(change)
        if change.latest["kind"] == "Pod":
            self._patience.moved()
        if change.latest["kind"] == "Job":
            self._workers.look()

    def _look_at(self, ref: Ref) -> None:
        self._controller.look_at(ref)
        if ref.kind == Kind.BACKTEST:  # its row may have changed
            self._workers.look()


def _now() -> datetime:
    return datetime.now(UTC)


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


async def _first(work: Awaitable[None], stop: asyncio.Event) -> bool:
    """Wait for work or for the stop; return whether the work was done."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await _cancelled(stopping)
    if working.done():
        await working
        return True
    await _cancelled(working)
    return False


async def _cancelled(task: "asyncio.Future[Any]") -> None:
    task.cancel()
    await asyncio.wait({task})


def _lost(error: BaseException | None) -> LeadershipLostError | None:
    if isinstance(error, BaseExceptionGroup):
        return next((found for one in error.exceptions if (found := _lost(one))), None)
    return error if isinstance(error, LeadershipLostError) else None


def _end_at_once(error: LeadershipLostError) -> NoReturn:
    logger.critical("%s", error)
    logging.shutdown()
    os._exit(1)
