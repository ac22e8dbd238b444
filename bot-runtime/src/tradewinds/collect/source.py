"""The port of a source: it says which times are complete, one after the other.

A replay knows them from the store; an exchange will learn them from its websocket. Whoever serves
bars asks no further: when a close is yielded, its bars are on the tape.
"""

from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol


class Close(NamedTuple):
    """A time at which bars of some timeframes closed; no bar up to it will come any more."""

    time: int
    timeframes: tuple[str, ...]


class Source(Protocol):
    """Where a feed's closes come from."""

    start: int  # the clock before the first close
    end: int | None  # the last close, if that is known

    def closes(self) -> AsyncIterator[Close]:
        """Yield each close when it may be passed, oldest first; end when there are no more."""
