"""What the store's queue says of our Backtests, asked often while one is open, seldom otherwise.

A store that is away is told as such: Backtests wait with that reason, and everything else goes on.
Rows whose Backtest is gone are removed, ours alone, and only after a complete list.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from tradewinds_crds.names import COMPLETE, FAILED, Kind
from tradewinds_operator.backtest.figures import headline
from tradewinds_operator.cache import Cache
from tradewinds_operator.conditions import find
from tradewinds_operator.world import Ref, Resource, ref_of, uid_of
from tradewinds_store.errors import StoreError, StoreUnavailableError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.records import Task, TaskStatus

logger = logging.getLogger(__name__)

BUSY: Final = 1.0  # seconds between two looks while a task is open
CALM: Final = 10.0
AWAY: Final = 5.0  # seconds until a store that is away is tried again
_OPEN: Final = ("queued", "running")

Key = tuple[str, int]  # Backtest uid, generation


class BacktestQueue:
    """The rows of one cluster, and the way to add and cancel some."""

    def __init__(self, url: str, cache: Cache, look_at: Callable[[Ref], None]) -> None:
        self.tasks: dict[Key, TaskStatus] = {}
        self.results: dict[str, Mapping[str, Any]] = {}
        self.away = "the store was not asked yet"
        self.cluster_uid = ""
        self.asked = asyncio.Event()  # whether there was an answer, good or bad
        self._url = url
        self._cache = cache
        self._look_at = look_at
        self._store: Store | None = None
        self._hurry = asyncio.Event()
        self._seen: set[str] = set()  # uids of Backtests that were there

    async def run(self, cluster_uid: str) -> None:
        """Look until cancelled, and open the store again when it was away."""
        self.cluster_uid = cluster_uid
        while True:
            try:
                async with open_store(self._url) as store:
                    self._store = store
                    await self._follow(store)
            except StoreError as error:
                self._store = None
                self._is_away(str(error))
            await asyncio.sleep(AWAY)

    async def enqueue(self, task: Task) -> None:
        """Add a task; one that is there already stays as it is."""
        store = self._opened()
        if await store.queue.enqueue(task):
            key = (task.uid, task.generation)
            self.tasks = {known: row for known, row in self.tasks.items() if known[0] != task.uid}
            self.tasks[key] = TaskStatus(
                *key,
                name=task.name,
                state="queued",
                progress=0.0,
                attempts=0,
                result=None,
                error=None,
                size_class=task.size_class,
                question=task.question,
            )
            self._tell(task.uid)
        self._hurry.set()

    async def cancel(self, uid: str) -> None:
        """Remove what there is of a Backtest, if anything is."""
        keys = [key for key in self.tasks if key[0] == uid]
        if keys:
            await self._opened().queue.forget(self.cluster_uid, uid)
            for key in keys:
                self.tasks.pop(key, None)
            self._tell(uid)

    async def look(self, store: Store) -> None:
        """Ask once, remove what nobody wants any more, and tell who is concerned."""
        rows = await store.queue.status(self.cluster_uid)
        backtests = self._backtests()
        found = {(row.uid, row.generation): row for row in rows if row.uid in backtests}
        self._seen |= backtests.keys()
        if self._cache.is_complete:
            for row in rows:
                is_known = row.uid in self._seen or not self._cache.is_partial
                if row.uid not in backtests and is_known:
                    await store.queue.forget(self.cluster_uid, row.uid)
        changed = {key[0] for key, row in found.items() if self.tasks.get(key) != row}
        changed |= {key[0] for key in self.tasks if key not in found}
        self.tasks = found
        changed |= await self._load(store, backtests)
        self.asked.set()
        if self.away:
            self.away, changed = "", set(backtests)
        for uid in changed & set(backtests):
            self._look_at(ref_of(backtests[uid]))

    async def _follow(self, store: Store) -> None:
        while True:
            self._hurry.clear()
            try:
                await self.look(store)
                wait = BUSY if any(row.state in _OPEN for row in self.tasks.values()) else CALM
            except StoreUnavailableError as error:
                self._is_away(str(error))
                wait = AWAY
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), wait)

    async def _load(self, store: Store, backtests: Mapping[str, Resource]) -> set[str]:
        wanted = {
            row.result: uid
            for (uid, generation), row in self.tasks.items()
            if row.result is not None and not _is_settled(backtests[uid], generation)
        }
        self.results = {key: body for key, body in self.results.items() if key in wanted}
        news = set()
        for key, uid in wanted.items():
            if key not in self.results:
                self.results[key] = _read(key, await store.results.get(key))
                news.add(uid)
        return news

    def _opened(self) -> Store:
        if self._store is None:
            raise StoreUnavailableError(self.away)
        return self._store

    def _is_away(self, reason: str) -> None:
        if self.away and self.asked.is_set():  # the same outage, in the words that were told
            return
        logger.warning("the backtest queue cannot be used: %s", reason)
        self.away = reason
        self.asked.set()
        for backtest in self._backtests().values():
            self._look_at(ref_of(backtest))

    def _tell(self, uid: str) -> None:
        backtest = self._backtests().get(uid)
        if backtest is not None:
            self._look_at(ref_of(backtest))

    def _backtests(self) -> dict[str, Resource]:
        shelves = self._cache.shelves[Kind.BACKTEST].values()
        return {uid_of(one): one for shelf in shelves for one in shelf.values()}


def _read(key: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a result's headline; nothing for one that is lost, or that another version wrote."""
    try:
        return {} if body is None else headline(body)
    except (KeyError, TypeError, ValueError) as error:
        logger.warning("result %s could not be read: %r", key, error)
        return {}


def _is_settled(backtest: Resource, generation: int) -> bool:
    status, current = backtest.get("status", {}), backtest["metadata"]["generation"]
    if generation != current:
        return True
    found = [find(status, kind) for kind in (COMPLETE, FAILED)]
    return any(
        one is not None and one["status"] == "True" and one["observedGeneration"] == generation
        for one in found
    )
