"""One claimed task from its question to its end, with a heartbeat beside it.

The engine runs in a thread, so that the heartbeat goes on. A task may end in four ways: done,
failed by its own question, cancelled or lost (somebody said so at a heartbeat), or given back
because this process was told to stop; then the next worker takes it.
"""

import asyncio
import logging
import threading
from enum import StrEnum
from typing import Final

from tradewinds.work.answering import execute, prepare
from tradewinds.work.failure import failure
from tradewinds.work.persist import persist
from tradewinds.work.trials import StoredTrials, prune
from tradewinds_store.errors import MigrationError, StoreUnavailableError, StoreVersionError
from tradewinds_store.ports import Store
from tradewinds_store.records import Claim

log = logging.getLogger(__name__)

LEASE: Final = 30.0  # seconds that a silent worker keeps its task
BEATS: Final = 3  # heartbeats a lease
NOT_ITS_FAULT: Final = (StoreUnavailableError, StoreVersionError, MigrationError)


class End(StrEnum):
    """How a claimed task ended here."""

    DONE = "done"
    CACHED = "cached"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GIVEN_BACK = "givenBack"


class InterruptedRunError(Exception):
    """The run was told to stop at its next report of progress."""


class Watch:
    """What the run's thread and the heartbeat tell one another."""

    def __init__(self) -> None:
        self.share = 0.0
        self.reason: End | None = None
        self.stopped = threading.Event()

    def report(self, share: float) -> None:
        """Take note of progress; called from the run's thread."""
        self.share = share
        if self.stopped.is_set():
            raise InterruptedRunError

    def stop(self, reason: End) -> None:
        self.reason = self.reason or reason
        self.stopped.set()


async def answer_claim(
    store: Store, claim: Claim, stop: asyncio.Event, watch: Watch, *, lease: float = LEASE
) -> End:
    """Answer a claimed task, or give it back when `stop` is set."""
    beside = asyncio.gather(_heartbeat(store, claim, watch, lease), _wait(stop, watch))
    try:
        end = await _answer(store, claim, watch)
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)
    if end is End.GIVEN_BACK:
        await store.queue.release(claim)
    else:
        await prune(store, claim.task.cluster)
    return end


async def _answer(store: Store, claim: Claim, watch: Watch) -> End:
    try:
        prepared = await prepare(claim.task.spec, store)
        cached = await store.results.get(prepared.key) is not None
        if not cached:
            trials = StoredTrials(store, claim.task, asyncio.get_running_loop())
            body = await asyncio.to_thread(execute, prepared, watch.report, trials)
            await persist(lambda: store.results.put(prepared.key, body))
    except InterruptedRunError:
        return watch.reason or End.CANCELLED
    except NOT_ITS_FAULT:
        raise  # the lease runs out, and another worker tries
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this question's end
        failed = failure(error)
        log.warning("task failed", extra={"task": claim.task.name, "error": failed.message})
        held = await persist(
            lambda: store.queue.finish(
                claim, result=None, error=failed.message, reason=failed.reason
            )
        )
        return End.FAILED if held else End.CANCELLED
    held = await persist(lambda: store.queue.finish(claim, result=prepared.key, error=None))
    if not held:
        return End.CANCELLED
    return End.CACHED if cached else End.DONE


async def _heartbeat(store: Store, claim: Claim, watch: Watch, lease: float) -> None:
    """Extend the lease while the run goes on; stop the run when the task is not ours any more."""
    while not watch.stopped.is_set():
        await asyncio.sleep(lease / BEATS)
        try:
            held = await store.queue.heartbeat(claim, watch.share, lease)
        except StoreUnavailableError as error:
            log.warning("heartbeat failed, the next one may pass", extra={"error": str(error)})
            continue
        if not held:
            watch.stop(End.CANCELLED)


async def _wait(stop: asyncio.Event, watch: Watch) -> None:
    await stop.wait()
    watch.stop(End.GIVEN_BACK)
