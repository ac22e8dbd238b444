"""Trades that say what came first inside a bar that leaves a doubt.

Each trade is one price, and a part of the bar in which nothing is left open. What rests as a limit
is filled at its own price by the first trade through it, as whoever stood there was; what takes is
filled at the price of the trade that set it off. The first trade is the bar's open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.engine.account.bracketing import of_age
from tradewinds.engine.barsets import empty, place
from tradewinds.engine.filling.detail import hold, release, rest
from tradewinds.engine.filling.doubts import levels
from tradewinds.engine.records import (
    BAR_SIZE,
    CAN_SHORT,
    ENTRY_KIND,
    ENTRY_SIDE,
    ENTRY_TICKS,
    ENTRY_TRIGGER,
    EXIT_LOTS,
    FILL_LOTS,
    LEAVING,
    LIMIT,
    LOT,
    LOTS,
    MARKET,
    MOVES,
    OPEN,
    STOP_LIMIT,
    TERMS_SIZE_OF,
    TICK,
    VOLUME,
    VOLUME_SHARE,
)
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from tradewinds.engine.book import Book, Row
    from tradewinds.engine.filling.detail import Parts


def by_trades(
    book: Book, opened: int, bars: list[float], known: dict[int, Parts]
) -> tuple[list[Row], int]:
    """Fill a bar set in which the trades of some symbols stand for their bars.

    The others have their bars beside the first trades. Return the rows, and no doubt is left.
    """
    whole = list(bars)
    lives = {symbol: hold(book, symbol) for symbol in known}
    last = {symbol: max(parts) for symbol, parts in known.items()}
    for symbol, parts in known.items():
        place(whole, symbol, _priced(book, symbol, parts[opened], bars))
        if last[symbol] == opened:
            release(book, symbol, lives[symbol])
    rows = book.match(whole, opened)
    for symbol in known:
        if last[symbol] != opened:
            rest(book, symbol, whole)
    for time in sorted({time for parts in known.values() for time in parts} - {opened}):
        for symbol, parts in known.items():
            if time not in parts:
                continue
            if time == last[symbol]:
                release(book, symbol, lives[symbol])
            elif _quiet(book, symbol, parts[time][OPEN]):
                continue
            rows += _traded(book, opened, symbol, _priced(book, symbol, parts[time], bars))
            if time != last[symbol]:
                piece = empty(book.symbols)
                place(piece, symbol, parts[time])
                rest(book, symbol, piece)
    return rows, 0


def _priced(book: Book, symbol: int, trade: list[float], bars: list[float]) -> list[float]:
    """Return a trade as a bar of one price.

    Its volume is its own where a share of it fills at most; else that of the whole bar, by which an
    impact goes.
    """
    if book.terms[symbol * TERMS_SIZE_OF + VOLUME_SHARE] > 0.0:
        return trade
    return [*trade[:VOLUME], bars[symbol * BAR_SIZE + VOLUME]]


def _traded(book: Book, opened: int, symbol: int, trade: list[float]) -> list[Row]:
    """Fill what one trade fills: first the limits that it went through, at their own prices."""
    rows: list[Row] = []
    share = book.terms[symbol * TERMS_SIZE_OF + VOLUME_SHARE]
    lot = book.terms[symbol * TERMS_SIZE_OF + LOT]
    volume = trade[VOLUME]
    while (level := _passed(book, symbol, trade[OPEN])) > 0.0:
        found = _match(book, opened, symbol, level, volume)
        lots = sum(row[FILL_LOTS] for row in found)
        rows += found
        if lots == 0.0:
            break
        if share > 0.0:
            volume = max(volume - from_units(lots, lot) / share, 0.0)
    return rows + _match(book, opened, symbol, trade[OPEN], volume)


def _match(book: Book, opened: int, symbol: int, price: float, volume: float) -> list[Row]:
    piece = empty(book.symbols)
    place(piece, symbol, [price, price, price, price, volume])
    return book.match(piece, opened)


def _passed(book: Book, symbol: int, price: float) -> float:
    """Return the price of a resting limit that a trade at `price` went through, 0 for none."""
    state, block = book.state, symbol * book.stride
    if state[block + EXIT_LOTS] > 0.0 or state[block + LEAVING] > 0.0:
        return 0.0
    held = state[block + LOTS]
    if held != 0.0:
        up = 1.0 if held > 0.0 else -1.0
        stop, target = levels(book, symbol, up)
        if stop > 0.0 and up * (price - stop) <= 0.0:
            return 0.0
        if target > 0.0 and up * (price - target) > 0.0:
            return target
    side, level = state[block + ENTRY_SIDE], _entry_level(book, symbol)
    limited = side != 0.0 and state[block + ENTRY_KIND] == LIMIT
    return level if limited and side * (level - price) > 0.0 else 0.0


def _quiet(book: Book, symbol: int, price: float) -> bool:
    """Whether a trade at `price` fills and touches nothing."""
    state, block = book.state, symbol * book.stride
    if state[block + EXIT_LOTS] > 0.0 or state[block + LEAVING] > 0.0:
        return False
    held = state[block + LOTS]
    if held != 0.0:
        if book.terms[symbol * TERMS_SIZE_OF + CAN_SHORT] == 1.0:  # it may be liquidated
            return False
        if state[block + MOVES] != 0.0 and of_age(state, block):
            return False
        up = 1.0 if held > 0.0 else -1.0
        stop, target = levels(book, symbol, up)
        if (stop > 0.0 and up * (price - stop) <= 0.0) or (
            target > 0.0 and up * (price - target) >= 0.0
        ):
            return False
    return _leaves_entry(book, symbol, price)


def _leaves_entry(book: Book, symbol: int, price: float) -> bool:
    """Whether a trade at `price` does nothing to an entry, or there is none."""
    state, block = book.state, symbol * book.stride
    side, kind = state[block + ENTRY_SIDE], state[block + ENTRY_KIND]
    if side == 0.0:
        return True
    if kind == MARKET:
        return False
    if kind == LIMIT:
        return side * (_entry_level(book, symbol) - price) < 0.0
    first = state[block + ENTRY_TRIGGER] if kind == STOP_LIMIT else _entry_level(book, symbol)
    return side * (price - first) < 0.0


def _entry_level(book: Book, symbol: int) -> float:
    ticks = book.state[symbol * book.stride + ENTRY_TICKS]
    return from_units(ticks, book.terms[symbol * TERMS_SIZE_OF + TICK])
