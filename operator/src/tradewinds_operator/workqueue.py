"""Keys that want to be looked at: each at most once in line, and never twice at the same time.

A key that is added while somebody works on it comes back when that is done, so nothing is lost and
nothing runs in parallel with itself. Errors wait longer each time; `again` is a key's own wish. A
key may rest after its turn, so that what moves several times is looked at once.
"""

import asyncio
from collections import deque
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

FIRST_DELAY: Final = 0.5  # seconds until the first repetition after an error
LONGEST_DELAY: Final = 60.0

Key = TypeVar("Key", bound=Hashable)


class WorkQueue(Generic[Key]):
    """See the module; everything happens in one event loop."""

    def __init__(self) -> None:
        self._line: deque[Key] = deque()
        self._wanted: set[Key] = set()  # in line, or added again while in hand
        self._in_hand: set[Key] = set()
        self._resting: dict[Key, asyncio.TimerHandle] = {}
        self._failures: dict[Key, int] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._filled = asyncio.Event()

    @property
    def depth(self) -> int:
        """Keys in line and in hand."""
        return len(self._wanted | self._in_hand)

    @property
    def waiting(self) -> int:
        """Keys that come back at a later time."""
        return len(self._timers)

    def add(self, key: Key) -> None:
        """Put a key in line, unless it stands there."""
        if key in self._wanted:
            return
        self._wanted.add(key)
        if key not in self._in_hand and key not in self._resting:
            self._line.append(key)
            self._filled.set()

    def again(self, key: Key, seconds: float) -> None:
        """Add a key later; the last wish counts, and it ends when the key's turn comes earlier."""
        self._forget_timer(key)
        loop = asyncio.get_running_loop()
        self._timers[key] = loop.call_later(seconds, self._ring, key)

    async def take(self) -> Key:
        """Wait for a key and take it in hand; `done` or `failed` gives it back."""
        while not self._line:
            self._filled.clear()
            await self._filled.wait()
        key = self._line.popleft()
        self._wanted.remove(key)
        self._in_hand.add(key)
        self._forget_timer(key)
        return key

    def done(self, key: Key, rest: float = 0.0) -> None:
        """Give a key back after success; its next turn is `rest` seconds later at the soonest."""
        self._failures.pop(key, None)
        self._in_hand.remove(key)
        if rest:
            loop = asyncio.get_running_loop()
            self._resting[key] = loop.call_later(rest, self._rested, key)
        else:
            self._line_up(key)

    def failed(self, key: Key) -> float:
        """Give a key back after an error; return after how many seconds it comes again."""
        count = self._failures.get(key, 0)
        self._failures[key] = count + 1
        delay: float = min(FIRST_DELAY * 2.0 ** min(count, 20), LONGEST_DELAY)
        self.again(key, delay)
        self._in_hand.remove(key)
        self._line_up(key)
        return delay

    def close(self) -> None:
        """Ring no more."""
        for timer in (*self._timers.values(), *self._resting.values()):
            timer.cancel()
        self._timers.clear()
        self._resting.clear()

    def _rested(self, key: Key) -> None:
        del self._resting[key]
        self._line_up(key)

    def _line_up(self, key: Key) -> None:
        if key in self._wanted:
            self._line.append(key)
            self._filled.set()

    def _ring(self, key: Key) -> None:
        del self._timers[key]
        self.add(key)

    def _forget_timer(self, key: Key) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
