"""The ledger as people and metrics read it: a second fold, of words and hashes.

Orders and fills make each Strategy's order hash, and lines for a terminal. It is fed by the same
events as the core, at start and live, and nothing in the core depends on it.
"""

import logging
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tradewinds.engine.outcome.orderhash import OrderHash
from tradewinds.engine.plan import Plan
from tradewinds.gateway.core.apply import fill_body
from tradewinds.gateway.core.books import plan_of
from tradewinds.gateway.core.events import (
    FundingPaid,
    HaltReleased,
    HaltSeen,
    IntentDenied,
    LedgerEvent,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderNotSent,
    OrderRejected,
    PlanRecorded,
    PositionAdopted,
)
from tradewinds.gateway.core.intents import Intent
from tradewinds.gateway.heldback import held_back
from tradewinds.gateway.orderlog import OrderLog
from tradewinds.gateway.words import (
    ENDS,
    adopted_words,
    fill_words,
    funding_words,
    halt_words,
    order_words,
    release_words,
)
from tradewinds.venues.wire import fill_row, order_row

logger = logging.getLogger("tradewinds.gateway.decisions")

LINES: Final = 5_000  # kept for /v1/activity


@dataclass(frozen=True, slots=True)
class Line:
    """What happened, in words; `strategy` is a name, "" for the account."""

    number: int
    time: int
    strategy: str
    text: str
    detail: Mapping[str, Any]
    shown: bool = True  # False: in the log alone


@dataclass(slots=True)
class _Strategy:
    plan: Plan
    hash: OrderHash
    orders: dict[str, Intent] = field(default_factory=dict)
    held_back: Counter[str] = field(default_factory=Counter)


class Chronicle:
    """Lines and hashes of one account's ledger."""

    def __init__(self) -> None:
        self._strategies: dict[str, _Strategy] = {}
        self.lines: deque[Line] = deque(maxlen=LINES)
        self.orders = OrderLog()

    def take(self, number: int, event: LedgerEvent) -> Line | None:
        """Fold event `number`; return its line, if it makes one."""
        line = self._line(number, event)
        known = self._strategies.get(event.strategy)
        if known is not None:
            self.orders.take(known.plan, event)
            if cause := held_back(event):
                known.held_back[cause] += 1
        if line is not None and line.shown:
            self.lines.append(line)
        return line

    def order_hash(self, uid: str) -> str:
        """Return a Strategy's order hash; it starts anew when its list of symbols changes."""
        known = self._strategies.get(uid)
        return (OrderHash(()) if known is None else known.hash).hexdigest()

    def held_back(self, uid: str) -> dict[str, int]:
        """Return how often a Strategy's orders were held back, by cause, the first cause first."""
        known = self._strategies.get(uid)
        return {} if known is None else dict(known.held_back)

    def _line(self, number: int, event: LedgerEvent) -> Line | None:
        match event:
            case PlanRecorded():
                self._plan(event)
            case OrderAccepted():
                return self._order(number, event)
            case OrderFilled():
                return self._fill(number, event)
            case FundingPaid():
                text = funding_words(event, self._strategies[event.strategy].plan.quote)
                said = {"symbol": event.symbol, "paid": event.paid, "bar": event.bar}
                return self._of(number, event, text, shown=False, **said)
            case OrderCancelled() | OrderNotSent() | OrderRejected():
                return self._ended(number, event)
            case IntentDenied():
                text = f"{_WHAT[event.intent.effect]} denied: {event.message}"
                return self._of(number, event, text, code=event.code, **event.intent.to_json())
            case PositionAdopted():
                return self._adopted(number, event)
            case HaltSeen():
                names = {uid: one.plan.name for uid, one in self._strategies.items()}
                return Line(number, event.time, "", halt_words(event, names), {"halt": event.name})
            case HaltReleased():
                return Line(number, event.time, "", release_words(event), {"halt": event.name})
            case _:
                pass
        return None

    def _plan(self, event: PlanRecorded) -> None:
        plan = plan_of(event)
        known = self._strategies.get(event.strategy)
        if known is None or known.plan.symbols != plan.symbols:
            orders, causes = (known.orders, known.held_back) if known else ({}, Counter())
            known = _Strategy(plan, OrderHash(plan.symbols), orders, causes)
        known.plan = plan
        self._strategies[event.strategy] = known

    def _order(self, number: int, event: OrderAccepted) -> Line:
        one = self._strategies[event.strategy]
        body = event.intent.to_json()
        one.hash.order(event.decided, order_row(one.plan, body), event.intent.ordinal)
        one.orders[event.key] = event.intent
        instrument = one.plan.instruments[one.plan.place(event.intent.symbol)]
        text = order_words(event, instrument)
        inputs = {"decided": event.decided, "barsHash": event.bars_hash, **body}
        return self._of(number, event, text, shown=False, orderKey=event.key, **inputs)

    def _fill(self, number: int, event: OrderFilled) -> Line:
        one = self._strategies[event.strategy]
        body = fill_body(event)
        one.hash.fill(event.bar, fill_row(one.plan, body))
        order = one.orders.get(event.key)
        if not event.rest:
            one.orders.pop(event.key, None)
        instrument = one.plan.instruments[one.plan.place(event.symbol)]
        text = fill_words(event, order, instrument)
        return self._of(number, event, text, orderKey=event.key, bar=event.bar, **body)

    def _ended(self, number: int, event: OrderCancelled | OrderNotSent | OrderRejected) -> Line:
        self._strategies[event.strategy].orders.pop(event.key, None)
        what = _WHAT[event.effect]
        if isinstance(event, OrderRejected):
            text = f"{what} in {event.symbol} rejected by the venue: {event.message}"
        else:
            text = f"{what} in {event.symbol} ended: {ENDS.get(event.reason, event.reason)}"
        return self._of(number, event, text, orderKey=event.key, symbol=event.symbol)

    def _adopted(self, number: int, event: PositionAdopted) -> Line:
        """Write the line; an order that rests goes on under its key, with the words of its own."""
        old, new = self._strategies[event.predecessor], self._strategies[event.strategy]
        for key, order in list(old.orders.items()):
            if order.symbol == event.symbol:
                new.orders[key] = old.orders.pop(key)
        instrument = new.plan.instruments[new.plan.place(event.symbol)]
        text = adopted_words(event, instrument)
        return self._of(number, event, text, symbol=event.symbol, predecessor=event.predecessor)

    def _of(
        self, number: int, event: LedgerEvent, text: str, *, shown: bool = True, **detail: Any
    ) -> Line:
        name = self._strategies[event.strategy].plan.name
        return Line(number, event.time, name, text, detail, shown)


def log_line(line: Line) -> None:
    """Write a line to the log, with the inputs of the decision."""
    said = f"{line.strategy} {line.text}" if line.strategy else line.text
    extra = {"event": line.number, "clock": line.time, "strategy": line.strategy, **line.detail}
    logger.info(said, extra=extra)


_WHAT: Final = {"enter": "entry", "exit": "exit", "cancel": "taking back"}
