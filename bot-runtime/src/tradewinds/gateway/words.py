"""Orders and fills in the words of a terminal: `BUY 0.1021 @ 24,301.5  stop 23,572.4`."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from tradewinds.engine.account.bracketing import level
from tradewinds.engine.instruments import Instrument
from tradewinds.engine.records import BUY, SELL
from tradewinds.engine.units import to_ticks
from tradewinds.gateway.core.events import (
    FundingPaid,
    HaltReleased,
    HaltSeen,
    OrderAccepted,
    OrderFilled,
    PositionAdopted,
)
from tradewinds.gateway.core.intents import Intent
from tradewinds.venues.wire import MODE_WORDS

PROTECTIONS: Final[Mapping[str, str]] = {
    "stopLoss": "stop loss",
    "takeProfit": "take profit",
    "trailingStop": "trailing stop",
    "breakEven": "break-even",
    "timeStop": "time stop",
    "liquidation": "liquidation",
}
ENDS: Final[Mapping[str, str]] = {
    "expired": "its bars are over",
    "cash": "the cash buys too little at this price",
    "closed": "its position is being closed",
    "postOnly": "it would have taken what rests at its price",
    "halt": "halted",
    "state": "the Strategy is not running",
    "replaced": "the strategy took it back",
    "delete": "the Strategy is deleted",
}


def quantity(lots: int, instrument: Instrument) -> str:
    """Return lots as a quantity of base currency."""
    return decimal_text(lots * instrument.lot)


def price(ticks: int, instrument: Instrument) -> str:
    """Return ticks as a price, with thousands separated."""
    return f"{(ticks * instrument.tick).normalize():,f}"


def decimal_text(value: Decimal) -> str:
    """Return a decimal without an exponent and without zeros at its end."""
    return f"{value.normalize():f}" if value else "0"


def fill_words(fill: OrderFilled, order: Intent | None, instrument: Instrument) -> str:
    """Return a fill as a line, with the reason of its order."""
    head = (
        f"{fill.side.upper()} {quantity(fill.lots, instrument)} @ {price(fill.ticks, instrument)}"
    )
    if fill.fill in PROTECTIONS:
        return f"{head}  by {PROTECTIONS[fill.fill]}"
    if order is None:
        return head
    stop = _stop(fill, order, instrument) if fill.effect == "enter" else ""
    return f"{head}{stop}  because {order.reason}" if order.reason else f"{head}{stop}"


def funding_words(funding: FundingPaid, quote: str) -> str:
    """Return what fell due at a funding time as a line."""
    what = "pays" if funding.paid >= 0.0 else "receives"
    return f"{what} {abs(funding.paid):,.4f} {quote} of funding for {funding.symbol}"


def order_words(order: OrderAccepted, instrument: Instrument) -> str:
    """Return an accepted order as a line."""
    intent = order.intent
    if intent.effect == "cancel":
        return f"takes back the entry in {intent.symbol}  because {intent.reason}"
    at = (
        "at market"
        if intent.kind == "market"
        else f"{intent.kind} {price(intent.ticks, instrument)}"
    )
    if intent.trigger:
        at = f"limit {price(intent.ticks, instrument)} from {intent.trigger:,g} on"
    return f"order {intent.side} {quantity(intent.lots, instrument)} {at}  because {intent.reason}"


def adopted_words(event: PositionAdopted, instrument: Instrument) -> str:
    """Return a position that changed hands as a line."""
    held = quantity(int(event.position["lots"]), instrument)
    average = decimal_text(Decimal(repr(event.position["averagePrice"])))
    return (
        f"takes over {held} {event.symbol}, entered at {average}, from the deleted Strategy of "
        "this name"
    )


def halt_words(halt: HaltSeen, names: Mapping[str, str]) -> str:
    """Return a halt as a line, with the Strategies it stops."""
    stopped = ", ".join(sorted(names.get(uid, uid) for uid in halt.strategies)) or "nothing yet"
    return f"halt {halt.name} stops {stopped}: {halt.reason}"


def release_words(release: HaltReleased) -> str:
    """Return the end of a halt as a line."""
    return f"halt {release.name} released by {release.by}: {release.why}"


def _stop(fill: OrderFilled, order: Intent, instrument: Instrument) -> str:
    if order.stop.value is None:
        return ""
    entry = float(fill.ticks * instrument.tick)
    direction = -1.0 if fill.side == "buy" else 1.0
    mode = float(MODE_WORDS.index(order.stop.mode))
    stop = level(mode, order.stop.value, entry, direction, math.nan)
    if math.isnan(stop):
        return ""
    ticks = to_ticks(stop, float(instrument.tick), SELL if fill.side == "buy" else BUY)
    return f"  stop {price(int(ticks), instrument)}"
