"""The loop of a bot: bars and events in, batches with their watermark out.

A close is decided when the collector has passed it, the gateway has filled it and the events up to
there are folded. What was decided before the session began is folded again and not posted again.
"""

import logging
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tradewinds.engine.book import Row
from tradewinds.engine.errors import StateError
from tradewinds.engine.fold import Fold
from tradewinds.engine.outcome.orderhash import ordinals
from tradewinds.engine.records import BAR_SIZE, CLOSE, ORDER_SYMBOL
from tradewinds.process.together import together
from tradewinds.trade import snapshot
from tradewinds.trade.bars import Collector
from tradewinds.trade.barshash import EMPTY, extended
from tradewinds.trade.events import EventStream
from tradewinds.trade.gateway import Gateway
from tradewinds.trade.ledger import EventFold
from tradewinds.trade.metrics import TradeMetrics
from tradewinds.trade.session import Session
from tradewinds.venues.wire import order_json

if TYPE_CHECKING:
    from tradewinds.engine.guards import HeldBack

logger = logging.getLogger(__name__)


class Bot:
    """One Strategy from its session on."""

    def __init__(
        self,
        fold: Fold,
        session: Session,
        gateway: Gateway,
        collector: Collector,
        metrics: TradeMetrics,
    ) -> None:
        self._fold = fold
        self._session = session
        self._gateway = gateway
        self._collector = collector
        self._metrics = metrics
        self._seen = EMPTY
        self._since_snapshot = 0
        self._decided = session.decided_through
        self._last: Mapping[str, Any] | None = None
        self._held_back: dict[str, HeldBack] = {}
        self._ledger = EventFold(fold, self._restored())

    @property
    def behind(self) -> str | None:
        """Say what is still to be folded before the bot is live; None when it is."""
        decided = self._session.decided_through
        if decided is None or self._fold.time >= decided:
            return None
        return f"folding: at {self._fold.time}, decided before through {decided}"

    async def run(self) -> None:
        """Fold what was, then decide for ever; raises what ends a bot."""
        session = self._session
        events = EventStream(
            self._gateway,
            epoch=session.epoch,
            after=self._ledger.number,
            head=session.cursor,
            repeat=self._repeat,
        )
        await together(events.follow(), self._decide(events))

    async def _decide(self, events: EventStream) -> None:
        fold, session = self._fold, self._session
        await events.until_caught_up()
        after = fold.time or session.anchor + fold.plan.timeframe_ms - 1
        async for time, bars in self._collector.sets(after):
            if time > session.start:
                await events.until_filled(time)
            began = perf_counter()
            self._ledger.before(time, events.pending)
            rows = fold.decide(time, bars)
            self._log_held_back(time)
            self._seen = extended(self._seen, time, bars)
            self._since_snapshot += 1
            self._count(perf_counter() - began)
            if time > max(session.start, self._decided or 0):
                await self._post(time, bars, rows)

    async def _post(self, time: int, bars: list[float], rows: Sequence[Row]) -> None:
        intents = [self._intent(row, n) for row, n in zip(rows, ordinals(rows), strict=True)]
        for row, intent in zip(rows, intents, strict=True):
            self._log(time, bars, row, intent)
        batch = {
            "epoch": self._session.epoch,
            "decidedThrough": time,
            "barsHash": self._seen.hex(),
            "intents": intents,
        }
        outcomes = await self._gateway.post({**batch, **self._snapshot()})
        self._last = batch
        self._decided = time
        self._metrics.decided_through.set(time)
        for outcome in outcomes:
            self._metrics.decisions.labels(outcome["outcome"]).inc()
            if outcome["outcome"] != "Accepted":
                said = {key: outcome.get(key) for key in ("key", "outcome", "code")}
                logger.warning(
                    "not accepted",
                    extra={"close": time, **said, "because": outcome.get("message")},
                )

    async def _repeat(self) -> None:
        """Tell a gateway that was away how far this bot is; what it knows it ignores."""
        if self._last is None and self._decided is None:
            return
        batch = self._last or {
            "epoch": self._session.epoch,
            "decidedThrough": self._decided,
            "barsHash": "",
            "intents": [],
        }
        await self._gateway.post(batch)

    def _intent(self, row: Row, ordinal: int) -> dict[str, Any]:
        intent: dict[str, Any] = order_json(self._fold.plan, row, ordinal, self._fold.reason(row))
        return intent

    def _snapshot(self) -> dict[str, Any]:
        if self._since_snapshot < snapshot.EVERY:
            return {}
        self._since_snapshot = 0
        body = snapshot.snapshot(self._fold, self._ledger.number, self._seen)
        return {"snapshot": body} if body else {}

    def _restored(self) -> int:
        stored = self._session.snapshot
        if stored is None:
            return 0
        try:
            self._seen = snapshot.restore(self._fold, stored)
        except StateError as error:
            logger.warning("folding from the anchor", extra={"was": str(error)})
            return 0
        return stored.number

    def _count(self, seconds: float) -> None:
        self._metrics.bars.inc()
        self._metrics.step.observe(seconds)
        self._metrics.lag.set(max(0, self._collector.closed_through - self._fold.time))

    def _log_held_back(self, time: int) -> None:
        """Say which entries a protection or the schedule kept, once for closes in a row."""
        held = {one.symbol: one for one in self._fold.held_back}
        for symbol, one in held.items():
            known = self._held_back.get(symbol)
            if known is None or known.pause != one.pause:
                said = {"close": time, "symbol": symbol, "because": one.reason}
                logger.info("entry held back", extra=said)
        self._held_back = held

    def _log(self, time: int, bars: list[float], row: Row, intent: Mapping[str, Any]) -> None:
        place = int(row[ORDER_SYMBOL])
        logger.info(
            "decided",
            extra={
                "close": time,
                **{
                    key: intent[key]
                    for key in ("symbol", "effect", "side", "kind", "lots", "ticks")
                },
                "because": intent["reason"],
                "price": bars[place * BAR_SIZE + CLOSE],
                "position": self._fold.book.lots(place),
                "equity": self._fold.book.equity(),
            },
        )
