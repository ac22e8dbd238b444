"""Growing pauses between attempts, with jitter, so that many bots do not knock together."""

import random
from collections.abc import Callable
from typing import Final

FIRST: Final = 0.05  # seconds
LONGEST: Final = 5.0


class Backoff:
    """Pauses that double from `first` to `longest` seconds; `reset` after a success."""

    def __init__(
        self,
        first: float = FIRST,
        longest: float = LONGEST,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """`draw` returns a number in [0, 1) and spreads each pause over its upper half."""
        self._first = first
        self._longest = longest
        self._draw = draw
        self._pause = first

    def next(self) -> float:
        """Return how many seconds to pause now."""
        pause = self._pause
        self._pause = min(self._longest, 2 * pause)
        return pause * (0.5 + 0.5 * self._draw())

    def reset(self) -> None:
        self._pause = self._first
