"""Decides nothing: what trades a test window for which no parameter set qualified."""

from typing import Final

from tradewinds.engine.book import Book, Row
from tradewinds.engine.records import POSITION_SIZE_OF


class Idle:
    """A decider that stays in cash."""

    stride: Final = POSITION_SIZE_OF
    warmup: Final = 1
    flat: Final = True
    identity: Final[dict[str, object]] = {"code": "idle"}

    def __init__(self) -> None:
        self.intents: list[float] = []

    def bind(self, book: Book) -> None:
        """Need nothing of the book."""

    def decide(self, time: int, bars: list[float], *, deciding: bool) -> int:
        """Write no intention."""
        del time, bars, deciding
        return 0

    def filled(self, row: Row) -> None:
        """Nothing is ever filled."""

    def reason(self, tag: int) -> str:
        """Return nothing: no order has a tag."""
        del tag
        return ""

    def stop(self) -> None:
        """Have nothing to end."""
