"""The fill and size steps compile under Numba as they are, and give the same bits there."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from given import PERPETUAL, plan
from hypothesis import given, settings
from hypothesis import strategies as st
from jitted import jitted
from market import markets, scripts, timed

from tradewinds.engine.account import apply
from tradewinds.engine.book import Book, Row
from tradewinds.engine.filling import fills
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    FILL_SIZE_OF,
    ORDER_SIZE_OF,
    POSITION_SIZE_OF,
    ROWS_A_SYMBOL,
)
from tradewinds.engine.sizing import size

if TYPE_CHECKING:
    from tradewinds.engine.plan import Plan

COSTS = Costs(0.0005, 0.001, 0.0003, spread=0.0002, impact=0.01)
PLAN = plan(PERPETUAL, "ETH/USDT", costs=COSTS)
MAKING = plan(
    PERPETUAL,
    "ETH/USDT",
    costs=replace(COSTS, max_volume_share=0.9),
    execution={"algorithm": "Direct", "postOnly": True},
)
RISKY = plan(
    PERPETUAL,
    "ETH/USDT:USDT",
    costs=replace(COSTS, maintenance=0.01, liquidation=0.005),
    sizing={"equity": "50%", "maxLeverage": 25},
)
SYMBOLS = 2


class Twin:
    """The same steps over NumPy arrays, compiled."""

    match = staticmethod(jitted(fills.match))
    mark = staticmethod(jitted(apply.mark))
    accept = staticmethod(jitted(apply.accept))
    equity = staticmethod(jitted(apply.equity))
    size = staticmethod(jitted(size.size))

    def __init__(self, book: Book) -> None:
        self.state = np.array(book.state)
        self.account = np.array(book.account)
        self.terms = np.array(book.terms)
        self.out = np.zeros(ROWS_A_SYMBOL * FILL_SIZE_OF * SYMBOLS)
        self.inside = np.zeros(SYMBOLS)

    def fill(self, bars: list[float]) -> bytes:
        shape = (POSITION_SIZE_OF, SYMBOLS)
        buffers = (self.state, self.account, self.terms)
        n = self.match(np.array(bars), *buffers, *shape, self.inside, self.out)
        self.mark(np.array(bars), self.state, *shape)
        return self.out[: n * FILL_SIZE_OF].tobytes()

    def order(self, wanted: list[float], n: int) -> bytes:
        shape = (POSITION_SIZE_OF, SYMBOLS)
        buffers = (self.state, self.account, self.terms)
        out = np.zeros(ORDER_SIZE_OF * max(n, 1))
        equity = self.equity(*buffers, *shape)
        m = self.size(np.array(wanted), n, *buffers, *shape, equity, 1.0, 0.5, 2, out)
        for row in range(m):
            self.accept(out, row * ORDER_SIZE_OF, self.state, POSITION_SIZE_OF)
        return out[: m * ORDER_SIZE_OF].tobytes()


def fill(book: Book, bars: list[float]) -> bytes:
    rows = book.match(bars)
    book.mark(bars)
    return bits(rows)


def order(book: Book, wanted: list[float], n: int) -> bytes:
    out = [0.0] * (ORDER_SIZE_OF * max(n, 1))
    shape = (POSITION_SIZE_OF, SYMBOLS)
    buffers = (book.state, book.account, book.terms)
    m = size.size(wanted, n, *buffers, *shape, book.equity(), 1.0, 0.5, 2, out)
    rows = [out[i * ORDER_SIZE_OF : (i + 1) * ORDER_SIZE_OF] for i in range(m)]
    for row in rows:
        book.accept(row)
    return bits(rows)


def bits(rows: list[Row]) -> bytes:
    return b"".join(array("d", row).tobytes() for row in rows)


@settings(max_examples=50, deadline=None)
@given(markets(SYMBOLS), scripts(SYMBOLS), st.sampled_from([PLAN, MAKING, RISKY]))
def test_fill_and_size_steps_agree_with_numba_to_the_bit(
    market: list[list[float]], script: list[list[Row]], on: Plan
) -> None:
    book = Book(on)
    twin = Twin(book)
    for (_, bars), batch in zip(timed(market), script, strict=False):
        assert twin.fill(bars) == fill(book, bars)
        wanted = [field for row in batch for field in row]
        assert twin.order(wanted, len(batch)) == order(book, wanted, len(batch))
        assert twin.state.tobytes() + twin.account.tobytes() == book.bits()
