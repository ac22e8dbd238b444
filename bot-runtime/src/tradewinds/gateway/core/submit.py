"""A bot's batch: fence, then each intent by its key, its checks and its order.

Within a batch every intent sees what the ones before it did, so two of them can neither spend the
same cash nor close the same lots.
"""

from dataclasses import replace

from tradewinds.gateway.core.checks import denial
from tradewinds.gateway.core.commands import Decision, Outcomes, Send, SubmitIntents
from tradewinds.gateway.core.draft import Draft, refuse, watermark_of
from tradewinds.gateway.core.events import IntentDenied, OrderAccepted, OrderCancelled
from tradewinds.gateway.core.intents import Intent, client_id, intent_key
from tradewinds.gateway.core.state import Outcome, State, StrategyState


def submit(state: State, command: SubmitIntents) -> Decision:
    """Accept or deny each intent, and move the Strategy's `decidedThrough`."""
    policy = command.policy
    one = state.strategies.get(policy.uid)
    if one is None or command.epoch != one.epoch:
        newest = 0 if one is None else one.epoch
        return refuse(
            state,
            "Fenced",
            f"{policy.subject}: the epoch was {command.epoch}, the newest is {newest}; "
            "another bot has taken over",
        )
    if command.intents and command.decided > (one.filled_through or 0):
        return refuse(
            state,
            "NotYet",
            f"{policy.subject}: decided at {command.decided}, filled through {one.filled_through}; "
            "try again",
        )
    draft = Draft(state)
    outcomes = []
    for intent in command.intents:
        outcome = _first_outcome(draft, one, intent, command)
        if outcome is None:
            return refuse(
                state,
                "KeyReused",
                f"{policy.subject} {intent.symbol}: ordinal {intent.ordinal} of "
                f"{command.decided} was posted before with another content",
            )
        outcomes.append(outcome)
    _advance(draft, command)
    return draft.decision(command.now, Outcomes(tuple(outcomes)))


def _first_outcome(
    draft: Draft, one: StrategyState, intent: Intent, command: SubmitIntents
) -> Outcome | None:
    key = intent_key(one.uid, intent.symbol, command.decided, intent.ordinal)
    known = draft.state.intents.get(key)
    if known is None:
        _judge(draft, key, intent, command)
        return draft.state.intents.get(key)
    return known if known.content == intent.content() else None


def _judge(draft: Draft, key: str, intent: Intent, command: SubmitIntents) -> None:
    one = draft.state.strategies[command.policy.uid]
    verdict = denial(draft.state, one, intent, command)
    if verdict is None:
        _accept(draft, one, key, intent, command)
        return
    code, message = verdict
    draft.add(
        IntentDenied(
            time=command.now,
            strategy=one.uid,
            key=key,
            code=code,
            message=message,
            intent=intent,
            decided=command.decided,
            epoch=command.epoch,
        )
    )


def _accept(
    draft: Draft, one: StrategyState, key: str, intent: Intent, command: SubmitIntents
) -> None:
    replaced = one.entries.get(intent.symbol) if intent.effect == "cancel" else None
    draft.add(
        OrderAccepted(
            time=command.now,
            strategy=one.uid,
            key=key,
            client_id=client_id(key),
            intent=intent,
            decided=command.decided,
            valid_until=command.decided + one.plan.timeframe_ms,
            epoch=command.epoch,
            bars_hash=command.bars_hash,
        )
    )
    if replaced is not None:  # on paper the book is here: taken back is gone
        draft.add(
            OrderCancelled(
                time=command.now,
                strategy=one.uid,
                key=replaced.key,
                symbol=intent.symbol,
                effect="enter",
                reason="replaced",
                bar=None,
            )
        )
        return
    orders = draft.state.strategies[one.uid]
    live = orders.exits if intent.effect == "exit" else orders.entries
    draft.then(Send(one.uid, live[intent.symbol]))


def _advance(draft: Draft, command: SubmitIntents) -> None:
    one = draft.state.strategies[command.policy.uid]
    if one.decided_through is not None and command.decided <= one.decided_through:
        return
    watermark = replace(
        watermark_of(one, command.now),
        decided_through=command.decided,
        bars_hash=command.bars_hash or one.bars_hash,
    )
    draft.move(watermark)
