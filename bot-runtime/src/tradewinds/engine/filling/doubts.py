"""Which symbols of a bar set leave a doubt about what came first, so that the worst was taken.

The bar reaches both the stop loss and the take profit; or it fills an entry inside, and what it
reached may have come before; or it touches a stop-limit inside and goes beyond its limit. What
happens at the open is certain, and a liquidation is taken as it is. For runs with detail alone, so
plain code beside the fill step rather than a part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradewinds.engine.account.bracketing import moved_stop
from tradewinds.engine.barsets import has_bar
from tradewinds.engine.records import (
    BAR_SIZE,
    CLOSE,
    ENTER,
    ENTRY_KIND,
    ENTRY_SIDE,
    ENTRY_TICKS,
    ENTRY_TRIGGER,
    EXIT,
    FILL_EFFECT,
    FILL_KIND,
    FILL_LOTS,
    FILL_SYMBOL,
    HIGH,
    LEAVING,
    LIMIT,
    LIQUIDATION,
    LOTS,
    LOW,
    MARKET,
    MOVES,
    OPEN,
    STEP,
    STEP_SIZE_OF,
    STEP_TICKS,
    STEPS,
    STOP,
    STOP_LIMIT,
    STOP_TICKS,
    TARGET_LOTS,
    TARGET_TICKS,
    TERMS_SIZE_OF,
    TICK,
    TIME_STOP,
)
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from tradewinds.engine.book import Book, Row


def doubts(book: Book, opened: int, bars: list[float]) -> list[int]:
    """Return the places of the symbols that are in doubt in the bar set to come."""
    maybe = [s for s in range(book.symbols) if has_bar(bars, s) and _may(book, s, bars)]
    if not maybe:
        return []
    rows = book.copy().match(bars, opened)
    if any(row[FILL_KIND] == LIQUIDATION for row in rows):
        return []
    found = []
    for symbol in maybe:
        own = [row for row in rows if row[FILL_SYMBOL] == symbol]
        if _in_doubt(book, symbol, bars, own):
            found.append(symbol)
    return found


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar as one side sees it: `best` is the end that is good for a position of this side."""

    side: float
    opened: float
    best: float
    worst: float
    close: float

    @classmethod
    def of(cls, bars: list[float], symbol: int, side: float) -> _Bar:
        row = bars[symbol * BAR_SIZE : (symbol + 1) * BAR_SIZE]
        ends = (row[HIGH], row[LOW]) if side > 0.0 else (row[LOW], row[HIGH])
        return cls(side, row[OPEN], *ends, row[CLOSE])

    def beyond(self, price: float, level: float) -> bool:
        """Whether a price is at a level or beyond it, in the direction that is good."""
        return self.side * (price - level) >= 0.0


@dataclass(frozen=True, slots=True)
class _Entry:
    """A live entry: its kind, its limit or stop price, and the stop price of a stop-limit."""

    kind: float
    level: float
    trigger: float

    @classmethod
    def of(cls, book: Book, symbol: int) -> _Entry:
        block = symbol * book.stride
        ticks = book.state[block + ENTRY_TICKS]
        level = from_units(ticks, book.terms[symbol * TERMS_SIZE_OF + TICK])
        return cls(book.state[block + ENTRY_KIND], level, book.state[block + ENTRY_TRIGGER])

    def met(self, bar: _Bar) -> bool:
        """Whether the bar has prices on both sides of it, or touches the stop of a stop-limit."""
        if self.kind == STOP_LIMIT:
            return bar.beyond(bar.best, self.trigger)
        return bar.beyond(bar.best, self.level) and _reaches(bar, self.level)

    def touched_inside(self, bar: _Bar) -> bool:
        """Whether this is a stop-limit whose stop the bar touches after its open."""
        inside = not bar.beyond(bar.opened, self.trigger) and bar.beyond(bar.best, self.trigger)
        return self.kind == STOP_LIMIT and inside


