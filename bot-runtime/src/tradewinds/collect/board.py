"""What the collector has said so far: the watermark of each timeframe, and who waits for it.

A watermark only rises. Once `closedThrough` has passed a time, no bar up to it is ever added.
"""

from collections.abc import Sequence

from tradewinds.collect.followers import NOBODY
from tradewinds.process.wakeup import Wakeup


class Board:
    """The watermarks of one feed."""

    def __init__(self, timeframes: Sequence[str], start: int) -> None:
        """`start` is the clock before the first close."""
        self.closed_through = dict.fromkeys(timeframes, start)
        self.now = start
        self.finished = False
        self.waiting_for: tuple[str, ...] = ()
        self.wakeup = Wakeup()

    @property
    def reason(self) -> str:
        """Say in one word why nothing moves; empty while nobody is waited for."""
        if not self.waiting_for:
            return ""
        return "NoFollowers" if self.waiting_for == (NOBODY,) else "WaitingForFollowers"

    def resume(self, time: int) -> None:
        """Start where an earlier collector had been; its closes are known to the followers."""
        self.now = max(self.now, time)
        for timeframe, closed in self.closed_through.items():
            self.closed_through[timeframe] = max(closed, time)
        self.wakeup.notify()

    def close(self, time: int, timeframes: Sequence[str]) -> None:
        """Pass `time`: its bars of `timeframes` may be served."""
        self.now = time
        for timeframe in timeframes:
            self.closed_through[timeframe] = time
        self.wakeup.notify()

    def finish(self) -> None:
        """Say that nothing will come any more."""
        self.finished = True
        self.wakeup.notify()
