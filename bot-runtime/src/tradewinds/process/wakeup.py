"""Long polls: a handler waits for news, a writer wakes it, the end of the server frees it.

The wake-up carries nothing; whoever wakes reads the truth again by its cursor.
"""

import asyncio
from collections.abc import Callable


class Wakeup:
    """Something to wait on until a condition holds, the seconds are over or the server ends."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._closed = False

    def notify(self) -> None:
        """Wake everybody who waits; each looks at its own condition again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def close(self) -> None:
        """Free everybody, now and from now on; the server is ending."""
        self._closed = True
        self.notify()

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until `condition()` holds, at most `seconds`; return whether it holds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not condition():
            left = deadline - loop.time()
            if self._closed or left <= 0:
                return False
            await self._next(loop, left)
        return True

    async def _next(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.add(future)
        timer = loop.call_later(seconds, _finish, future)
        try:
            await future
        finally:
            timer.cancel()
            self._waiting.discard(future)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
