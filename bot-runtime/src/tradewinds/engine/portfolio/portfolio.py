"""One Strategy's portfolio: the owner of its flat buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.engine.portfolio.layout import HEAD_SIZE_OF, SYMBOL_SIZE_OF
from tradewinds.engine.portfolio.rotate import rotate
from tradewinds.engine.records import INTENT_SIZE_OF

if TYPE_CHECKING:
    from tradewinds.engine.book import Book


class Portfolio:
    """What turns ranks into target weights and orders; without settings, nothing."""

    def __init__(self, settings: tuple[float, ...] | None, symbols: int) -> None:
        self.settings = list(settings or ())
        size = HEAD_SIZE_OF + symbols * SYMBOL_SIZE_OF if settings else 0
        self.state = [0.0] * size
        self.intents = [0.0] * (symbols * INTENT_SIZE_OF if settings else 0)

    def __bool__(self) -> bool:
        return bool(self.settings)

    def rotate(self, ranked: list[float], n: int, opened: int, book: Book) -> int:
        """Write into `intents` what this bar set asks for; return how many."""
        shape = (book.state, book.stride, book.symbols, book.terms)
        constants = (opened, book.equity(), self.settings)
        return rotate(ranked, n, *shape, *constants, self.state, self.intents)
