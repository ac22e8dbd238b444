"""What the view takes away: halts, pauses, stops and deletions act here, bot or no bot.

It is level-triggered: from the state and the view alone follows what should be cancelled or
closed, so whatever a crash cut off is asked for again at the next look.
"""

from tradewinds.gateway.core.commands import Cancel, CancelResult, Decision, Send, ViewChanged
from tradewinds.gateway.core.draft import Draft
from tradewinds.gateway.core.events import OrderAccepted, OrderCancelled
from tradewinds.gateway.core.halts import halt_events, halted_by
from tradewinds.gateway.core.intents import NO_PROTECTION, Intent, client_id, intent_key
from tradewinds.gateway.core.policy import Mode, OnDelete, Policy, Wish
from tradewinds.gateway.core.state import State, StrategyState


def view_changed(state: State, command: ViewChanged) -> Decision:
    """Latch and release halts, cancel what may no longer rest, flatten what is to be flat."""
    draft = Draft(state)
    for event in halt_events(state, command):
        draft.add(event)
    for uid in sorted(draft.state.strategies):
        policy = command.policies.get(uid)
        if policy is not None:
            _cancels(draft, uid, policy)
            _flatten(draft, uid, policy, command.now)
    return draft.decision(command.now)


def entry_ends(state: State, policy: Policy) -> str | None:
    """Return why resting entries of a Strategy are taken back, None when they may stay."""
    if not policy.complete:
        return None
    if not policy.known or policy.deleted:
        return "delete"
    if halted_by(state, policy):
        return "halt"
    if policy.mode is not Mode.PAPER or policy.state is not Wish.RUNNING:
        return "state"
    return None


def cancelled(state: State, command: CancelResult) -> Decision:
    """Record that an order is gone from the venue; one that has ended meanwhile is let be."""
    draft = Draft(state)
    one = state.strategies[command.strategy]
    for order in one.orders:
        if order.key == command.key and command.gone:
            draft.add(
                OrderCancelled(
                    time=command.now,
                    strategy=one.uid,
                    key=order.key,
                    symbol=order.intent.symbol,
                    effect=order.intent.effect,
                    reason=command.reason,
                    bar=None,
                )
            )
    return draft.decision(command.now)


def left_to_do(one: StrategyState, policy: Policy) -> bool:
    """Whether a deleted Strategy still has what its `onDelete` asks the gateway to end."""
    if policy.on_delete is OnDelete.FLATTEN:
        return not one.flat
    if policy.on_delete is OnDelete.CANCEL_ORDERS:
        return bool(one.orders)
    return bool(one.entries)


def _cancels(draft: Draft, uid: str, policy: Policy) -> None:
    one = draft.state.strategies[uid]
    reason = entry_ends(draft.state, policy)
    if reason is None:
        return
    orders = list(one.entries.values())
    if policy.deleted and policy.on_delete is OnDelete.CANCEL_ORDERS:
        orders = one.orders
    for order in orders:
        draft.then(Cancel(uid, order, reason))


def _flatten(draft: Draft, uid: str, policy: Policy, now: int) -> None:
    one = draft.state.strategies[uid]
    if not (policy.deleted and policy.on_delete is OnDelete.FLATTEN):
        return
    for place, symbol in enumerate(one.plan.symbols):
        lots = one.book.lots(place)
        if lots != 0 and symbol not in one.exits:
            _close(draft, one, symbol, lots, now)


def _close(draft: Draft, one: StrategyState, symbol: str, lots: int, now: int) -> None:
    decided = one.filled_through or 0
    key = intent_key(one.uid, symbol, decided, "flatten")
    if draft.state.intents.get(key) is not None:
        return
    intent = Intent(
        symbol=symbol,
        ordinal=0,
        effect="exit",
        side="sell" if lots > 0 else "buy",
        kind="market",
        lots=abs(lots),
        ticks=0,
        valid_bars=0,
        stop=NO_PROTECTION,
        target=NO_PROTECTION,
        reason="the Strategy is deleted with onDelete: Flatten",
    )
    draft.add(
        OrderAccepted(
            time=now,
            strategy=one.uid,
            key=key,
            client_id=client_id(key),
            intent=intent,
            decided=decided,
            valid_until=decided + one.plan.timeframe_ms,
            epoch=0,
            bars_hash="",
        )
    )
    draft.then(Send(one.uid, draft.state.strategies[one.uid].exits[symbol]))
