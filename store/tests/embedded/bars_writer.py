"""A process that writes bars until it is killed: in one large write, or bar by bar over months.

Prints the open time of the last bar after each write that returned.
"""

import asyncio
import sys

import numpy as np

from tradewinds_store.bars import Bars
from tradewinds_store.open import open_store
from tradewinds_store.records import Series

SERIES = Series("binance", "BTC/USDT", "1m")
START = 1_672_531_200_000  # 2023-01-01
MINUTE = 60_000


def bars(first: int, count: int, step: int = 1) -> Bars:
    """Return bars whose values follow from their times alone."""
    time = START + np.arange(first, first + count * step, step, dtype=np.int64) * MINUTE
    value = (time // MINUTE % 1_009).astype(np.float64)
    return Bars(time, value, value + 1, value - 1, value, value)


async def large(url: str) -> None:
    async with open_store(url) as store:
        await store.bars.write(SERIES, bars(0, 1_000))
        print("stored the first bars", flush=True)  # noqa: T201 - the test reads it
        await store.bars.write(SERIES, bars(1_000, 250_000))


async def months(url: str) -> None:
    """Close a month with every other write."""
    async with open_store(url) as store:
        for number in range(10_000):
            written = bars(number * 20 * 24 * 60, 40, step=12 * 60)
            await store.bars.write(SERIES, written)
            print(written.time[-1], flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    asyncio.run({"large": large, "months": months}[sys.argv[1]](sys.argv[2]))
