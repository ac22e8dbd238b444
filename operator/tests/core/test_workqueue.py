import asyncio
from collections.abc import AsyncIterator

import pytest

from tradewinds_operator.workqueue import FIRST_DELAY, LONGEST_DELAY, WorkQueue


@pytest.fixture
async def queue() -> AsyncIterator[WorkQueue[str]]:
    queue: WorkQueue[str] = WorkQueue()
    yield queue
    queue.close()


async def is_empty(queue: WorkQueue[str]) -> bool:
    taking = asyncio.create_task(queue.take())
    await asyncio.sleep(0)
    empty = not taking.done()
    taking.cancel()
    return empty


async def test_key_stands_in_line_once_and_in_order(queue: WorkQueue[str]) -> None:
    for key in ("a", "b", "a"):
        queue.add(key)
    assert queue.depth == 2
    assert [await queue.take(), await queue.take()] == ["a", "b"]
    assert await is_empty(queue)


async def test_key_in_hand_comes_back_after_it_and_not_beside_it(queue: WorkQueue[str]) -> None:
    queue.add("a")
    assert await queue.take() == "a"
    queue.add("a")
    assert await is_empty(queue)
    queue.done("a")
    assert await queue.take() == "a"
    queue.done("a")
    assert queue.depth == 0


async def test_key_that_rests_comes_back_after_its_rest_and_once(queue: WorkQueue[str]) -> None:
    queue.add("a")
    queue.done(await queue.take(), rest=0.05)
    queue.add("a")
    queue.add("a")
    assert await is_empty(queue)
    assert await asyncio.wait_for(queue.take(), 5) == "a"
    queue.done("a", rest=0.01)
    await asyncio.sleep(0.05)
    assert await is_empty(queue)  # nobody asked for it while it rested
    assert queue.depth == 0


async def test_wish_of_a_key_that_rests_is_kept(queue: WorkQueue[str]) -> None:
    queue.add("a")
    queue.done(await queue.take(), rest=0.05)
    queue.again("a", 0.01)
    assert await asyncio.wait_for(queue.take(), 5) == "a"


async def test_many_workers_never_hold_one_key_twice(queue: WorkQueue[str]) -> None:
    held: set[str] = set()
    turns: list[str] = []

    async def work() -> None:
        while True:
            key = await queue.take()
            assert key not in held
            held.add(key)
            await asyncio.sleep(0)
            held.remove(key)
            turns.append(key)
            queue.done(key)

    workers = [asyncio.create_task(work()) for _ in range(8)]
    for number in range(500):
        queue.add(f"key-{number % 7}")
        await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    assert queue.depth == 0
    assert not any(one.done() for one in workers)
    assert len(set(turns)) == 7
    for one in workers:
        one.cancel()


async def test_errors_wait_longer_each_time_until_a_success(queue: WorkQueue[str]) -> None:
    delays = []
    for _ in range(12):
        queue.add("a")
        await queue.take()
        delays.append(queue.failed("a"))
    assert delays[:3] == [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY]
    assert delays[-1] == LONGEST_DELAY
    queue.add("a")
    await queue.take()
    queue.done("a")
    queue.add("a")
    await queue.take()
    assert queue.failed("a") == FIRST_DELAY


async def test_last_wish_counts_and_ends_when_the_turn_comes_earlier(queue: WorkQueue[str]) -> None:
    queue.again("a", 3600)
    queue.again("a", 0.001)
    async with asyncio.timeout(5):
        assert await queue.take() == "a"
    queue.done("a")
    queue.again("a", 3600)
    queue.add("a")
    await queue.take()
    assert queue.waiting == 0
