"""A closed bar set on paper: the engine's fill step on a copy, and what came of it as events.

A bar set is filled once the decision before it is settled: the batch of the bar set before it is
posted, each of its orders has an outcome, and nothing rests that a halt or a pause takes away.
Warm-up bars before the Strategy's start, and bars of a Strategy that needs no bot, wait for nobody.
After an edit of the timeframe, or with a position that was taken over from another one, the first
bar may begin before the last one ended: what happened in it may have come before the orders that
rest, so it values positions and fills nothing; what falls due after that last one at a funding time
is paid all the same.
"""

from dataclasses import replace

from tradewinds.engine.book import Row
from tradewinds.engine.records import (
    ENTER,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
    MARKET,
)
from tradewinds.gateway.core.books import marks_of
from tradewinds.gateway.core.commands import BarSet, Decision
from tradewinds.gateway.core.draft import Draft, refuse, watermark_of
from tradewinds.gateway.core.events import FundingPaid, OrderCancelled, OrderFilled
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.standing import entry_ends
from tradewinds.gateway.core.state import State, StrategyState
from tradewinds.venues.wire import fill_json


def fill_bars(state: State, command: BarSet) -> Decision:
    """Fill what the bar set fills; refuse as `Unsettled` while it must wait."""
    one = state.strategies[command.policy.uid]
    if one.filled_through is None or command.time <= one.filled_through:
        return Draft(state).decision(command.now)
    if (command.symbols, command.timeframe_ms) != (one.plan.symbols, one.plan.timeframe_ms):
        return refuse(
            state, "Replanned", f"{command.policy.subject}: its symbols or timeframe have changed"
        )
    if command.bars is not None and one.plan.costs.stored_funding and not command.rates:
        return refuse(
            state,
            "Unsettled",
            f"{command.policy.subject}: the close of {command.time} came without its stored "
            "funding rates",
        )
    reason = unsettled(state, one, command.policy, lockstep=command.lockstep)
    if reason is not None and command.bars is not None:
        return refuse(state, "Unsettled", reason)
    draft = Draft(state)
    watermark = replace(watermark_of(one, command.now), filled_through=command.time)
    if command.bars is not None:
        book, bars = one.book.copy(), list(command.bars)
        opened = command.time - one.plan.timeframe_ms
        lived = max((one.last_bar or 0, *(each.lived_through for each in one.adopted)))
        before = min(max(lived, one.last_bar or one.start or command.time), command.time)
        for number, row in enumerate([] if opened < lived else book.match(bars, opened)):
            _record(draft, command, row, number)
        for row in book.fund(bars, before, command.time, command.rates):
            _fund(draft, command, row)
        book.mark(bars)
        marks = marks_of(book, len(one.plan.symbols))
        watermark = replace(watermark, last_bar=command.time, marks=marks)
    draft.move(watermark)
    return draft.decision(command.now)


def unsettled(state: State, one: StrategyState, policy: Policy, *, lockstep: bool) -> str | None:
    """Return what the next bar set of a Strategy waits for; None when it may be filled."""
    if one.unplaced:
        return f"order {one.unplaced[0].key} has no outcome yet"
    if one.entries and entry_ends(state, policy) is not None:
        return f"order {next(iter(one.entries.values())).key} is being cancelled"
    if not lockstep or not policy.follows or one.last_bar is None or one.start is None:
        return None
    decided = one.decided_through
    if one.last_bar > one.start and (decided is None or decided < one.last_bar):
        return f"the decision of {one.last_bar} has not been posted, only that of {decided}"
    return None


def _record(draft: Draft, command: BarSet, row: Row, number: int) -> None:
    one = draft.state.strategies[command.policy.uid]
    opened = command.time - one.plan.timeframe_ms
    body = fill_json(one.plan, row)
    symbol = body["symbol"]
    if row[FILL_LOTS] == 0:
        draft.add(
            OrderCancelled(
                time=command.now,
                strategy=one.uid,
                key=one.entries[symbol].key,
                symbol=symbol,
                effect="enter",
                reason=KIND_WORDS[int(row[FILL_KIND])],
                bar=opened,
            )
        )
        return
    draft.add(
        OrderFilled(
            time=command.now,
            strategy=one.uid,
            key=_cause(one, symbol, row),
            symbol=symbol,
            effect=body["effect"],
            side=body["side"],
            fill=body["kind"],
            lots=body["lots"],
            ticks=body["ticks"],
            fee=body["fee"],
            cash=body["cash"],
            bar=opened,
            close=command.time,
            trade_id=f"trade:{one.uid}|{symbol}|{opened}|{number}",
            rest=body["rest"],
        )
    )


def _fund(draft: Draft, command: BarSet, row: Row) -> None:
    one = draft.state.strategies[command.policy.uid]
    draft.add(
        FundingPaid(
            time=command.now,
            strategy=one.uid,
            symbol=one.plan.symbols[int(row[FILL_SYMBOL])],
            ticks=int(row[FILL_TICKS]),
            paid=row[FILL_FEE],
            bar=command.time - one.plan.timeframe_ms,
            close=command.time,
        )
    )


def _cause(one: StrategyState, symbol: str, row: Row) -> str:
    if row[FILL_EFFECT] == ENTER:
        return one.entries[symbol].key
    if row[FILL_KIND] == MARKET:
        return one.exits[symbol].key
    return one.positions[symbol]
