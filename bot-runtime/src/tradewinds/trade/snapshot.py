"""The fold's state as a bot posts it: the hash of the bars seen, then the flat state itself."""

from base64 import b64encode
from typing import Any, Final

from tradewinds.engine.fold import Fold
from tradewinds.trade.barshash import EMPTY
from tradewinds.trade.session import Stored

EVERY: Final = 500  # closes between two snapshots; folding as many takes some 20 ms


def snapshot(fold: Fold, number: int, seen: bytes) -> dict[str, Any] | None:
    """Return the body of a snapshot after event `number`; None if the state is not flat."""
    state = fold.state_bytes()
    if state is None:
        return None
    return {"number": number, "time": fold.time, "state": b64encode(seen + state).decode()}


def restore(fold: Fold, stored: Stored) -> bytes:
    """Put a snapshot into the fold and return the hash of the bars seen; raises `StateError`."""
    fold.restore(stored.state[len(EMPTY) :])
    return stored.state[: len(EMPTY)]
