"""What happened to a Strategy's orders, read from its gateway by cursor.

One long poll is always open, whatever the bot is doing: it brings events and the gateway's
`filledThrough`, and it is how the bot learns that its gateway was away. A gateway forgets a
watermark that no transaction carried, so after each outage the bot repeats its last batch.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from tradewinds.process.client import RefusedError, UnreachableError
from tradewinds.process.wakeup import Wakeup
from tradewinds.trade.gateway import Gateway
from tradewinds.trade.patience import may_pass

logger = logging.getLogger(__name__)

_LOOK: Final = 30.0  # seconds; only a bound, the wake-up comes before


class Event(NamedTuple):
    """An event of the ledger as a bot sees it."""

    number: int
    kind: str
    body: dict[str, Any]


class EventStream:
    """A Strategy's events in order, and how far the gateway has filled."""

    def __init__(
        self,
        gateway: Gateway,
        *,
        epoch: int,
        after: int,
        head: int,
        repeat: Callable[[], Awaitable[None]],
    ) -> None:
        """`after` is the last event folded, `head` the last there is: fills count from there on.

        `repeat` posts the bot's last batch again.
        """
        self.pending: deque[Event] = deque()
        self.filled_through = 0
        self.caught_up = False
        self._gateway = gateway
        self._epoch = epoch
        self._cursor = after
        self._head = head
        self._repeat = repeat
        self._news = Wakeup()

    async def until_caught_up(self) -> None:
        """Wait until every event is in `pending` that was there when the session was opened."""
        while not await self._news.until(lambda: self.caught_up, _LOOK):
            logger.info("waiting for the gateway's events")

    async def until_filled(self, time: int) -> None:
        """Wait until the gateway has filled through `time`; its events are in `pending` then."""
        while not await self._news.until(lambda: self.filled_through >= time, _LOOK):
            logger.info("waiting for the gateway to fill", extra={"close": time})

    async def follow(self) -> None:
        """Read events until cancelled; raises what ends a bot."""
        while True:
            try:
                page = await self._gateway.events(
                    self._epoch, self._cursor, self.filled_through + 1
                )
            except (UnreachableError, RefusedError) as error:
                if not may_pass(error):
                    raise
                await self._repeat()
            else:
                self._take(page)

    def _take(self, page: Any) -> None:
        self.pending.extend(
            Event(one["number"], one["kind"], one["body"]) for one in page["events"]
        )
        self._cursor = page["cursor"]
        if self._cursor >= self._head:
            self.caught_up = True
            self.filled_through = max(self.filled_through, page["filledThrough"] or 0)
        self._news.notify()
