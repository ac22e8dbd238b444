"""The queue's promises, on both adapters, with real worker processes."""

import asyncio
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from tradewinds_store.open import open_store
from tradewinds_store.ports import Queue, Store
from tradewinds_store.records import Claim, Task, TaskStatus

WORKER = Path(__file__).with_name("queue_worker.py")
SECONDS = 20.0  # a deadline, not a wait


def task(
    uid: str = "bt-1", generation: int = 1, cluster: str = "cluster-1", size: str = "Standard"
) -> Task:
    return Task(cluster, uid, generation, f"name-{uid}", {"period": [1, 2], "fee": 0.001}, size)


async def claimed(queue: Queue, lease: float = 60) -> Claim:
    claim = await queue.claim("worker", lease)
    assert claim is not None
    return claim


async def only(queue: Queue) -> TaskStatus:
    (status,) = await queue.status("cluster-1")
    return status


def start(verb: str, url: str, name: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, WORKER, verb, url, name], stdout=subprocess.PIPE, text=True
    )


async def test_empty_queue_gives_nothing(store: Store) -> None:
    assert await store.queue.claim("worker", 60) is None
    assert await store.queue.status("cluster-1") == []


async def test_task_goes_from_queued_to_done(store: Store) -> None:
    queue = store.queue
    assert await queue.enqueue(task())
    waiting = TaskStatus("bt-1", 1, "name-bt-1", "queued", 0, 0, None, None)
    waiting = replace(waiting, question=task().question)
    assert await only(queue) == waiting
    claim = await claimed(queue)
    assert claim.task == task()
    assert await queue.heartbeat(claim, 0.25, 60)
    running = await only(queue)
    started = running.started
    assert started is not None
    assert abs(started / 1000 - time.time()) < SECONDS
    assert running == replace(waiting, state="running", progress=0.25, attempts=1, started=started)
    assert await queue.finish(claim, result="hash", error=None)
    done = await only(queue)
    assert (done.state, done.progress, done.result) == ("done", 1, "hash")
    assert done.started == started
    assert done.finished is not None
    assert done.finished >= started
    assert await queue.claim("worker", 60) is None


async def test_task_that_ends_with_an_error_is_failed_and_not_tried_again(store: Store) -> None:
    await store.queue.enqueue(task())
    claim = await claimed(store.queue)
    text = "No data. Import some."
    assert await store.queue.finish(claim, result=None, error=text, reason="DataMissing")
    status = await only(store.queue)
    assert (status.state, status.error, status.reason) == ("failed", text, "DataMissing")
    assert status.finished is not None
    assert await store.queue.claim("worker", 60) is None


async def test_worker_of_a_size_takes_tasks_of_that_size_only(store: Store) -> None:
    queue = store.queue
    for uid, size in (("a", "Large"), ("b", "Small"), ("c", "Small")):
        await queue.enqueue(task(uid, size=size))
    assert [one.size_class for one in await queue.status("cluster-1")] == [
        *("Large", "Small", "Small")
    ]
    for uid in ("b", "c"):
        claim = await queue.claim("worker", 60, size_class="Small")
        assert claim is not None
        assert (claim.task.uid, claim.task.size_class) == (uid, "Small")
    assert await queue.claim("worker", 60, size_class="Small") is None
    assert (await claimed(queue)).task.uid == "a"


async def test_oldest_task_is_claimed_first(store: Store) -> None:
    for uid in ("c", "a", "b"):
        await store.queue.enqueue(task(uid))
    assert [(await claimed(store.queue)).task.uid for _ in range(3)] == ["c", "a", "b"]


async def test_same_generation_is_enqueued_once(store: Store) -> None:
    assert await store.queue.enqueue(task())
    assert not await store.queue.enqueue(task())
    claim = await claimed(store.queue)
    await store.queue.finish(claim, result="hash", error=None)
    assert not await store.queue.enqueue(task())


async def test_new_generation_takes_the_place_of_the_older_one(store: Store) -> None:
    await store.queue.enqueue(task())
    old = await claimed(store.queue)
    assert await store.queue.enqueue(task(generation=2))
    assert not await store.queue.heartbeat(old, 0.5, 60)
    assert not await store.queue.finish(old, result="hash", error=None)
    assert not await store.queue.enqueue(task(generation=1))
    assert (await claimed(store.queue)).task.generation == 2
    status = await only(store.queue)
    assert (status.generation, status.state) == (2, "running")


async def test_forgotten_while_running_is_seen_at_the_next_heartbeat(store: Store) -> None:
    await store.queue.enqueue(task())
    claim = await claimed(store.queue)
    assert await store.queue.heartbeat(claim, 0.1, 60)
    await store.queue.forget("cluster-1", "bt-1")
    assert not await store.queue.heartbeat(claim, 0.2, 60)
    assert not await store.queue.finish(claim, result="hash", error=None)
    assert await store.queue.status("cluster-1") == []


async def test_forgotten_while_queued_is_never_claimed(store: Store) -> None:
    await store.queue.enqueue(task())
    await store.queue.forget("cluster-1", "bt-1")
    assert await store.queue.claim("worker", 60) is None


async def test_forgotten_after_its_end_leaves_no_row(store: Store) -> None:
    await store.queue.enqueue(task())
    await store.queue.enqueue(task("bt-2"))
    await store.queue.finish(await claimed(store.queue), result="hash", error=None)
    await store.queue.forget("cluster-1", "bt-1")
    assert (await only(store.queue)).uid == "bt-2"


