"""The fold's state as a bot posts it: a hash, the hash of the bars seen, the flat state itself.

Snapshots stand outside the ledger's chain, so each vouches for itself: a bot that went on from a
changed one would decide otherwise than its backtest and not know it.
"""

from base64 import b64encode
from hashlib import sha256
from typing import Any, Final

from tradewinds.engine.errors import StateError
from tradewinds.engine.fold import Fold
from tradewinds.trade.barshash import EMPTY
from tradewinds.trade.session import Stored

EVERY: Final = 500  # closes between two snapshots; folding as many takes some 20 ms
_MARK: Final = 32  # bytes of a SHA-256


def snapshot(fold: Fold, number: int, seen: bytes) -> dict[str, Any] | None:
    """Return the body of a snapshot after event `number`; None if the state is not flat."""
    state = fold.state_bytes()
    if state is None:
        return None
    content = seen + state
    mark = _mark(number, fold.time, content)
    return {"number": number, "time": fold.time, "state": b64encode(mark + content).decode()}


def restore(fold: Fold, stored: Stored) -> bytes:
    """Put a snapshot into the fold and return the hash of the bars seen; raises `StateError`."""
    mark, content = stored.state[:_MARK], stored.state[_MARK:]
    if mark != _mark(stored.number, stored.time, content):
        raise StateError(f"Snapshot of {stored.time}: its content is not what the bot had posted")
    fold.restore(content[len(EMPTY) :])
    return content[: len(EMPTY)]


def _mark(number: int, time: int, content: bytes) -> bytes:
    return sha256(f"{number}|{time}|".encode() + content).digest()
