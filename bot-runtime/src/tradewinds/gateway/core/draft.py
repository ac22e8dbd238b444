"""A decision in the making: events are applied as they are decided, so the next sees the last.

Watermarks are the exception to write-ahead: a batch without orders, or a bar that fills nothing,
is no transaction. They move the state at once and ride with the next append, as one event for
each Strategy that says where it stands after all the others.
"""

from dataclasses import replace

from tradewinds.gateway.core.apply import apply
from tradewinds.gateway.core.books import marks_of
from tradewinds.gateway.core.commands import Answer, Decision, Effect, Refusal
from tradewinds.gateway.core.events import LedgerEvent, WatermarkMoved
from tradewinds.gateway.core.state import State, StrategyState


class Draft:
    """Collects events and effects on top of a state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._events: list[LedgerEvent] = []
        self._effects: list[Effect] = []

    def add(self, event: LedgerEvent) -> None:
        """Decide an event."""
        self.state = apply(self.state, event)
        self._events.append(event)

    def move(self, watermark: WatermarkMoved) -> None:
        """Move a watermark, now in the state and later in the ledger."""
        moved = apply(self.state, watermark)
        self.state = replace(moved, unsaved=moved.unsaved | {watermark.strategy})

    def then(self, effect: Effect) -> None:
        """Run an effect after the append."""
        self._effects.append(effect)

    def decision(self, now: int, answer: Answer = None, *, flush: bool = False) -> Decision:
        """Return the decision; watermarks that wait ride along when anything is appended."""
        if self._events or flush:
            for uid in sorted(self.state.unsaved):
                self.add(watermark_of(self.state.strategies[uid], now))
        return Decision(tuple(self._events), tuple(self._effects), self.state, answer)


def refuse(state: State, code: str, message: str) -> Decision:
    """Return a decision that changes nothing."""
    return Decision((), (), state, Refusal(code, message))


def watermark_of(one: StrategyState, now: int) -> WatermarkMoved:
    """Return where a Strategy stands."""
    return WatermarkMoved(
        time=now,
        strategy=one.uid,
        decided_through=one.decided_through,
        filled_through=one.filled_through or 0,
        last_bar=one.last_bar,
        bars_hash=one.bars_hash,
        marks=marks_of(one.book, len(one.plan.symbols)),
    )
