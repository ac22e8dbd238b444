"""Keeps what happens in a run, bar set by bar set, and makes the results of it."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tradewinds.engine.joint.positions import costs, joined, numbers
from tradewinds.engine.outcome import trips
from tradewinds.engine.outcome.curves import summarize
from tradewinds.engine.outcome.lines import Lines
from tradewinds.engine.outcome.orderhash import OrderHash, ordinals
from tradewinds.engine.outcome.results import (
    Curve,
    FillLine,
    OrderLine,
    Run,
    fill_line,
    order_line,
    trades_from,
)
from tradewinds.engine.outcome.tallies import EVERY, TALLY_SIZE_OF, tally
from tradewinds.engine.records import (
    BAR_SIZE,
    CANCEL,
    CLOSE,
    EXIT,
    FILL_KIND,
    FILL_LOTS,
    FUNDING,
    OPEN,
    ORDER_EFFECT,
    ORDER_SYMBOL,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.book import Row
    from tradewinds.engine.fold import Fold
    from tradewinds.engine.outcome.curves import Summary


@dataclass(slots=True)
class Watched:
    """What was seen of one symbol since the start."""

    first_open: float = math.nan
    last_close: float = math.nan
    first_time: int = 0
    last_time: int = 0
    bars: int = 0


class Recorder:
    """Watches a fold from its start on."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._plan = fold.plan
        self._part = fold.plan.capital / len(fold.plan.symbols)
        self._orders: list[OrderLine] = []
        self._fills: list[FillLine] = []
        self._rows: list[float] = []
        self._trades = 0
        self._open = [trips.NONE] * len(fold.plan.symbols)
        self._words: dict[str, int] = {}
        self._tags = [trips.NONE] * (2 * len(fold.plan.symbols))
        self._watched = [Watched() for _ in fold.plan.symbols]
        self._times = array("q")
        self._equity = array("d")
        self._held = array("d")
        self._exposed = 0
        self._held_back: Counter[str] = Counter()
        self._first_decision: int | None = None
        self._hash = OrderHash(fold.plan.symbols)

    def bar_set(
        self, time: int, bars: list[float], fills: Sequence[Row], orders: Sequence[Row]
    ) -> None:
        """Take a bar set with the fills inside it and the orders decided at its close."""
        opened = time - self._plan.timeframe_ms
        if opened < self._fold.start:
            return
        for row in fills:
            self._fill(opened, row)
        trips.widen(bars, opened, len(self._open), self._open, self._rows)
        for row, ordinal in zip(orders, ordinals(orders), strict=True) if orders else ():
            self._order(time, row, ordinal)
        if self._first_decision is None and self._fold.decides:
            self._first_decision = time
        self._times.append(time)
        self._equity.append(self._fold.book.equity())
        self._held.append(self._watch(opened, bars))
        self._exposed += not self._fold.book.flat
        self._held_back.update(one.pause[0] for one in self._fold.held_back)

    def _reasons_by_tag(self) -> Sequence[str]:
        """Return why a trade was entered or closed, at the place that its row has."""
        return list(self._words)

    def run(self) -> Run:
        """Return the results."""
        words = self._reasons_by_tag().__getitem__
        self._finish()
        trades = partial(trades_from, self._rows, self._trades, self._plan, words)
        return Run(
            plan=self._plan,
            start=self._fold.start,
            warmup=self._fold.warmup,
            first_decision=self._first_decision,
            bars=sum(seen.bars for seen in self._watched),
            gaps=sum(self._missing(seen) for seen in self._watched),
            orders=self._orders,
            fills=self._fills,
            trades=Lines(self._trades, trades),
            curve=Curve(self._times, self._equity, self._held),
            exposure=self._exposed / len(self._times) if self._times else None,
            summary=self._summary(self._equity),
            held_summary=self._summary(self._held),
            tallies=self._tallies(),
            order_hash=self._hash.hexdigest(),
            held_back=dict(sorted(self._held_back.items())),
        )

    def _finish(self) -> None:
        closes = [seen.last_close for seen in self._watched]
        times = [float(seen.last_time) for seen in self._watched]
        step = float(self._plan.timeframe_ms)
        trips.finish(self._rows, self._trades, closes, times, step, self._fold.book.terms)

    def _summary(self, values: Sequence[float]) -> Summary:
        return summarize(self._plan.capital, self._fold.start, self._times, values)

    def _tallies(self) -> list[list[float]]:
        """Return the sums of all trades, and of each symbol: of the only one they are the same."""
        every, symbols = self._tally(EVERY), range(len(self._open))
        return [every, *([every] if len(symbols) == 1 else map(self._tally, symbols))]

    def _tally(self, symbol: int) -> list[float]:
        sums = [0.0] * TALLY_SIZE_OF
        rows, n = self._rows, self._trades
        if symbol == EVERY and self._plan.joint:
            rows = joined(rows, numbers(rows, n), costs(rows, n, self._fold.book.terms))
            n = len(rows) // trips.TRADE_SIZE_OF
        tally(rows, n, symbol, sums)
        return sums

    def _watch(self, opened: int, bars: list[float]) -> float:
        total = 0.0
        for symbol, seen in enumerate(self._watched):
            close = bars[symbol * BAR_SIZE + CLOSE]
            if not math.isnan(close):
                if seen.bars == 0:
                    seen.first_open = bars[symbol * BAR_SIZE + OPEN]
                    seen.first_time = opened
                seen.bars += 1
                seen.last_close = close
                seen.last_time = opened
            growth = seen.last_close / seen.first_open if seen.bars else 1.0
            total += self._part * growth
        return total

    def _missing(self, seen: Watched) -> int:
        if seen.bars == 0:
            return 0
        return (seen.last_time - seen.first_time) // self._plan.timeframe_ms + 1 - seen.bars

    def _order(self, time: int, row: Row, ordinal: int) -> None:
        self._hash.order(time, row, ordinal)
        reason = self._fold.reason(row)
        if row[ORDER_EFFECT] != CANCEL:
            slot = 2 * int(row[ORDER_SYMBOL]) + (row[ORDER_EFFECT] == EXIT)
            self._tags[slot] = float(self._words.setdefault(reason, len(self._words)))
        self._orders.append(order_line(self._plan, time, row, ordinal, reason))

    def _trade(self, opened: int, row: Row) -> None:
        self._rows.extend(_ROOM)
        self._trades = trips.fill_trade(
            row,
            0,
            opened,
            self._tags,
            self._fold.book.terms,
            self._open,
            self._rows,
            self._trades,
        )
        del self._rows[self._trades * trips.TRADE_SIZE_OF :]

    def _fill(self, opened: int, row: Row) -> None:
        if row[FILL_KIND] == FUNDING:
            self._trade(opened, row)
        if row[FILL_LOTS] == 0.0:
            return
        self._hash.fill(opened, row)
        self._trade(opened, row)
        self._fills.append(fill_line(self._plan, opened, row))


_ROOM = [0.0] * trips.TRADE_SIZE_OF
