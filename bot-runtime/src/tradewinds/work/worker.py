"""A worker's wiring: its store, its signals, its server, and one task."""

import logging
from contextlib import AsyncExitStack

from aiohttp import web
from prometheus_client import Gauge

from tradewinds.process.exits import Exit, InputError
from tradewinds.process.metrics import new_registry
from tradewinds.process.serving import serve
from tradewinds.process.signals import stop_signals
from tradewinds.work.claim import LEASE, Watch, answer_claim
from tradewinds_store.errors import StoreError, StoreUrlError
from tradewinds_store.open import open_store

log = logging.getLogger(__name__)


async def run(store_url: str, worker: str, cluster: str | None, listen: str | None) -> None:
    """Claim a task and answer it; what is wrong with the store is said in one line."""
    try:
        await _work(store_url, worker, cluster, listen)
    except StoreUrlError as error:
        raise InputError(str(error)) from error
    except StoreError as error:
        raise Exit(str(error)) from error


async def _work(store_url: str, worker: str, cluster: str | None, listen: str | None) -> None:
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
        claim = await store.queue.claim(worker, LEASE, cluster=cluster)
        if claim is None:
            log.info("no task waits")
            return
        task = {"task": claim.task.name, "uid": claim.task.uid, "attempt": claim.token}
        log.info("task claimed", extra=task)
        end = await answer_claim(store, claim, stop, watch)
        log.info("task ended", extra={**task, "end": end})
