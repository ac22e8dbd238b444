"""A worker process for the queue's tests: works until the queue is empty, or holds one task.

Prints a line for each task: its uid, and whether finishing it counted.
"""

import asyncio
import sys

from tradewinds_store.open import open_store


async def work(url: str, name: str) -> None:
    async with open_store(url) as store:
        while claim := await store.queue.claim(name, 60):
            counted = await store.queue.finish(claim, result=name, error=None)
            print(claim.task.uid, counted, flush=True)  # noqa: T201 - the test reads it


async def hold(url: str, name: str) -> None:
    async with open_store(url) as store:
        claim = await store.queue.claim(name, 0.5)
        print(claim.task.uid if claim else None, flush=True)  # noqa: T201 - the test reads it
        await asyncio.Event().wait()


if __name__ == "__main__":
    _, verb, store_url, worker = sys.argv
    asyncio.run({"work": work, "hold": hold}[verb](store_url, worker))
