"""The newest orders of an account with what became of each, as people read them.

Another fold of the ledger beside the core's: an order is a row from its acceptance or denial on,
and so is a protection from its fill on. Only the newest rows are kept; the ledger has them all.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from tradewinds.engine.plan import Plan
from tradewinds.gateway.core.events import (
    IntentDenied,
    LedgerEvent,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderNotSent,
    OrderPlaced,
    OrderRejected,
)
from tradewinds.gateway.core.intents import Intent
from tradewinds.gateway.words import ENDS, PROTECTIONS, decimal_text

ROWS: Final = 1_000


@dataclass(slots=True)
class OrderRow:
    """An order; `price` is its limit or stop price, `outcome` a sentence, `live` while it may fill.

    Quantities and prices are decimal strings, `decided` is the close of the deciding bar.
    """

    key: str
    strategy: str
    symbol: str
    side: str
    kind: str
    quantity: str
    price: str | None
    decided: int
    outcome: str
    live: bool


class OrderLog:
    """The newest rows, oldest first."""

    def __init__(self) -> None:
        self._rows: dict[str, OrderRow] = {}

    def rows(self) -> list[dict[str, Any]]:
        return [asdict(row) for row in self._rows.values()]

    def take(self, plan: Plan, event: LedgerEvent) -> None:
        """Fold an event of the Strategy that has this plan."""
        match event:
            case OrderAccepted() if event.intent.effect != "cancel":
                self._add(event.key, plan, event.intent, event.decided, "accepted", live=True)
            case IntentDenied():
                denied = f"denied: {event.code}"
                self._add(event.key, plan, event.intent, event.decided, denied, live=False)
            case OrderPlaced():
                self._end(event.key, "resting", live=True)
            case OrderRejected():
                self._end(event.key, f"rejected: {event.message}")
            case OrderNotSent() | OrderCancelled():
                self._end(event.key, f"ended: {ENDS.get(event.reason, event.reason)}")
            case OrderFilled():
                self._fill(plan, event)
            case _:
                pass

    def _add(
        self, key: str, plan: Plan, intent: Intent, decided: int, outcome: str, *, live: bool
    ) -> None:
        lot, tick = _units(plan, intent.symbol)
        price = decimal_text(intent.ticks * tick) if intent.ticks else None
        self._rows[key] = OrderRow(
            key=key,
            strategy=plan.name,
            symbol=intent.symbol,
            side=intent.side,
            kind=intent.kind,
            quantity=decimal_text(intent.lots * lot),
            price=price,
            decided=decided,
            outcome=outcome,
            live=live,
        )
        while len(self._rows) > ROWS:
            del self._rows[next(iter(self._rows))]

    def _fill(self, plan: Plan, event: OrderFilled) -> None:
        lot, tick = _units(plan, event.symbol)
        filled = f"filled {decimal_text(event.lots * lot)} @ {decimal_text(event.ticks * tick)}"
        if event.fill not in PROTECTIONS:
            rests = f", {decimal_text(event.rest * lot)} rests" if event.rest else ""
            self._end(event.key, f"{filled}{rests}", live=bool(event.rest))
            return
        self._rows[event.trade_id] = OrderRow(
            key=event.trade_id,
            strategy=plan.name,
            symbol=event.symbol,
            side=event.side,
            kind=event.fill,
            quantity=decimal_text(event.lots * lot),
            price=None,
            decided=event.close,
            outcome=filled,
            live=False,
        )

    def _end(self, key: str, outcome: str, *, live: bool = False) -> None:
        row = self._rows.get(key)
        if row is not None:
            row.outcome, row.live = outcome, live


def _units(plan: Plan, symbol: str) -> tuple[Decimal, Decimal]:
    """Return lot and tick of a symbol; a denied order may name one that the plan has not."""
    if symbol not in plan.symbols:
        return Decimal(1), Decimal(1)
    instrument = plan.instruments[plan.place(symbol)]
    return instrument.lot, instrument.tick