async def test_clusters_see_and_forget_their_own_tasks_only(store: Store) -> None:
    await store.queue.enqueue(task(cluster="cluster-1"))
    await store.queue.enqueue(task(cluster="cluster-2"))
    await store.queue.forget("cluster-2", "bt-1")
    assert (await only(store.queue)).state == "queued"


async def test_lost_claim_has_no_say_any_more(store: Store) -> None:
    await store.queue.enqueue(task())
    lost = await claimed(store.queue, lease=0)
    held = await claimed(store.queue)
    assert held.token != lost.token
    assert not await store.queue.heartbeat(lost, 0.9, 60)
    assert not await store.queue.finish(lost, result="wrong", error=None)
    assert await store.queue.finish(held, result="right", error=None)
    assert (await only(store.queue)).result == "right"


async def test_heartbeat_keeps_a_task_from_other_workers(store: Store) -> None:
    await store.queue.enqueue(task())
    claim = await claimed(store.queue, lease=0)
    assert await store.queue.heartbeat(claim, 0, 60)
    assert await store.queue.claim("another", 60) is None


async def test_poison_task_fails_after_three_lost_claims(store: Store) -> None:
    await store.queue.enqueue(task())
    await store.queue.enqueue(task("healthy"))
    for _ in range(3):
        assert (await claimed(store.queue, lease=0)).task.uid == "bt-1"
    assert (await claimed(store.queue)).task.uid == "healthy"
    poison, _ = await store.queue.status("cluster-1")
    assert (poison.state, poison.attempts, poison.reason) == ("failed", 3, "WorkerLost")
    assert poison.error is not None
    assert "lost 3 times" in poison.error


async def test_released_task_waits_again_in_its_old_place(store: Store) -> None:
    for uid in ("first", "second"):
        await store.queue.enqueue(task(uid))
    claim = await claimed(store.queue)
    assert await store.queue.heartbeat(claim, 0.5, 60)
    assert await store.queue.release(claim)
    first, _ = await store.queue.status("cluster-1")
    assert (first.state, first.progress, first.attempts) == ("queued", 0, 0)
    again = await claimed(store.queue)
    assert again.task.uid == "first"
    assert again.token != claim.token


async def test_released_claim_has_no_say_any_more(store: Store) -> None:
    await store.queue.enqueue(task())
    claim = await claimed(store.queue)
    assert await store.queue.release(claim)
    assert not await store.queue.release(claim)
    assert not await store.queue.heartbeat(claim, 0.9, 60)
    held = await claimed(store.queue)
    assert not await store.queue.finish(claim, result="wrong", error=None)
    assert await store.queue.finish(held, result="right", error=None)


async def test_forgotten_task_is_not_released(store: Store) -> None:
    await store.queue.enqueue(task())
    claim = await claimed(store.queue)
    await store.queue.forget("cluster-1", "bt-1")
    assert not await store.queue.release(claim)
    assert await store.queue.status("cluster-1") == []


async def test_release_is_no_lost_attempt(store: Store) -> None:
    await store.queue.enqueue(task())
    for _ in range(5):
        assert await store.queue.release(await claimed(store.queue))
    for _ in range(3):
        await claimed(store.queue, lease=0)
    assert await store.queue.claim("worker", 60) is None
    status = await only(store.queue)
    assert (status.state, status.attempts) == ("failed", 3)


async def test_worker_of_a_cluster_takes_and_fails_its_tasks_only(store: Store) -> None:
    queue = store.queue
    await queue.enqueue(task("other", cluster="cluster-2"))
    await queue.enqueue(task("own"))
    for _ in range(3):
        claim = await queue.claim("worker", 0, cluster="cluster-2")
        assert claim is not None
        assert claim.task.uid == "other"
    own = await queue.claim("worker", 60, cluster="cluster-1")
    assert own is not None
    assert own.task.uid == "own"
    assert await queue.claim("worker", 60, cluster="cluster-1") is None
    (other,) = await queue.status("cluster-2")
    assert other.state == "running"


async def test_four_workers_finish_each_task_exactly_once(url: str) -> None:
    uids = [f"bt-{number}" for number in range(60)]
    async with open_store(url) as store:
        for uid in uids:
            await store.queue.enqueue(task(uid))
        workers = [start("work", url, f"worker-{number}") for number in range(4)]
        outputs = [worker.communicate(timeout=SECONDS)[0] for worker in workers]
        assert [worker.returncode for worker in workers] == [0] * 4
        lines = [line for output in outputs for line in output.splitlines()]
        assert sorted(lines) == sorted(f"{uid} True" for uid in uids)
        statuses = await store.queue.status("cluster-1")
        assert {(status.state, status.attempts) for status in statuses} == {("done", 1)}


async def test_task_of_a_killed_worker_is_taken_again_after_its_lease(url: str) -> None:
    async with open_store(url) as store:
        await store.queue.enqueue(task())
        worker = start("hold", url, "doomed")
        assert worker.stdout is not None
        assert worker.stdout.readline() == "bt-1\n"
        worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=SECONDS)
        claim, deadline = None, time.monotonic() + SECONDS
        while claim is None:
            assert time.monotonic() < deadline, "the task was not offered again"
            claim = await store.queue.claim("rescuer", 60)
            await asyncio.sleep(0.02)
        assert claim.token == 2
        assert await store.queue.finish(claim, result="hash", error=None)


async def test_claims_of_one_process_at_once_get_different_tasks(store: Store) -> None:
    for number in range(8):
        await store.queue.enqueue(task(f"bt-{number}"))
    claims = await asyncio.gather(*(store.queue.claim("worker", 60) for _ in range(8)))
    assert len({claim.task.uid for claim in claims if claim}) == 8
