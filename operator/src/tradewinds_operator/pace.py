"""So many calls a second and no more, so that a start with thousands of resources stays polite."""

import asyncio
from collections.abc import Callable


class Pace:
    """A bucket that fills at `rate` a second and holds one second's worth."""

    def __init__(self, rate: float, clock: Callable[[], float] | None = None) -> None:
        self._gap = 1.0 / rate
        self._burst = max(rate, 1.0)
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._next = float("-inf")

    async def turn(self) -> None:
        """Wait until one more call may be sent; callers are served in order."""
        delay = self.delay()
        if delay > 0.0:
            await asyncio.sleep(delay)

    def delay(self) -> float:
        """Take the next place, and return how long it is until then."""
        now = self._clock()
        earliest = now - self._gap * (self._burst - 1.0)
        self._next = max(self._next + self._gap, earliest)
        return self._next - now
