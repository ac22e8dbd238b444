"""Patience with a store that is away when a run has its answer.

A run may take hours and a database's restart seconds, so the end of a run is written again and
again for a while. Every such write may be repeated: a result lies under its hash, and a task is
finished by the claim that holds it or not at all.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from tradewinds_store.errors import StoreUnavailableError

log = logging.getLogger(__name__)

T = TypeVar("T")
PATIENCE: Final = 300.0  # seconds
PAUSE: Final = 1.0  # seconds between two tries


async def persist(
    write: Callable[[], Awaitable[T]], *, patience: float = PATIENCE, pause: float = PAUSE
) -> T:
    """Write, and try again while the store is away; `StoreUnavailableError` when patience ends."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return await write()
        except StoreUnavailableError as error:
            if time.monotonic() >= deadline:
                raise
            log.warning("the store is away, the answer waits for it", extra={"error": str(error)})
        await asyncio.sleep(pause)
