"""The road after the commit: what came of a send, and of asking for one that was cut off.

An order without an outcome is unknown, not rejected. The venue is asked; once it says that it has
no such order, an opening that is still wanted is sent again under the same id, one that is not
ends as `notSent`, and a closing order is always sent again.
"""

from tradewinds.gateway.core.commands import (
    Decision,
    Find,
    FindResult,
    Recover,
    Send,
    SendResult,
)
from tradewinds.gateway.core.draft import Draft
from tradewinds.gateway.core.events import OrderNotSent, OrderPlaced, OrderRejected
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.standing import entry_ends
from tradewinds.gateway.core.state import LiveOrder, State
from tradewinds.venues.port import FindOutcome, SendOutcome


def sent(state: State, command: SendResult) -> Decision:
    """Record what came of a send."""
    draft = Draft(state)
    order = _unplaced(state, command.strategy, command.key)
    if order is None:
        return draft.decision(command.now)
    if command.outcome is SendOutcome.PLACED:
        _placed(draft, command.strategy, order, command.now)
    elif command.outcome is SendOutcome.REJECTED:
        draft.add(
            OrderRejected(
                time=command.now,
                strategy=command.strategy,
                key=order.key,
                symbol=order.intent.symbol,
                effect=order.intent.effect,
                message=command.message,
            )
        )
    else:
        draft.then(Find(command.strategy, order))
    return draft.decision(command.now)


def recover(state: State, command: Recover) -> Decision:
    """Ask for every order that has no outcome."""
    draft = Draft(state)
    for uid, one in sorted(state.strategies.items()):
        for order in one.unplaced:
            draft.then(Find(uid, order))
    return draft.decision(command.now)


def found(state: State, command: FindResult) -> Decision:
    """Act on the venue's word: placed, sent again, or never to be sent."""
    draft = Draft(state)
    uid = command.policy.uid
    order = _unplaced(state, uid, command.key)
    if order is None:
        return draft.decision(command.now)
    if command.outcome is FindOutcome.FOUND:
        _placed(draft, uid, order, command.now)
        return draft.decision(command.now)
    if command.outcome is FindOutcome.UNKNOWN:
        draft.then(Find(uid, order))
        return draft.decision(command.now)
    reason = _unwanted(state, order, command.policy, command.now)
    if reason is None:
        draft.then(Send(uid, order))
    else:
        draft.add(
            OrderNotSent(
                time=command.now,
                strategy=uid,
                key=order.key,
                symbol=order.intent.symbol,
                effect=order.intent.effect,
                reason=reason,
            )
        )
    return draft.decision(command.now)


def _placed(draft: Draft, uid: str, order: LiveOrder, now: int) -> None:
    draft.add(
        OrderPlaced(
            time=now,
            strategy=uid,
            key=order.key,
            symbol=order.intent.symbol,
            effect=order.intent.effect,
        )
    )


def _unwanted(state: State, order: LiveOrder, policy: Policy, now: int) -> str | None:
    if order.intent.effect == "exit":
        return None
    if now > order.valid_until:
        return "stale"
    return entry_ends(state, policy)


def _unplaced(state: State, uid: str, key: str) -> LiveOrder | None:
    return next((order for order in state.strategies[uid].unplaced if order.key == key), None)
