"""One Strategy's joint position: the owner of its constants and of its scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.engine.joint.expand import expand
from tradewinds.engine.joint.layout import LEG_SIZE_OF, ROWS_A_LEG
from tradewinds.engine.joint.share import all_or_none, share
from tradewinds.engine.records import INTENT_SIZE_OF, ORDER_EFFECT, ORDER_SIZE_OF

if TYPE_CHECKING:
    from tradewinds.engine.book import Book


class Joint:
    """What turns one position's decisions into its legs'; without settings, nothing."""

    def __init__(self, settings: tuple[float, ...] | None) -> None:
        self.settings = list(settings or ())
        self.legs = len(self.settings) // LEG_SIZE_OF
        self.intents = [0.0] * (ROWS_A_LEG * self.legs * INTENT_SIZE_OF)

    def __bool__(self) -> bool:
        return bool(self.settings)

    def expand(self, intents: list[float], n: int, book: Book) -> int:
        """Write into `intents` what each leg does at this close; return how many rows."""
        shape = (book.state, book.stride, self.legs, self.settings)
        return expand(intents, n, *shape, self.intents)

    def share(self, intents: list[float], n: int, book: Book, sizing: tuple[int, float]) -> int:
        """Give each entering leg its quantity, or drop them all; return how many rows are left."""
        shape = (book.state, book.account, book.terms, book.stride, book.symbols)
        return share(intents, n, *shape, book.equity(), *sizing, self.legs, self.settings)

    def whole(self, orders: list[float], m: int) -> int:
        """Drop the entries of m order rows unless each leg has one; return how many are left."""
        return all_or_none(orders, m, ORDER_SIZE_OF, ORDER_EFFECT, self.legs)
