"""A worker's wiring: its store, its signals, its server, and one task."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from prometheus_client import Gauge

from tradewinds.process.exits import Exit, InputError
from tradewinds.process.metrics import new_registry
from tradewinds.process.serving import serve
from tradewinds.process.signals import stop_signals
from tradewinds.work.claim import LEASE, Watch, answer_claim
from tradewinds_store.errors import StoreError, StoreUrlError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Queue
from tradewinds_store.records import Claim

log = logging.getLogger(__name__)

LOOK: Final = 1.0  # seconds between two looks at a queue in which nothing waits


@dataclass(frozen=True, slots=True)
class Wish:
    """Which task a worker takes, and how many seconds it waits for one."""

    worker: str
    cluster: str | None = None
    size_class: str | None = None
    wait: float = 0.0


async def run(store_url: str, wish: Wish, listen: str | None) -> None:
    """Claim a task and answer it; what is wrong with the store is said in one line."""
    try:
        await _work(store_url, wish, listen)
    except StoreUrlError as error:
        raise InputError(str(error)) from error
    except StoreError as error:
        raise Exit(str(error)) from error


async def _work(store_url: str, wish: Wish, listen: str | None) -> None:
    """Hold store, signals and server while one task is answered."""
    watch = Watch()
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        store = await stack.enter_async_context(open_store(store_url))
        if listen:
            registry = new_registry()
            progress = Gauge("tradewinds_work_progress_ratio", "Share done.", registry=registry)
            progress.set_function(lambda: watch.share)
            server = serve(web.Application(), listen, registry=registry, ready=lambda: None)
            await stack.enter_async_context(server)
        claim = await claim_one(store.queue, wish, stop)
        if claim is None:
            log.info("no task waits")
            return
        task = {"task": claim.task.name, "uid": claim.task.uid, "attempt": claim.token}
        log.info("task claimed", extra=task)
        end = await answer_claim(store, claim, stop, watch)
        log.info("task ended", extra={**task, "end": end})


async def claim_one(queue: Queue, wish: Wish, stop: asyncio.Event) -> Claim | None:
    """Claim a task; None if none came until the wait was over, or `stop` was set.

    Pods are made for tasks that wait or run. One that finds none to take was made for a task whose
    worker was killed: it waits for that lease to run out, or it would be made again and again.
    """
    deadline = time.monotonic() + wish.wait
    while not stop.is_set():
        claim = await queue.claim(
            wish.worker, LEASE, cluster=wish.cluster, size_class=wish.size_class
        )
        if claim is not None or time.monotonic() >= deadline:
            return claim
        await _pause(stop)
    return None


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), LOOK)
    except TimeoutError:
        return
