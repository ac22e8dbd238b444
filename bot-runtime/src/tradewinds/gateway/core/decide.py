"""The gateway's heart: `decide(state, command)`, a pure function.

No clock, no venue, no store and no chance is in here or below. The same state and command give
the same decision, so a ledger can be replayed, a day be run in a second, and the process be
killed at any line in a test.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tradewinds.gateway.core.bars import fill_bars
from tradewinds.gateway.core.commands import (
    BarSet,
    CancelResult,
    Command,
    Decision,
    FindResult,
    Flush,
    OpenSession,
    Recover,
    SendResult,
    SubmitIntents,
    ViewChanged,
)
from tradewinds.gateway.core.draft import Draft
from tradewinds.gateway.core.sends import found, recover, sent
from tradewinds.gateway.core.sessions import open_session
from tradewinds.gateway.core.standing import cancelled, view_changed
from tradewinds.gateway.core.state import State
from tradewinds.gateway.core.submit import submit


def decide(state: State, command: Command) -> Decision:
    """Return what follows from a command: events to append, effects to run, the answer."""
    return _DECIDERS[type(command)](state, command)


def _flush(state: State, command: Flush) -> Decision:
    return Draft(state).decision(command.now, flush=True)


_DECIDERS: Final[Mapping[type[Any], Callable[[State, Any], Decision]]] = {
    OpenSession: open_session,
    SubmitIntents: submit,
    SendResult: sent,
    FindResult: found,
    CancelResult: cancelled,
    BarSet: fill_bars,
    ViewChanged: view_changed,
    Recover: recover,
    Flush: _flush,
}
