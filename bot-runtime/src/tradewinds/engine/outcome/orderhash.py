"""The order hash: equal hashes say that two runs ordered and filled the same.

SHA-256 of ASCII lines, each ended by a newline, sorted by time, orders before fills, place of the
symbol, ordinal:

    O|close of the deciding bar in ms|symbol|kind|side|lots|ticks
    F|open of the filling bar in ms|symbol|kind|side|lots|ticks

`ticks` is an order's limit or stop price, 0 for market, and a fill's price after slippage. A
protection appears when it fills, a cancel never. A backtest, a bot and the gateway's ledger feed
the same class; it streams, since none of them goes back in time.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from tradewinds.engine.errors import StateError
from tradewinds.engine.records import (
    CANCEL,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
    ORDER_EFFECT,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_SIDE,
    ORDER_SYMBOL,
    ORDER_TICKS,
    SIDE_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.book import Row

ORDERS: Final = 0  # at one time they come before the fills
FILLS: Final = 1


def ordinals(orders: Sequence[Row]) -> list[int]:
    """Return each order's number among those of its symbol, in the batch of one close."""
    seen: dict[float, int] = {}
    numbers = []
    for row in orders:
        numbers.append(seen.get(row[ORDER_SYMBOL], 0))
        seen[row[ORDER_SYMBOL]] = numbers[-1] + 1
    return numbers


def line(what: int, time: int, symbol: str, kind: int, side: int, lots: int, ticks: int) -> str:
    """Return the line of an order or a fill, with what `what` says it is."""
    return f"{'OF'[what]}|{time}|{symbol}|{KIND_WORDS[kind]}|{SIDE_WORDS[side]}|{lots}|{ticks}\n"


class OrderHash:
    """Takes orders and fills as they come and says the hash of all so far."""

    def __init__(self, symbols: Sequence[str]) -> None:
        self._symbols = tuple(symbols)
        self._hash = hashlib.sha256()
        self._moment = (-1, ORDERS)
        self._waiting: list[tuple[int, int, str]] = []

    def order(self, time: int, row: Row, ordinal: int) -> None:
        """Take an order decided at this close; a cancel leaves no line."""
        if row[ORDER_EFFECT] == CANCEL:
            return
        symbol = int(row[ORDER_SYMBOL])
        kind, side = int(row[ORDER_KIND]), int(row[ORDER_SIDE])
        lots, ticks = int(row[ORDER_LOTS]), int(row[ORDER_TICKS])
        said = line(ORDERS, time, self._symbols[symbol], kind, side, lots, ticks)
        self._take((time, ORDERS), symbol, ordinal, said)

    def fill(self, opened: int, row: Row) -> None:
        """Take a fill inside the bar opened then; an entry's end without a fill leaves no line."""
        if row[FILL_LOTS] == 0:
            return
        symbol = int(row[FILL_SYMBOL])
        kind, side = int(row[FILL_KIND]), int(row[FILL_SIDE])
        lots, ticks = int(row[FILL_LOTS]), int(row[FILL_TICKS])
        said = line(FILLS, opened, self._symbols[symbol], kind, side, lots, ticks)
        self._take((opened, FILLS), symbol, None, said)

    def hexdigest(self) -> str:
        """Return the hash of everything taken so far."""
        hash_so_far = self._hash.copy()
        hash_so_far.update(self._lines())
        return hash_so_far.hexdigest()

    def copy(self) -> OrderHash:
        """Return one that goes on apart from this one."""
        other = OrderHash(self._symbols)
        other._hash = self._hash.copy()
        other._moment = self._moment
        other._waiting = list(self._waiting)
        return other

    def _take(self, moment: tuple[int, int], symbol: int, ordinal: int | None, line: str) -> None:
        if moment < self._moment:
            raise StateError(
                f"Order hash: {line.strip()} came after something of {self._moment[0]}, expected"
                " orders and fills by time. Feed them in the order of the ledger"
            )
        if moment > self._moment:
            self._hash.update(self._lines())
            self._waiting.clear()
            self._moment = moment
        number = len(self._waiting) if ordinal is None else ordinal  # fills count as they come
        self._waiting.append((symbol, number, line))

    def _lines(self) -> bytes:
        return "".join(line for _, _, line in sorted(self._waiting)).encode("ascii")
