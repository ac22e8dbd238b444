"""One Strategy's book: its money, its positions and the orders that live.

A thin owner of the flat buffers that the fill step works on. The gateway fills on a copy, writes
what happened to its ledger, and applies the same rows to its own; a bot applies what it reads of
them; a backtest does both at once. Equal rows on equal books give equal books, bit for bit.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from tradewinds.engine.account import apply, funding, position
from tradewinds.engine.account.feetiers import FeeTiers
from tradewinds.engine.filling import fills
from tradewinds.engine.plan import laid
from tradewinds.engine.records import (
    ACCOUNT_SIZE_OF,
    AVERAGE_PRICE,
    CASH,
    ENTRY_SIDE,
    EXIT_LOTS,
    FEES_PAID,
    FILL_SIZE_OF,
    FUNDING_PAID,
    LAST_CLOSE,
    LOTS,
    POSITION_SIZE_OF,
    ROWS_A_SYMBOL,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewinds.engine.plan import Plan, Rates

Row = list[float]


class Book:
    """The state of a Strategy that orders and fills change; `stride` floats a symbol."""

    def __init__(self, plan: Plan, stride: int = POSITION_SIZE_OF) -> None:
        self.plan = plan
        self.stride = stride
        self.symbols = len(plan.symbols)
        self.terms = list(plan.terms)
        self.account = [0.0] * ACCOUNT_SIZE_OF
        self.account[CASH] = plan.capital
        self.state = [0.0] * (stride * self.symbols)
        for symbol in range(self.symbols):
            apply.reset(self.state, symbol * stride)
        self.tiers = FeeTiers(plan)
        self._inside = [0.0] * self.symbols
        self._out = [0.0] * (ROWS_A_SYMBOL * FILL_SIZE_OF * self.symbols)

    def match(self, bars: list[float], opened: int = 0) -> list[Row]:
        """Fill what this bar set fills, apply it to this book and return the rows in order.

        `opened` is its open time in ms, which alone fees by tier ask for.
        """
        n = fills.match(
            bars,
            self.state,
            self.account,
            self.tiers.terms(opened) if self.tiers else self.terms,
            self.stride,
            self.symbols,
            self._inside,
            self._out,
        )
        rows = [self._out[i * FILL_SIZE_OF : (i + 1) * FILL_SIZE_OF] for i in range(n)]
        for row in rows:
            self.count(opened, row)
        return rows

    def count(self, opened: int, row: Row) -> None:
        """Count a fill, of the bar that opened then, among what fees by tier follow from."""
        if self.tiers:
            self.tiers.add(opened, row)

    def fund(
        self, bars: list[float], after: int, until: int, rates: Sequence[Rates] = ()
    ) -> list[Row]:
        """Pay for the funding times up to this bar set's close, after `match`; return the rows.

        `until` is its close time, `after` that of the bar set before it; `rates` of each symbol are
        those to pay where the plan does not have them.
        """
        n = funding.fund(
            after,
            until,
            bars,
            self.state,
            self.account,
            list(laid(self.terms, rates)) if rates else self.terms,
            self.stride,
            self.symbols,
            0,
            self._out,
        )
        return [self._out[i * FILL_SIZE_OF : (i + 1) * FILL_SIZE_OF] for i in range(n)]

    def apply_fill(self, row: Row) -> None:
        """Apply a fill, or the end of an entry without one."""
        apply.apply_fill(row, 0, self.state, self.account, self.terms, self.stride)

    def apply_money(self, cash: float, fee: float) -> None:
        """Apply what a fill in a symbol of an earlier plan did to the money; `cash` has the fee."""
        self.account[CASH] += cash
        self.account[FEES_PAID] += fee

    def apply_funding(self, paid: float) -> None:
        """Apply what a position in a symbol of an earlier plan has paid at funding times."""
        self.account[CASH] -= paid
        self.account[FUNDING_PAID] += paid

    def hold(self, symbol: int, body: Mapping[str, Any]) -> None:
        """Hold what a predecessor held (account/position.py), after `apply_fill` of its price."""
        position.take(body, self.state, symbol * self.stride)

    def let_go(self, symbol: int, cash: float) -> None:
        """Give a position to a successor, who pays for it."""
        self.account[CASH] += cash
        position.let_go(self.state, symbol * self.stride)

    def accept(self, order: Row) -> None:
        """Let an order live from the next bar on; after `mark` of the bar set that decided it."""
        apply.accept(order, 0, self.state, self.stride)

    def drop_entry(self, symbol: int) -> None:
        """Take a symbol's entry order away."""
        apply.drop_entry(self.state, symbol * self.stride)

    def drop_exit(self, symbol: int) -> None:
        """Take a symbol's closing order away."""
        self.state[symbol * self.stride + EXIT_LOTS] = 0.0

    def mark(self, bars: list[float]) -> None:
        """Close a bar set, after its fills: last closes, bars in trade, bars that entries live."""
        apply.mark(bars, self.state, self.stride, self.symbols)

    def equity(self) -> float:
        """Return cash plus positions at their last close, in quote currency."""
        return apply.equity(self.state, self.account, self.terms, self.stride, self.symbols)

    @property
    def cash(self) -> float:
        """Quote currency not in positions; more than the capital while short."""
        return self.account[CASH]

    @property
    def fees_paid(self) -> float:
        """All fees since the start, in quote currency."""
        return self.account[FEES_PAID]

    @property
    def funding_paid(self) -> float:
        """What was paid at funding times since the start, less what was received."""
        return self.account[FUNDING_PAID]

    @property
    def flat(self) -> bool:
        """Whether no symbol has a position; entries may still rest."""
        return all(self.state[s * self.stride + LOTS] == 0.0 for s in range(self.symbols))

    def lots(self, symbol: int) -> int:
        """Return the position in lots, negative when short."""
        return int(self.state[symbol * self.stride + LOTS])

    def average_price(self, symbol: int) -> float:
        """Return the price of the position's entry, NaN when flat."""
        return self.state[symbol * self.stride + AVERAGE_PRICE]

    def last_close(self, symbol: int) -> float:
        """Return the close that marks the position, NaN before the first bar."""
        return self.state[symbol * self.stride + LAST_CLOSE]

    def entry_lives(self, symbol: int) -> bool:
        """Whether an entry order waits for a bar."""
        return self.state[symbol * self.stride + ENTRY_SIDE] != 0.0

    def copy(self) -> Book:
        """Return a book that changes apart from this one."""
        other = Book(self.plan, self.stride)
        other.state[:] = self.state
        other.account[:] = self.account
        other.tiers.traded[:] = self.tiers.traded
        return other

    def bits(self) -> bytes:
        """Return all of the state, exactly: equal books have equal bits."""
        parts = (self.state, self.account, self.tiers.traded)
        return b"".join(array("d", part).tobytes() for part in parts)
