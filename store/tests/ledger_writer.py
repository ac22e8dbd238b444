"""A process that appends to a ledger under epoch 1, racing others, and prints what it committed."""

import asyncio
import sys

from tradewinds_store.errors import FencedError
from tradewinds_store.open import open_store
from tradewinds_store.records import NewEvent


async def append(url: str, count: int) -> None:
    async with open_store(url) as store:
        ledger = store.ledger("account-1")
        committed = 0
        while committed < count:
            head = await ledger.head()
            new = [NewEvent("fill", 0, "", "", {"part": part}) for part in range(3)]
            try:
                events = await ledger.append(1, head.number, new)
            except FencedError:  # another process was quicker
                continue
            committed += 1
            print(events[-1].number, flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    asyncio.run(append(sys.argv[1], int(sys.argv[2])))
