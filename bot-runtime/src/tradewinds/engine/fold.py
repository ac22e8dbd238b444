"""A Strategy's state as a fold over bars and fills: one close after the other, nothing else.

A backtest and a bot run the same fold. The difference is who says that an order lives: the backtest
at once, the gateway through its ledger, which is why `decide` does not accept its own orders.
"""

from __future__ import annotations

import math
import sys
from array import array
from itertools import islice
from typing import TYPE_CHECKING

from tradewinds.engine.book import Book
from tradewinds.engine.errors import StateError
from tradewinds.engine.guards import Guards, serve
from tradewinds.engine.joint import Joint
from tradewinds.engine.joint.layout import MISSING, MISSING_WORDS
from tradewinds.engine.measure import Measure
from tradewinds.engine.portfolio import Portfolio
from tradewinds.engine.records import (
    BAR_SIZE,
    CLOSE,
    INTENT_SIZE_OF,
    LEVERAGE,
    ORDER_SIZE_OF,
    ORDER_TAG,
)
from tradewinds.engine.sizing.size import size
from tradewinds_crds.canonical import digest

if TYPE_CHECKING:
    from tradewinds.engine.book import Row
    from tradewinds.engine.decider import Decider
    from tradewinds.engine.filling.detail import Detail
    from tradewinds.engine.guards import HeldBack
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
        self.guards = Guards(plan.guards, plan.symbols)
        self.portfolio = Portfolio(plan.portfolio, len(plan.symbols))
        self.measure = Measure(plan.measure, len(plan.symbols))
        self.joint = Joint(plan.joint)
        self.held_back: list[HeldBack] = []  # entries of this close that the guards kept
        decider.bind(self.book)
        self.start = start
        derived = max(decider.warmup, self.measure.warmup)
        self.warmup = derived if plan.warmup is None else plan.warmup
        self.reads_from = start - self.warmup * plan.timeframe_ms
        self.time = 0
        self.decides = False
        self._seen = [0] * len(plan.symbols)
        self._fills: list[Row] = []
        self._wanted: list[float] = []
        self._orders: list[float] = []
        self._sizing = (0, math.nan)
        if plan.sizing is not None:
            self._sizing = (plan.sizing.mode, plan.sizing.value)

    def match(self, time: int, bars: list[float], detail: Detail | None = None) -> list[Row]:
        """Fill what the bar set of this close time fills, before `decide` of it; for a backtest."""
        opened = time - self.plan.timeframe_ms
        if detail is None:
            rows = self.book.match(bars, opened)
        else:
            rows = detail.match(self.book, opened, bars)
        rows += self.book.fund(bars, self.time or time, time)
        for row in rows:
            self._heard(row)
        return rows

    def applied(self, row: Row) -> None:
        """Apply a fill that the gateway reports, before `decide` of the bar set it belongs to."""
        self.book.apply_fill(row)
        self._heard(row)

    def inherited(self, row: Row, time: int) -> None:
        """Apply a fill from before the anchor, in the bar that closed at `time`; nobody reacts."""
        self.book.apply_fill(row)
        self.measure.fill(row, self.book)
        if self.guards:
            self.guards.fill(row, time, self.book)

    def decide(self, time: int, bars: list[float]) -> list[Row]:
        """Close the bar set of this close time and return the orders; the caller accepts them."""
        if time <= self.time:
            raise StateError(
                f"Strategy {self.plan.name}: the bars of {time} came after those of {self.time},"
                " expected each close once and in order"
            )
        self.time = time
        self.held_back = []
        self.book.mark(bars)
        self.measure.close(time, bars)
        self.decides = self.decides or self._is_warm(time, bars)
        n = self.decider.decide(time, bars, deciding=self.decides)
        if self.guards:
            self.guards.close(time, bars, self._fills, self.book)
            self._fills.clear()
        intents = self.decider.intents
        if self.portfolio:
            opened = time - self.plan.timeframe_ms
            n = self.portfolio.rotate(intents, n, opened, self.book)
            intents = self.portfolio.intents
        if self.joint:
            n = self.joint.expand(intents, n, self.book) if self.decides else 0
            intents = self.joint.intents
        return self._sized(intents, n) if n or (self.guards and self.decides) else []

    def reason(self, order: Row) -> str:
        """Return why an order was made, in the strategy's words."""
        tag = int(order[ORDER_TAG])
        if tag == -MISSING:
            return MISSING_WORDS
        return self.decider.reason(tag) if tag >= 0 else self.guards.word(tag)

    def stop(self) -> None:
        """Let the strategy hear that there will be no more bars."""
        self.decider.stop()

    @property
    def code_hash(self) -> str:
        """What decides: the code, its parameters and the constants that shape its decisions."""
        plan = self.plan
        sizing = None if plan.sizing is None else [plan.sizing.mode, plan.sizing.value]
        leverage = plan.terms[LEVERAGE]
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
                **({"maxLeverage": leverage} if leverage > 1.0 else {}),
                **({"guards": [repr(one) for one in plan.guards.settings]} if plan.guards else {}),
                **({"portfolio": list(plan.portfolio)} if plan.portfolio else {}),
                **({"measure": list(plan.measure)} if plan.measure else {}),
                **({"joint": list(plan.joint)} if plan.joint else {}),
            }
        )

    @property
    def layout_hash(self) -> str:
        """How the bytes of the state are laid out."""
        laid = {"symbols": len(self.plan.symbols), "stride": self.book.stride, "version": 1}
        guards = {"guards": len(self.guards.state)} if self.guards else {}
        portfolio = {"portfolio": len(self.portfolio.state)} if self.portfolio else {}
        measure = {"measure": len(self.measure.state)} if self.measure else {}
        return digest({**laid, **guards, **portfolio, **measure})

    def state_bytes(self) -> bytes | None:
        """Return the whole state exactly, None where a Python class keeps some of it."""
        if not self.decider.flat:
            return None
        head = [float(self.time), float(self.decides), *(float(n) for n in self._seen)]
        parts = (array("d", part) for part in (head, *self._parts))
        return b"".join(_little(part).tobytes() for part in parts)

    def restore(self, state: bytes) -> None:
        """Take the state of an equal fold; `StateError` if it does not fit."""
        symbols = len(self.plan.symbols)
        floats = array("d")
        expected = 2 + symbols + sum(len(part) for part in self._parts)
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
        rest = iter(values[2 + symbols :])
        for part in self._parts:
            part[:] = islice(rest, len(part))

    @property
    def _parts(self) -> tuple[list[float], ...]:
        """The buffers that hold the state, in the order of its bytes."""
        book, owners = self.book, (self.guards, self.portfolio, self.measure)
        return book.account, book.state, *(each.state for each in owners), book.tiers.traded

    def _is_warm(self, time: int, bars: list[float]) -> bool:
        for symbol in range(len(self._seen)):
            if not math.isnan(bars[symbol * BAR_SIZE + CLOSE]):
                self._seen[symbol] += 1
        reached = time - self.plan.timeframe_ms >= self.start
        return reached and max(self._seen) >= self.warmup

    def _sized(self, intents: list[float], n: int) -> list[Row]:
        book = self.book
        if self.measure:
            self.measure.resize(intents, n)
        if self.guards or n > 1:
            _make_room(self._wanted, (n + 2 * book.symbols) * INTENT_SIZE_OF)
            n = self._served(intents, n)
            intents = self._wanted
        if self.joint:
            n = self.joint.share(intents, n, book, self._sizing)
        _make_room(self._orders, n * ORDER_SIZE_OF)
        m = size(
            intents,
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
        m = self.joint.whole(self._orders, m) if self.joint else m
        return [self._orders[i * ORDER_SIZE_OF : (i + 1) * ORDER_SIZE_OF] for i in range(m)]

    def _served(self, intents: list[float], n: int) -> int:
        if not self.guards:
            return serve(intents, n, 0, self._wanted)
        m = self.guards.admit(intents, n, self.time, self.book, self._wanted)
        self.held_back = self.guards.held_back(intents, n, self.time)
        return m

    def _heard(self, row: Row) -> None:
        self.decider.filled(row)
        self.measure.fill(row, self.book)
        if self.guards:
            self._fills.append(row)


def _make_room(buffer: list[float], floats: int) -> None:
    missing = floats - len(buffer)
    if missing > 0:
        buffer.extend([0.0] * missing)


def _little(floats: array[float]) -> array[float]:
    if sys.byteorder == "big":
        floats.byteswap()
    return floats