def _may(book: Book, symbol: int, bars: list[float]) -> bool:
    """Whether a doubt is possible at all, so that a closer look is worth it."""
    block = symbol * book.stride
    lots, side = book.state[block + LOTS], book.state[block + ENTRY_SIDE]
    if side != 0.0:
        entry, bar = _Entry.of(book, symbol), _Bar.of(bars, symbol, side)
        if entry.kind == MARKET or entry.met(bar):
            return True
    if lots == 0.0:
        return False
    bar = _Bar.of(bars, symbol, 1.0 if lots > 0.0 else -1.0)
    stop, target = levels(book, symbol, bar.side)
    return stop > 0.0 and target > 0.0 and _reaches(bar, stop) and bar.beyond(bar.best, target)


def _in_doubt(book: Book, symbol: int, bars: list[float], rows: list[Row]) -> bool:
    """Whether the rows that a bar made of a symbol might have been others."""
    block = symbol * book.stride
    entry, inside = _Entry.of(book, symbol), 0.0
    probe = book.copy()
    for row in rows:
        if row[FILL_EFFECT] == EXIT and row[FILL_KIND] not in (MARKET, TIME_STOP):
            break
        probe.apply_fill(row)
        if row[FILL_EFFECT] == ENTER and row[FILL_LOTS] > 0.0:
            inside = _inside(entry, row, _Bar.of(bars, symbol, book.state[block + ENTRY_SIDE]))
    if entry.kind == STOP_LIMIT:
        bar = _Bar.of(bars, symbol, book.state[block + ENTRY_SIDE])
        if entry.touched_inside(bar) and bar.side * (bar.best - entry.level) > 0.0:
            return _reaches(bar, entry.level)  # at the stop, at the limit, or not
    lots = probe.state[block + LOTS]
    if lots == 0.0 or book.state[block + LEAVING] > 0.0:
        return False
    return _held(probe, symbol, _Bar.of(bars, symbol, 1.0 if lots > 0.0 else -1.0), inside)


def _inside(entry: _Entry, row: Row, bar: _Bar) -> float:
    """Return the kind of an entry that filled after the open, 0 at the open."""
    kind = row[FILL_KIND]
    if kind == LIMIT and bar.side * (bar.opened - entry.level) > 0.0:
        return float(LIMIT)
    if kind == STOP and not bar.beyond(bar.opened, entry.level):
        return float(STOP)
    return float(STOP) if entry.touched_inside(bar) else 0.0


def _held(probe: Book, symbol: int, bar: _Bar, inside: float) -> bool:
    """Whether what is held after the entry leaves a doubt; `inside` as the fill step has it."""
    stop, target = levels(probe, symbol, bar.side)
    stops = stop > 0.0 and _reaches(bar, stop)
    gains = target > 0.0 and bar.beyond(bar.best, target)
    if inside == 0.0:
        if stop > 0.0 and not bar.beyond(bar.opened, stop):
            return False
        first = target > 0.0 and bar.beyond(bar.opened, target)
        parts = probe.state[symbol * probe.stride + TARGET_LOTS] > 0.0
        return stops and gains and (parts or not first)
    if inside == LIMIT:
        reached = [step for step in (target, *_steps(probe, symbol)) if bar.beyond(bar.best, step)]
        return gains and (stops or not all(bar.beyond(bar.close, step) for step in reached))
    return stops and (gains or bar.side * (bar.close - stop) > 0.0)


def _steps(book: Book, symbol: int) -> list[float]:
    """Return the prices of the take profit's steps behind the one that rests."""
    state, block = book.state, symbol * book.stride
    tick = book.terms[symbol * TERMS_SIZE_OF + TICK]
    places = range(int(state[block + STEPS]))
    return [from_units(state[block + STEP + at * STEP_SIZE_OF + STEP_TICKS], tick) for at in places]


def _reaches(bar: _Bar, level: float) -> bool:
    return bar.side * (bar.worst - level) <= 0.0


def levels(book: Book, symbol: int, side: float) -> tuple[float, float]:
    """Return where stop and take profit of a position rest, 0 where none does."""
    state, block = book.state, symbol * book.stride
    tick = book.terms[symbol * TERMS_SIZE_OF + TICK]
    stop = from_units(state[block + STOP_TICKS], tick)
    if state[block + MOVES] != 0.0:
        stop = moved_stop(state, block, stop, tick, side) or stop
    return stop, from_units(state[block + TARGET_TICKS], tick)
