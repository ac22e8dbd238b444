"""What events do to the fold, and which of them belong before a bar set is decided.

Events come in the order of the ledger. Those that a bar caused wait for that bar, an order waits
until its own close has been decided; so a bot that folds a year and one that lived through it
apply them at the same places.
"""

import logging
from collections import deque
from typing import Any

from tradewinds.engine.account.position import bought_row
from tradewinds.engine.book import Row
from tradewinds.engine.fold import Fold
from tradewinds.trade.events import Event
from tradewinds.venues.wire import fill_row, funding_row, order_row

logger = logging.getLogger(__name__)


class EventFold:
    """Applies a Strategy's events to its fold."""

    def __init__(self, fold: Fold, number: int) -> None:
        """Begin behind event `number`, the last that the fold holds already."""
        self.number = number
        self._fold = fold
        self._length = fold.plan.timeframe_ms

    def before(self, time: int, pending: deque[Event]) -> None:
        """Apply what belongs before the bar set that closes at `time` is decided."""
        while pending and self._is_due(pending[0], time):
            event = pending.popleft()
            self._apply(event, time)
            self.number = event.number

    def _is_due(self, event: Event, time: int) -> bool:
        if event.kind == "order":
            return bool(event.body["decided"] < time)
        bar = event.body.get("bar")
        return bar is None or bar < time  # also of a bar that an earlier timeframe cut otherwise

    def _apply(self, event: Event, time: int) -> None:
        symbol = event.body.get("symbol")
        if symbol is not None and symbol not in self._fold.plan.symbols:
            self._apply_money(event)
        elif event.kind == "order":
            self._fold.book.accept(order_row(self._fold.plan, event.body))
        elif event.kind == "fill":
            self._fill(fill_row(self._fold.plan, event.body), event.body, time)
        elif event.kind in ("cancelled", "rejected", "notSent"):
            self._drop(event.body)
        elif event.kind == "adopted":
            self._take_over(event.body)
        elif event.kind == "funding":
            self._fill(funding_row(self._fold.plan, event.body), event.body, time)

    def _apply_money(self, event: Event) -> None:
        """Apply what is left of a symbol that an edit has removed: what its fills earned or cost.

        What is still held there stays the gateway's; its worth is not in the bot's equity.
        """
        if event.kind == "funding":
            self._fold.book.apply_funding(event.body["paid"])
        elif event.kind in ("fill", "adopted"):
            self._fold.book.apply_money(event.body["cash"], event.body.get("fee", 0.0))
            said = {key: event.body[key] for key in ("symbol", "cash")}
            logger.info("fill in a symbol that is no longer traded", extra=said)

    def _fill(self, row: Row, body: dict[str, Any], time: int) -> None:
        self._fold.book.count(body["bar"], row)
        if body["bar"] + self._length == time:
            self._fold.applied(row)
        else:  # of a predecessor, before the anchor: it made the position, nobody reacts to it
            self._fold.inherited(row, body["bar"] + self._length)

    def _take_over(self, body: dict[str, Any]) -> None:
        """Hold what a predecessor held: bought at its average price, and nobody reacts to it."""
        plan, book = self._fold.plan, self._fold.book
        place = plan.place(body["symbol"])
        tick = float(plan.instruments[place].tick)
        self._fold.inherited(bought_row(body["position"], place, tick), body["bar"])
        book.hold(place, body["position"])

    def _drop(self, body: dict[str, Any]) -> None:
        place = self._fold.plan.place(body["symbol"])
        if body["effect"] == "exit":
            self._fold.book.drop_exit(place)
        else:
            self._fold.book.drop_entry(place)
