"""The backtest queue on a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from tradewinds_operator.cache import Cache
from tradewinds_operator.queue import BacktestQueue
from tradewinds_operator.watched import WATCHED
from tradewinds_operator.world import Ref
from tradewinds_store.errors import StoreUnavailableError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.records import Task
from tradewinds_store.timescale.migrate import migrate

CLUSTER = "cluster-1"
ONE = Ref("Backtest", "paper", "one")


@pytest.fixture(scope="module")
def url(postgres_dsn: str) -> str:
    asyncio.run(migrate(postgres_dsn))
    return postgres_dsn


def backtest(uid: str = "b1", version: int = 1, **status: Any) -> dict[str, Any]:
    words = {"namespace": "paper", "name": "one", "uid": uid, "generation": 1}
    metadata = {**words, "resourceVersion": str(version)}
    return {"kind": "Backtest", "metadata": metadata, "spec": {}, "status": status}


def task(uid: str = "b1", cluster: str = CLUSTER) -> Task:
    return Task(cluster, uid, 1, "paper/one", {"period": "all"})


@dataclass
class Office:
    """A queue with one Backtest, the store behind it, and who was woken."""

    queue: BacktestQueue
    store: Store
    cache: Cache
    woken: list[Ref]

    async def look(self) -> list[Ref]:
        self.woken.clear()
        await self.queue.look(self.store)
        return list(self.woken)


@pytest.fixture
async def office(url: str) -> AsyncIterator[Office]:
    cache, woken = Cache(), list[Ref]()
    cache.put(backtest())
    for kind in WATCHED:
        cache.complete(kind, {ONE}, 1)
    async with open_store(url) as store:
        for cluster in (CLUSTER, "other"):
            for row in await store.queue.status(cluster):
                await store.queue.forget(cluster, row.uid)
        queue = BacktestQueue(url, cache, woken.append)
        queue.cluster_uid, queue._store = CLUSTER, store
        yield Office(queue, store, cache, woken)


async def test_row_of_a_backtest_that_may_lie_in_a_closed_namespace_stays(office: Office) -> None:
    await office.look()
    await office.store.queue.enqueue(task("b1"))
    await office.store.queue.enqueue(task("unseen"))
    office.cache.is_partial = True
    office.cache.drop(ONE, "b1")  # seen, and gone by now
    await office.look()
    assert {row.uid for row in await office.store.queue.status(CLUSTER)} == {"unseen"}
    office.cache.is_partial = False
    await office.look()
    assert await office.store.queue.status(CLUSTER) == []


async def test_task_is_seen_from_its_row_to_its_result(office: Office) -> None:
    assert await office.look() == [ONE]  # the store is there: whoever waited for it may go on
    await office.queue.enqueue(task())
    assert office.queue.tasks["b1", 1].state == "queued"
    claim = await office.store.queue.claim("worker", 30.0)
    assert claim is not None
    assert await office.look() == [ONE]
    assert office.queue.tasks["b1", 1].state == "running"
    assert await office.look() == []
    await office.store.queue.heartbeat(claim, 0.5, 30.0)
    assert await office.look() == [ONE]
    await office.store.results.put("answer", {"metrics": {}})
    await office.store.queue.finish(claim, result="answer", error=None)
    assert await office.look() == [ONE]
    assert office.queue.results == {"answer": {}}  # of another version: no reason to end
    settled = {"type": "Complete", "status": "True", "observedGeneration": 1}
    office.cache.put(backtest(version=2, conditions=[settled]))
    assert await office.look() == []
    assert office.queue.results == {}


async def test_enqueueing_again_changes_nothing(office: Office) -> None:
    await office.queue.enqueue(task())
    await office.look()
    await office.queue.enqueue(task())
    assert await office.look() == []
    assert len(await office.store.queue.status(CLUSTER)) == 1


async def test_cancelled_task_is_gone_at_once(office: Office) -> None:
    await office.look()
    await office.queue.enqueue(task())
    await office.queue.cancel("b1")
    assert office.queue.tasks == {}
    assert await office.store.queue.status(CLUSTER) == []


async def test_rows_without_their_backtest_go_and_those_of_others_stay(office: Office) -> None:
    await office.store.queue.enqueue(task("gone"))
    await office.store.queue.enqueue(task("gone", "other"))
    await office.store.queue.enqueue(task())
    await office.look()
    assert [row.uid for row in await office.store.queue.status(CLUSTER)] == ["b1"]
    assert [row.uid for row in await office.store.queue.status("other")] == ["gone"]


async def test_nothing_is_swept_before_a_complete_list(office: Office) -> None:
    await office.store.queue.enqueue(task("unseen"))
    early = BacktestQueue("unused", Cache(), office.woken.append)
    early.cluster_uid = CLUSTER
    await early.look(office.store)
    assert [row.uid for row in await office.store.queue.status(CLUSTER)] == ["unseen"]


async def test_store_that_is_away_is_a_reason_and_no_end(url: str) -> None:
    cache, woken = Cache(), list[Ref]()
    cache.put(backtest())
    away = BacktestQueue("postgresql://nobody@127.0.0.1:1/nothing", cache, woken.append)
    running = asyncio.create_task(away.run(CLUSTER))
    await asyncio.wait_for(away.asked.wait(), 20)
    assert "127.0.0.1:1" in away.away
    assert woken == [ONE]
    with pytest.raises(StoreUnavailableError):
        await away.enqueue(task())
    assert not running.done()
    running.cancel()


async def test_outage_keeps_its_first_words_and_its_end_wakes_everybody(office: Office) -> None:
    await office.look()
    office.queue._is_away("the store restarts")
    office.queue._is_away("the store refused a connection")
    assert office.queue.away == "the store restarts"
    assert await office.look() == [ONE]
    assert office.queue.away == ""
