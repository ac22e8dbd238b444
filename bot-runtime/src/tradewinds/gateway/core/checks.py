"""Whether an intent may become an order: by the gateway's own book and view, not by the bot's word.

Opening or closing is judged from what is held, whatever the intent calls itself. What closes is
checked against what is held and not yet promised away, and against nothing else: no halt, pause
or stale view may keep a position open. What opens must pass everything.
"""

import math

from tradewinds.engine.account.margin import free_cash
from tradewinds.engine.records import (
    CAN_SHORT,
    ENTRY_SIDE,
    KIND_WORDS,
    LOT,
    LOTS,
    MIN_NOTIONAL,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.sizing.lots import bound, outlay
from tradewinds.engine.units import from_units
from tradewinds.gateway.core.commands import SubmitIntents
from tradewinds.gateway.core.halts import halted_by
from tradewinds.gateway.core.intents import Intent
from tradewinds.gateway.core.policy import Policy, Verdict, opening_denial
from tradewinds.gateway.core.state import Denial, State, StrategyState

ROUNDING = 1e-9  # relative: sizing rounds to lots by floats, and may be off by their last places


def denial(
    state: State, one: StrategyState, intent: Intent, command: SubmitIntents
) -> Verdict | None:
    """Return why an intent is denied, None when it becomes an order."""
    subject = f"{command.policy.subject} {intent.symbol}"
    if intent.symbol not in one.plan.symbols:
        listed = ", ".join(one.plan.symbols)
        return Denial.NO_INSTRUMENT, f"{subject}: not a symbol of the Strategy, which has {listed}"
    late = _late(one, command)
    if late is not None:
        return Denial.STALE, f"{subject}: {late}"
    if intent.effect == "cancel":
        if intent.symbol in one.entries:
            return None
        return Denial.NO_ENTRY, f"{subject}: no entry rests that could be taken back"
    shape = _shape(intent)
    if shape is not None:
        return Denial.BAD_ORDER, f"{subject}: {shape}"
    held = one.book.lots(one.plan.place(intent.symbol))
    if intent.effect == "exit" or _closes(held, intent):
        return _closing(subject, one, intent, held)
    return _opening(subject, state, one, intent, command.policy)


def _late(one: StrategyState, command: SubmitIntents) -> str | None:
    decided, frame = command.decided, one.plan.timeframe_ms
    if command.now > decided + frame:
        return (
            f"decided at {decided}, valid until {decided + frame}, and the clock is {command.now}"
        )
    if one.decided_through is not None and decided < one.decided_through:
        return f"decided at {decided}, after the batch of {one.decided_through} was posted"
    if one.last_bar is not None and decided < one.last_bar:
        return f"decided at {decided}, and the bar that closed at {one.last_bar} is filled already"
    return None


def _shape(intent: Intent) -> str | None:
    if intent.lots < 1:
        return f"lots were {intent.lots}, expected at least 1"
    if intent.kind == "market" and intent.ticks != 0:
        return f"ticks were {intent.ticks}, expected 0 for a market order"
    if intent.kind != "market" and intent.ticks < 1:
        return f"ticks were {intent.ticks}, expected the price of a {intent.kind} order"
    if (intent.kind == "stopLimit") != (intent.trigger > 0.0):
        return f"trigger was {intent.trigger:g}, expected a stop price with a stopLimit order alone"
    if intent.add and intent.kind != "market":
        return f"kind was {intent.kind}, expected market: additions are market orders"
    if intent.effect == "exit" and intent.kind != "market":
        return f"kind was {intent.kind}, expected market: closing orders are market orders today"
    return None


def _closes(held: int, intent: Intent) -> bool:
    return (held > 0 and intent.side == "sell") or (held < 0 and intent.side == "buy")


def _closing(subject: str, one: StrategyState, intent: Intent, held: int) -> Verdict | None:
    if not _closes(held, intent):
        return Denial.NOT_HELD, f"{subject}: nothing is held that a {intent.side} would close"
    if intent.effect == "enter":
        return Denial.NOT_FLAT, f"{subject}: {held} lots are held, a {intent.side} would close them"
    promised = one.exits.get(intent.symbol)
    if promised is not None:
        return Denial.NOT_HELD, (
            f"{subject}: {promised.intent.lots} of {abs(held)} lots are being closed already"
        )
    if intent.lots > abs(held):
        return Denial.NOT_HELD, f"{subject}: lots were {intent.lots}, and {abs(held)} are held"
    return None


def _opening(
    subject: str, state: State, one: StrategyState, intent: Intent, policy: Policy
) -> Verdict | None:
    verdict = opening_denial(policy)
    if verdict is not None:
        return verdict
    halts = halted_by(state, policy)
    if halts:
        return Denial.HALTED, f"halted by {', '.join(halts)}"
    if intent.symbol not in policy.symbols:
        return Denial.NO_INSTRUMENT, f"{subject}: the Strategy no longer lists it"
    place = one.plan.place(intent.symbol)
    taken = _taken(subject, one, intent, one.book.lots(place))
    if taken is not None:
        return taken
    if intent.side == "sell" and one.book.terms[place * TERMS_SIZE_OF + CAN_SHORT] == 0:
        return Denial.UNSUPPORTED, f"{subject}: spot cannot be sold short"
    counted = None if intent.add else _countable(subject, one)
    return _affordable(subject, one, intent, place) or counted


def _taken(subject: str, one: StrategyState, intent: Intent, held: int) -> Verdict | None:
    if intent.add and held == 0:
        return Denial.NOT_HELD, f"{subject}: nothing is held that could be added to"
    if intent.add and intent.symbol in one.exits:
        return Denial.NOT_HELD, f"{subject}: the position is being closed, nothing is added to it"
    if (held != 0 and not intent.add) or intent.symbol in one.entries:
        return Denial.NOT_FLAT, f"{subject}: an entry came while one is open or pending"
    return None


def _affordable(subject: str, one: StrategyState, intent: Intent, place: int) -> Verdict | None:
    book, terms, term = one.book, one.book.terms, place * TERMS_SIZE_OF
    close = book.last_close(place)
    price = close if intent.kind == "market" else from_units(intent.ticks, terms[term + TICK])
    if math.isnan(price):
        return Denial.BAD_ORDER, f"{subject}: no bar has been filled yet that could value it"
    notional = from_units(intent.lots, terms[term + LOT]) * price
    least = terms[term + MIN_NOTIONAL]
    if notional < least:
        return Denial.BELOW_MINIMUM, (
            f"{subject}: the order is worth {notional:.2f} {one.plan.quote}, "
            f"expected at least {least:g}"
        )
    kind = float(KIND_WORDS.index(intent.kind))
    cost = outlay(kind, float(intent.lots), float(intent.ticks), close, terms, term)
    free = _free(one)
    if cost > free * (1 + ROUNDING):
        return Denial.NO_CASH, (
            f"{subject}: the order needs {cost:.2f} {one.plan.quote}, {max(free, 0):.2f} are free"
        )
    return None


def _free(one: StrategyState) -> float:
    book, count = one.book, len(one.plan.symbols)
    cash = free_cash(book.state, book.account, book.terms, book.stride, count)
    return cash - sum(bound(book.state, book.terms, book.stride, place) for place in range(count))


def _countable(subject: str, one: StrategyState) -> Verdict | None:
    book, most = one.book, one.plan.max_open_positions
    blocks = range(0, len(book.state), book.stride)
    busy = sum(book.state[at + LOTS] != 0 or book.state[at + ENTRY_SIDE] != 0 for at in blocks)
    if busy >= most:
        return Denial.TOO_MANY_POSITIONS, f"{subject}: {busy} of {most} positions are open already"
    return None
