"""The trials of a long search, kept in the store, so that the next worker goes on with it.

A pod is evicted, a task is given back or lost: the search begins again from its seed, asks for the
same sets, and finds here those that were tried. They go when the Backtest has ended or is gone. A
search that is over sooner than `EVERY` keeps none.
"""

import asyncio
import base64
import logging
import math
import time
from collections.abc import Coroutine, Sequence
from typing import Any, Final, TypeVar

import numpy as np

from tradewinds.optimization.keeping import Key, Tried
from tradewinds.optimization.space import Set
from tradewinds_crds.canonical import digest
from tradewinds_store.errors import StoreError, StoreUnavailableError
from tradewinds_store.ports import Store
from tradewinds_store.records import Task

log = logging.getLogger(__name__)

T = TypeVar("T")
OPEN: Final = ("queued", "running")
EVERY: Final = 10.0  # seconds of work that a lost worker may cost


class StoredTrials:
    """A keeper of trials for the thread that runs a search; the store belongs to the loop."""

    def __init__(
        self, store: Store, task: Task, loop: asyncio.AbstractEventLoop, *, every: float = EVERY
    ) -> None:
        self._trials, self._of = store.trials, (task.cluster, task.uid)
        self._loop, self._every = loop, every
        self._waiting: dict[str, list[tuple[Set, Tried]]] = {}
        self._batches: dict[str, int] = {}
        self._kept = time.monotonic()

    def load(self, run: str) -> dict[Key, Tried]:
        """Return what was kept of a run."""
        found: dict[Key, Tried] = {}
        count = 0
        while (body := self._wait(self._trials.get(*self._of, _key(run, count)))) is not None:
            found.update(_read(body))
            count += 1
        self._batches[run] = count
        return found

    def keep(self, run: str, sets: Sequence[Set], tried: Sequence[Tried]) -> None:
        """Take a batch, and write what waits if the last time is long enough ago."""
        self._waiting.setdefault(run, []).extend(zip(sets, tried, strict=True))
        if time.monotonic() - self._kept < self._every:
            return
        try:
            while self._waiting:
                self._write(next(iter(self._waiting)))
        except StoreUnavailableError as error:
            log.warning("trials not kept, the next time may pass", extra={"error": str(error)})
        self._kept = time.monotonic()

    def _write(self, run: str) -> None:
        count = self._batches.get(run, 0)
        self._wait(self._trials.put(*self._of, _key(run, count), _body(self._waiting[run])))
        self._batches[run] = count + 1
        del self._waiting[run]

    def _wait(self, of: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(of, self._loop).result()


async def prune(store: Store, cluster: str) -> None:
    """Drop the trials of a cluster's Backtests that neither wait nor run."""
    try:
        rows = await store.queue.status(cluster)
        await store.trials.prune(cluster, {row.uid for row in rows if row.state in OPEN})
    except StoreError as error:
        log.warning("trials not pruned, the next worker may", extra={"error": str(error)})


def _key(run: str, batch: int) -> str:
    return digest(["trials", run, batch])


def _body(batch: Sequence[tuple[Set, Tried]]) -> dict[str, Any]:
    names = list(batch[0][1].figures)
    daily = np.array([tried.daily for _, tried in batch], "<f8")
    return {
        "names": names,
        "sets": [list(one.values()) for one, _ in batch],
        "figures": [[_or_none(tried.figures[name]) for name in names] for _, tried in batch],
        "daily": base64.b64encode(daily.tobytes()).decode("ascii"),
    }


def _read(body: dict[str, Any]) -> dict[Key, Tried]:
    daily = np.frombuffer(base64.b64decode(body["daily"]), "<f8").reshape(len(body["sets"]), -1)
    return {
        tuple(values): Tried(
            {
                name: math.nan if value is None else value
                for name, value in zip(body["names"], figures, strict=True)
            },
            row.copy(),
        )
        for values, figures, row in zip(body["sets"], body["figures"], daily, strict=True)
    }


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
