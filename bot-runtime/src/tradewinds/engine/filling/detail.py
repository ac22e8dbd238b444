"""What came first inside a bar that leaves a doubt, by what it was made of.

A bar in doubt is filled by its detail, shorter bars or trades (detail_trades.py), one after the
other, each as a bar of its own by the same fill step; what one of them leaves open is taken at its
worst, as ever. Every other bar is filled as it is, so that detail changes nothing but doubts. A
paper venue has no detail: it fills a bar when it is closed, so the orders of a run with detail may
differ from a bot's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tradewinds.engine.account.apply import live_on
from tradewinds.engine.barsets import empty, place
from tradewinds.engine.filling.doubts import doubts
from tradewinds.engine.records import (
    BAR_SIZE,
    CLOSE,
    ENTRY_BARS_LEFT,
    ENTRY_SIDE,
    HIGH,
    LOW,
    OPEN,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradewinds.engine.book import Book, Row

    Parts = dict[int, list[float]]  # open time: open, high, low, close, volume
    Fill = Callable[[Book, int, list[float], dict[int, Parts]], tuple[list[Row], int]]

_GAP: Final = [math.nan] * BAR_SIZE


class Detail:
    """The detail of a run; `parts` gives that of a symbol's bar by its place and open time.

    `fill` fills a bar set in which some symbols have parts. `settled` counts the doubts that it has
    settled, `remained` those that it has not: the detail was not stored, did not agree with the
    bar, or left a doubt of its own.
    """

    def __init__(self, parts: Callable[[int, int], Parts], fill: Fill | None = None) -> None:
        self.settled = 0
        self.remained = 0
        self._parts = parts
        self._fill = fill or by_bars

    def match(self, book: Book, opened: int, bars: list[float]) -> list[Row]:
        """Fill what a bar set fills, as `Book.match` does."""
        doubted = doubts(book, opened, bars)
        if not doubted:
            return book.match(bars, opened)
        known = {symbol: self._parts(symbol, opened) for symbol in doubted}
        known = {symbol: parts for symbol, parts in known.items() if _agree(parts, bars, symbol)}
        self.remained += len(doubted) - len(known)
        if not known:
            return book.match(bars, opened)
        rows, left = self._fill(book, opened, bars, known)
        self.settled += len(known) - left
        self.remained += left
        return rows


def _agree(parts: Parts, bars: list[float], symbol: int) -> bool:
    """Whether detail bars make up the bar: the same open, high, low and close."""
    if not parts:
        return False
    rows = [parts[time] for time in sorted(parts)]
    made = [rows[0][OPEN], max(row[HIGH] for row in rows), min(row[LOW] for row in rows)]
    return [*made, rows[-1][CLOSE]] == bars[symbol * BAR_SIZE : symbol * BAR_SIZE + CLOSE + 1]


def by_bars(
    book: Book, opened: int, bars: list[float], known: dict[int, Parts]
) -> tuple[list[Row], int]:
    """Fill a bar set in which the detail of some symbols stands for their bars.

    The others have their bars in the first part. Return the rows, and how many doubts are left.
    """
    whole = list(bars)
    for symbol in known:
        place(whole, symbol, _GAP)
    lives = {symbol: hold(book, symbol) for symbol in known}
    rows: list[Row] = []
    left: set[int] = set()
    for time in sorted({opened, *(time for parts in known.values() for time in parts)}):
        there = [symbol for symbol, parts in known.items() if time in parts]
        piece = list(whole) if time == opened else empty(book.symbols)
        for symbol in there:
            place(piece, symbol, known[symbol][time])
            if time == max(known[symbol]):
                release(book, symbol, lives[symbol])
        left.update(symbol for symbol in doubts(book, opened, piece) if symbol in known)
        rows += book.match(piece, opened)
        for symbol in there:
            if time != max(known[symbol]):
                rest(book, symbol, piece)
    return rows, len(left)


def hold(book: Book, symbol: int) -> float:
    """Let an entry live through the parts of its bar; return how many bars it has left."""
    at = symbol * book.stride + ENTRY_BARS_LEFT
    left, book.state[at] = book.state[at], 0.0
    return left


def release(book: Book, symbol: int, left: float) -> None:
    """Give an entry that still lives the bars that it has left."""
    if book.entry_lives(symbol):
        book.state[symbol * book.stride + ENTRY_BARS_LEFT] = left


def rest(book: Book, symbol: int, piece: list[float]) -> None:
    """Let an entry rest for the next part: a stop that was touched is a limit order by then."""
    block = symbol * book.stride
    if book.state[block + ENTRY_SIDE] != 0.0:
        live_on(piece, symbol * BAR_SIZE, book.state, block)
