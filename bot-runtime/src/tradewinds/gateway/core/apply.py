"""What each event does to the state: the live run and the replay both come through here.

`apply` is total on every ledger that `decide` has written, and depends on nothing but its
arguments: the same events give the same state, on any machine and at any time.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from tradewinds.engine.account.position import bought_row
from tradewinds.engine.records import KIND_WORDS, MARKET
from tradewinds.gateway.core.books import book_of, mark, plan_of
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
    OrderPlaced,
    OrderRejected,
    PlanRecorded,
    PositionAdopted,
    SessionGranted,
    WatermarkMoved,
    WriterTaken,
)
from tradewinds.gateway.core.state import (
    ACCEPTED,
    DENIED,
    Adopted,
    Halt,
    LiveOrder,
    Outcome,
    Start,
    State,
    StrategyState,
)
from tradewinds.venues.wire import fill_row, funding_row, order_row


def apply(state: State, event: LedgerEvent) -> State:
    """Return the state after an event."""
    state = _APPLIERS[type(event)](state, event)
    return state if event.time <= state.clock else replace(state, clock=event.time)


def with_strategy(state: State, strategy: StrategyState) -> State:
    """Return the state with one Strategy replaced or added."""
    return replace(state, strategies={**state.strategies, strategy.uid: strategy})


def _writer(state: State, event: WriterTaken) -> State:
    return replace(state, writer_epoch=event.epoch)


def _plan(state: State, event: PlanRecorded) -> State:
    previous = state.strategies.get(event.strategy)
    plan = plan_of(event)
    book = book_of(plan, previous)
    if previous is None:
        return with_strategy(state, StrategyState(event.strategy, event, plan, book))
    return with_strategy(state, replace(previous, record=event, plan=plan, book=book))


def _session(state: State, event: SessionGranted) -> State:
    one = state.strategies[event.strategy]
    superseded = one.superseded | {one.pod} if one.pod not in {"", event.pod} else one.superseded
    starts = {event.code: Start(event.anchor, event.start), **one.starts}
    granted = replace(
        one,
        epoch=event.epoch,
        pod=event.pod,
        code=event.code,
        layout=event.layout,
        superseded=superseded,
        starts=starts,
        start=starts[event.code].start,
        filled_through=event.start if one.filled_through is None else one.filled_through,
    )
    return with_strategy(state, granted)


def _order(state: State, event: OrderAccepted) -> State:
    one = state.strategies[event.strategy]
    intent = event.intent
    book = one.book.copy()
    book.accept(order_row(one.plan, intent.to_json()))
    order = LiveOrder(event.key, event.client_id, intent, event.decided, event.valid_until)
    if intent.effect == "enter":
        one = replace(one, book=book, entries={**one.entries, intent.symbol: order})
    elif intent.effect == "exit":
        one = replace(one, book=book, exits={**one.exits, intent.symbol: order})
    else:
        one = replace(one, book=book)
    outcome = Outcome(event.key, intent.content(), ACCEPTED)
    state = replace(state, intents=state.intents.with_entry(event.key, outcome))
    return with_strategy(state, one)


def _denied(state: State, event: IntentDenied) -> State:
    outcome = Outcome(event.key, event.intent.content(), DENIED, event.code, event.message)
    return replace(state, intents=state.intents.with_entry(event.key, outcome))


def _placed(state: State, event: OrderPlaced) -> State:
    one = state.strategies[event.strategy]
    if event.effect == "exit":
        exits = _with_placed(one.exits, event.symbol)
        return with_strategy(state, replace(one, exits=exits))
    return with_strategy(state, replace(one, entries=_with_placed(one.entries, event.symbol)))


def _with_placed(orders: Mapping[str, LiveOrder], symbol: str) -> Mapping[str, LiveOrder]:
    return {**orders, symbol: replace(orders[symbol], placed=True)}


def _ended(state: State, event: OrderCancelled | OrderRejected | OrderNotSent) -> State:
    one = state.strategies[event.strategy]
    book = one.book.copy()
    place = one.plan.place(event.symbol)
    if event.effect == "exit":
        book.drop_exit(place)
        one = replace(one, book=book, exits=without(one.exits, event.symbol))
    else:
        book.drop_entry(place)
        one = replace(one, book=book, entries=without(one.entries, event.symbol))
    return with_strategy(state, one)


def _fill(state: State, event: OrderFilled) -> State:
    one = state.strategies[event.strategy]
    book = one.book.copy()
    row = fill_row(one.plan, fill_body(event))
    book.apply_fill(row)
    book.count(event.bar, row)
    if event.effect == "enter":
        positions = {**one.positions, event.symbol: event.key}
        entries = one.entries if event.rest else without(one.entries, event.symbol)
        return with_strategy(state, replace(one, book=book, positions=positions, entries=entries))
    closed = book.lots(one.plan.place(event.symbol)) == 0
    by_order = event.fill == KIND_WORDS[MARKET] and not event.rest
    one = replace(
        one,
        book=book,
        positions=without(one.positions, event.symbol) if closed else one.positions,
        exits=without(one.exits, event.symbol) if closed or by_order else one.exits,
        trades=one.trades + (closed and (not one.plan.joint or book.flat)),
    )
    return with_strategy(state, one)


def fill_body(event: OrderFilled) -> dict[str, Any]:
    """Return a fill as venues/wire.py reads it."""
    return {
        "symbol": event.symbol,
        "effect": event.effect,
        "side": event.side,
        "kind": event.fill,
        "lots": event.lots,
        "ticks": event.ticks,
        "fee": event.fee,
        "cash": event.cash,
        "rest": event.rest,
    }


def _funding(state: State, event: FundingPaid) -> State:
    one = state.strategies[event.strategy]
    book = one.book.copy()
    said = {"symbol": event.symbol, "ticks": event.ticks, "paid": event.paid}
    book.apply_fill(funding_row(one.plan, said))
    return with_strategy(state, replace(one, book=book))


def _halt(state: State, event: HaltSeen) -> State:
    known = state.halts.get(event.name)
    if known is None or not known.active:
        halt = Halt(
            event.name,
            event.uid,
            event.reason,
            event.time,
            (event.selector,),
            frozenset(event.strategies),
        )
    else:
        new = () if event.selector in known.selectors else (event.selector,)
        halt = replace(
            known,
            selectors=(*known.selectors, *new),
            strategies=known.strategies | frozenset(event.strategies),
        )
    return replace(state, halts={**state.halts, event.name: halt})


def _release(state: State, event: HaltReleased) -> State:
    halt = replace(state.halts[event.name], released=event.time, by=event.by, why=event.why)
    return replace(state, halts={**state.halts, event.name: halt})


def _watermark(state: State, event: WatermarkMoved) -> State:
    one = state.strategies[event.strategy]
    book = one.book.copy()
    mark(book, event.marks)
    one = replace(
        one,
        book=book,
        decided_through=event.decided_through,
        filled_through=event.filled_through,
        last_bar=event.last_bar,
        bars_hash=event.bars_hash,
    )
    return replace(with_strategy(state, one), unsaved=state.unsaved - {event.strategy})


def _adopted(state: State, event: PositionAdopted) -> State:
    """Move a position, the key of its entry and a close that rests to the successor."""
    old, new = state.strategies[event.predecessor], state.strategies[event.strategy]
    symbol, place = event.symbol, new.plan.place(event.symbol)
    given, taken = old.book.copy(), new.book.copy()
    given.let_go(old.plan.place(symbol), -event.cash)
    instrument = new.plan.instruments[place]
    taken.apply_fill(bought_row(event.position, place, float(instrument.tick)))
    taken.hold(place, event.position)
    closing = {symbol: old.exits[symbol]} if symbol in old.exits else {}
    old = replace(
        old,
        book=given,
        positions=without(old.positions, symbol),
        exits=without(old.exits, symbol),
    )
    new = replace(
        new,
        book=taken,
        positions={**new.positions, symbol: event.key},
        exits={**new.exits, **closing},
        adopted=(*new.adopted, _as_adopted(event, instrument.lot)),
    )
    return with_strategy(with_strategy(state, old), new)


def _as_adopted(event: PositionAdopted, lot: Decimal) -> Adopted:
    price = event.position["averagePrice"]
    quantity = int(event.position["lots"]) * lot
    return Adopted(event.predecessor, event.symbol, quantity, price, event.lived_through)


def without(orders: Mapping[str, Any], symbol: str) -> Mapping[str, Any]:
    """Return a map by symbol without one of them."""
    return {name: order for name, order in orders.items() if name != symbol}


_APPLIERS: Final[Mapping[type[Any], Callable[[State, Any], State]]] = {
    WriterTaken: _writer,
    PlanRecorded: _plan,
    SessionGranted: _session,
    OrderAccepted: _order,
    IntentDenied: _denied,
    OrderPlaced: _placed,
    OrderRejected: _ended,
    OrderNotSent: _ended,
    OrderCancelled: _ended,
    OrderFilled: _fill,
    HaltSeen: _halt,
    HaltReleased: _release,
    WatermarkMoved: _watermark,
    PositionAdopted: _adopted,
    FundingPaid: _funding,
}
