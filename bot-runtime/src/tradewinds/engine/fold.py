"""A Strategy's state as a fold over bars and fills: one close after the other, nothing else.

A backtest and a bot run the same fold. The difference is who says that an order lives: the backtest
at once, the gateway through its ledger, which is why `decide` does not accept its own orders.
"""

from __future__ import annotations

import math
import sys
from array import array
from typing import TYPE_CHECKING

from tradewinds.engine.book import Book
from tradewinds.engine.errors import StateError
from tradewinds.engine.records import BAR_SIZE, CLOSE, ORDER_SIZE_OF, ORDER_TAG
from tradewinds.engine.size import size
from tradewinds_crds.canonical import digest

if TYPE_CHECKING:
    from tradewinds.engine.book import Row
    from tradewinds.engine.decider import Decider
    from tradewinds.engine.plan import Plan


class Fold:
    """A plan, its book and its decider, at one time.

    `start` is the open time of the first bar that may be decided on, `reads_from` that of the first
    bar to read: the anchor is the first stored bar at or after it. `warmup` bars of a symbol come
    before the first decision.
    """

    def __init__(self, plan: Plan, decider: Decider, *, start: int) -> None:
        self.plan = plan
        self.decider = decider
        self.book = Book(plan, decider.stride)
        decider.bind(self.book)
        self.start = start
        self.warmup = decider.warmup if plan.warmup is None else plan.warmup
        self.reads_from = start - self.warmup * plan.timeframe_ms
        self.time = 0
        self.decides = False
        self._seen = [0] * len(plan.symbols)
        self._orders: list[float] = []
        self._sizing = (0, math.nan)
        if plan.sizing is not None:
            self._sizing = (plan.sizing.mode, plan.sizing.value)

    def match(self, bars: list[float]) -> list[Row]:
        """Fill what the bar set fills, before `decide` of the same set; for a backtest."""
        rows = self.book.match(bars)
        for row in rows:
            self.decider.filled(row)
        return rows

    def applied(self, row: Row) -> None:
        """Apply a fill that the gateway reports, before `decide` of the bar set it belongs to."""
        self.book.apply_fill(row)
        self.decider.filled(row)

    def decide(self, time: int, bars: list[float]) -> list[Row]:
        """Close the bar set of this close time and return the orders; the caller accepts them."""
        if time <= self.time:
            raise StateError(
                f"Strategy {self.plan.name}: the bars of {time} came after those of {self.time},"
                " expected each close once and in order"
            )
        self.time = time
        self.book.mark(bars)
        self.decides = self.decides or self._is_warm(time, bars)
        n = self.decider.decide(time, bars, deciding=self.decides)
        return self._sized(n) if n else []

    def reason(self, order: Row) -> str:
        """Return why an order was made, in the strategy's words."""
        return self.decider.reason(int(order[ORDER_TAG]))

    def stop(self) -> None:
        """Let the strategy hear that there will be no more bars."""
        self.decider.stop()

    @property
    def code_hash(self) -> str:
        """What decides: the code, its parameters and the constants that shape its decisions."""
        plan = self.plan
        sizing = None if plan.sizing is None else [plan.sizing.mode, plan.sizing.value]
        return digest(
            {
                "decider": self.decider.identity,
                "symbols": list(plan.symbols),
                "timeframe": plan.timeframe,
                "capital": plan.capital,
                "quote": plan.quote,
                "sizing": sizing,
                "maxOpenPositions": plan.max_open_positions,
                "warmup": self.warmup,
            }
        )

    @property
    def layout_hash(self) -> str:
        """How the bytes of the state are laid out."""
        return digest({"symbols": len(self.plan.symbols), "stride": self.book.stride, "version": 1})

    def state_bytes(self) -> bytes | None:
        """Return the whole state exactly, None where a Python class keeps some of it."""
        if not self.decider.flat:
            return None
        head = [float(self.time), float(self.decides), *(float(n) for n in self._seen)]
        return _little(array("d", [*head, *self.book.account, *self.book.state])).tobytes()

    def restore(self, state: bytes) -> None:
        """Take the state of an equal fold; `StateError` if it does not fit."""
        symbols = len(self.plan.symbols)
        floats = array("d")
        expected = 2 + symbols + len(self.book.account) + len(self.book.state)
        if len(state) != expected * floats.itemsize or not self.decider.flat:
            raise StateError(
                f"Strategy {self.plan.name}: the snapshot was {len(state)} bytes, expected"
                f" {expected * floats.itemsize}. Drop it and fold from the anchor"
            )
        floats.frombytes(state)
        values = _little(floats).tolist()
        self.time = int(values[0])
        self.decides = bool(values[1])
        self._seen = [int(value) for value in values[2 : 2 + symbols]]
        rest = 2 + symbols + len(self.book.account)
        self.book.account[:] = values[2 + symbols : rest]
        self.book.state[:] = values[rest:]

    def _is_warm(self, time: int, bars: list[float]) -> bool:
        for symbol in range(len(self._seen)):
            if not math.isnan(bars[symbol * BAR_SIZE + CLOSE]):
                self._seen[symbol] += 1
        reached = time - self.plan.timeframe_ms >= self.start
        return reached and max(self._seen) >= self.warmup

    def _sized(self, n: int) -> list[Row]:
        book = self.book
        missing = n * ORDER_SIZE_OF - len(self._orders)
        if missing > 0:
            self._orders.extend([0.0] * missing)
        m = size(
            self.decider.intents,
            n,
            book.state,
            book.account,
            book.terms,
            book.stride,
            book.symbols,
            book.equity(),
            *self._sizing,
            self.plan.max_open_positions,
            self._orders,
        )
        return [self._orders[i * ORDER_SIZE_OF : (i + 1) * ORDER_SIZE_OF] for i in range(m)]


def _little(floats: array[float]) -> array[float]:
    if sys.byteorder == "big":
        floats.byteswap()
    return floats
