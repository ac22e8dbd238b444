"""The paper book of a Strategy: made from a recorded plan, carried from one plan to the next.

A new generation may list other symbols or another capital while something is held. Positions are
carried by the name of their symbol; one that is no longer listed stays in the book until it is
closed, and more capital is more cash.
"""

from collections.abc import Iterator
from typing import Any, Final

from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs, Instrument
from tradewinds.engine.plan import Plan, none_yet, plan_from
from tradewinds.engine.records import (
    BARS_IN_TRADE,
    BEST,
    CASH,
    ENTRY_BARS_LEFT,
    ENTRY_KIND,
    ENTRY_POST,
    ENTRY_TRIGGER,
    EVEN_FROM,
    FEES_PAID,
    FUNDING_PAID,
    LAST_CLOSE,
    LIMIT_BAR,
    MOVES,
    POSITION_SIZE_OF,
    RAISED,
    RAISED_KIND,
)
from tradewinds.gateway.core.events import PlanRecorded
from tradewinds.gateway.core.state import StrategyState

Marks = tuple[tuple[float, ...], ...]
MARKED: Final = (ENTRY_BARS_LEFT, BARS_IN_TRADE, LAST_CLOSE)
MOVED: Final = (
    BEST, LIMIT_BAR, RAISED, RAISED_KIND, EVEN_FROM, ENTRY_POST, ENTRY_KIND, ENTRY_TRIGGER,
)  # fmt: skip
"""What closed bars do to every symbol, and to one whose stop loss or entry they move."""


def plan_of(record: PlanRecorded) -> Plan:
    """Return the plan that a record describes, over its symbols and not only the spec's."""
    return plan_from(
        {**record.spec, "symbols": list(record.symbols)},
        [Instrument.from_json(one) for one in record.instruments],
        Costs.from_json(record.costs),
        name=record.name,
        uid=record.strategy,
        rates=none_yet(record.symbols),
        recorded=True,
    )


def book_of(plan: Plan, previous: StrategyState | None) -> Book:
    """Return the book of a plan, with what the Strategy held and had before it."""
    book = Book(plan)
    if previous is None:
        return book
    old = previous.book
    book.account[CASH] = old.account[CASH] + (plan.capital - previous.plan.capital)
    book.account[FEES_PAID] = old.account[FEES_PAID]
    if book.tiers and old.tiers:
        book.tiers.traded[:] = old.tiers.traded
    book.account[FUNDING_PAID] = old.account[FUNDING_PAID]
    for place, symbol in enumerate(previous.plan.symbols):
        if symbol in plan.symbols:
            there = plan.place(symbol) * POSITION_SIZE_OF
            here = place * POSITION_SIZE_OF
            book.state[there : there + POSITION_SIZE_OF] = old.state[here : here + POSITION_SIZE_OF]
    return book


def kept_symbols(previous: StrategyState | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is held or ordered, with the instrument that its lots and ticks are counted in."""
    if previous is None:
        return
    for place, symbol in enumerate(previous.record.symbols):
        busy = symbol in previous.entries or symbol in previous.exits
        if busy or previous.book.lots(place) != 0:
            yield symbol, previous.record.instruments[place]


def marks_of(book: Book, symbols: int) -> Marks:
    """Return what closed bars alone did to a book, by symbol."""
    state = book.state
    starts = range(0, symbols * POSITION_SIZE_OF, POSITION_SIZE_OF)
    return tuple(
        tuple(state[at + field] for field in (MARKED + MOVED if _moves(state, at) else MARKED))
        for at in starts
    )


def _moves(state: list[float], at: int) -> bool:
    return bool(state[at + MOVES] or state[at + ENTRY_POST] or state[at + ENTRY_TRIGGER])


def mark(book: Book, marks: Marks) -> None:
    """Write marks into a book; those of a position without moving parts are the first alone."""
    for place, row in enumerate(marks):
        block = place * POSITION_SIZE_OF
        for field, value in zip(MARKED + MOVED, row, strict=False):
            book.state[block + field] = value
