"""The clock is a port: in a replay it is the last `closedThrough`, elsewhere the wall.

What a decision may cost in time (`validUntil`) is measured on it, so a day that is replayed in a
second denies as much as the day did.
"""

import time
from collections.abc import Callable

from tradewinds.gateway.core.state import StrategyState
from tradewinds.process.objects import Object


def wall_clock() -> int:
    """Return the wall's time in milliseconds."""
    return time.time_ns() // 1_000_000


class FeedClock:
    """The time of each feed, in milliseconds."""

    def __init__(self, wall: Callable[[], int] = wall_clock) -> None:
        self._wall = wall
        self._closed: dict[str, int] = {}

    def advance(self, feed: Object, closed_through: int) -> None:
        """Note that a feed has closed all bars up to this time."""
        self._closed[feed.uid] = max(closed_through, self._closed.get(feed.uid, 0))

    def now(self, feed: Object | None, one: StrategyState | None) -> int:
        """Return the time for a Strategy that follows `feed`."""
        if feed is None or not is_replay(feed):
            return self._wall()
        filled = one.filled_through if one is not None else None
        return max(self._closed.get(feed.uid, 0), filled or 0)

    def latest(self, feeds: list[Object]) -> int:
        """Return the time for what concerns all Strategies."""
        if not feeds or not all(is_replay(feed) for feed in feeds):
            return self._wall()
        return max(self._closed.get(feed.uid, 0) for feed in feeds)


def is_replay(feed: Object) -> bool:
    """Whether a feed plays stored bars, paced by who decides on them."""
    return feed.spec.get("replay") is not None
