"""The guards compile under Numba as they are, and give the same bits there."""

from __future__ import annotations

from array import array

import numpy as np
from given import HOUR, plan
from hypothesis import given, settings
from hypothesis import strategies as st
from jitted import jitted
from lively_rules import guarded, seeds
from market import markets, scripts, timed

from tradewinds.engine.book import Book, Row
from tradewinds.engine.guards import Guards, admit, cron, pauses
from tradewinds.engine.records import INTENT_SIZE_OF, ORDER_SIZE_OF
from tradewinds.engine.sizing.size import size

NAMES = ("BTC/USDT:USDT", "ETH/USDT:USDT")
COUNT, FILL, WATCH = jitted(pauses.count), jitted(pauses.fill), jitted(pauses.watch)
ADMIT, STRIKE = jitted(admit), jitted(cron.strike)


def order(book: Book, wanted: list[float], n: int) -> None:
    out = [0.0] * (n * ORDER_SIZE_OF)
    buffers = (book.state, book.account, book.terms)
    m = size(wanted, n, *buffers, book.stride, book.symbols, book.equity(), 1.0, 0.5, 2, out)
    for row in range(m):
        book.accept(out[row * ORDER_SIZE_OF : (row + 1) * ORDER_SIZE_OF])


@settings(max_examples=40, deadline=None)
@given(markets(len(NAMES)), scripts(len(NAMES)), seeds, st.integers(0, 200))
def test_guards_agree_with_numba_to_the_bit(
    market: list[list[float]], script: list[list[Row]], seed: int, hours: int
) -> None:
    on = plan(*NAMES, **guarded(seed))
    book, guards = Book(on), Guards(on.guards, NAMES)
    if not guards:
        return
    constants, state, terms = np.array(guards.settings), np.array(guards.state), np.array(on.terms)
    for (hour, bars), batch in zip(timed(market), script, strict=False):
        time = hour + hours * HOUR
        fills = book.match(bars)
        book.mark(bars)
        guards.close(time, bars, fills, book)
        COUNT(np.array(bars), constants, state, len(NAMES))
        STRIKE(time, constants, state)
        for row in fills:
            FILL(np.array(row), 0, time, constants, state, terms)
        WATCH(time, book.equity(), constants, state)
        assert state.tobytes() == array("d", guards.state).tobytes()
        intents = [field for row in batch for field in row]
        wanted = [0.0] * (len(intents) + 2 * len(NAMES) * INTENT_SIZE_OF)
        twin = np.array(wanted)
        shape = (np.array(book.state), book.stride, len(NAMES), time, constants, state)
        m = ADMIT(np.array(intents), len(batch), *shape, twin)
        assert guards.admit(intents, len(batch), time, book, wanted) == m
        assert twin.tobytes() == array("d", wanted).tobytes()
        order(book, wanted, m)
