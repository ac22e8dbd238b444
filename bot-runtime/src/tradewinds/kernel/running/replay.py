"""From what a compiled run kept to its `Run`."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewinds.engine.outcome.curves import summary_from
from tradewinds.engine.outcome.lines import Lines
from tradewinds.engine.outcome.recorder import Recorder, Watched
from tradewinds.engine.outcome.trips import TRADE_SIZE_OF
from tradewinds.engine.records import FILL_LOTS, FILL_SIZE_OF, ORDER_PARTS, ORDER_TAG
from tradewinds.kernel.passes import facts as f
from tradewinds.kernel.passes.extras import MADE_WORDS
from tradewinds.kernel.running.garbage import without_collecting
from tradewinds.kernel.running.logs import fill_lines, logged, order_hash, order_lines
from tradewinds.kernel.running.provision import held_back
from tradewinds.kernel.running.summing import summarized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.engine.fold import Fold
    from tradewinds.engine.outcome.curves import Summary
    from tradewinds.engine.outcome.results import Run
    from tradewinds.kernel.running.frame import Frame
    from tradewinds.kernel.running.logs import Log


class Replay(Recorder):
    """A recorder that is told by a frame what happened, all of it at once."""

    def __init__(self, fold: Fold, decider: ProgramDecider, frame: Frame) -> None:
        super().__init__(fold)
        self._frame = frame
        self._reasons = decider.program.reasons

    def run(self) -> Run:
        """Return the results; lines of orders and fills are made for those who read any."""
        frame, plan, facts = self._frame, self._plan, self._frame.facts
        opens = frame.feed.times
        closes = opens + plan.timeframe_ms
        with without_collecting():
            orders = logged(frame.orders, ORDER_PARTS, int(facts[f.ORDERS]), closes)
            fills = logged(frame.fills, FILL_SIZE_OF, int(facts[f.FILLS]), opens)
            fills = fills.where(fills.rows[:, FILL_LOTS] != 0.0)
            self._curves()
            self._exposed = int(facts[f.EXPOSED])
            self._trades = int(facts[f.TRADES])
            self._rows = frame.rows[: self._trades * TRADE_SIZE_OF].tolist()
            self._held_back.update(held_back(frame.memory, frame.given))
            return replace(
                super().run(),
                orders=Lines(len(orders), partial(order_lines, plan, orders, self._said(orders))),
                fills=Lines(len(fills), partial(fill_lines, plan, fills)),
                order_hash=order_hash(plan.symbols, orders, fills),
            )

    def _reasons_by_tag(self) -> Sequence[str]:
        return (*self._reasons, *MADE_WORDS)

    def _said(self, orders: Log) -> dict[float, str]:
        """Return the words of each tag, so that lines need nothing of the run any more."""
        _, some = np.unique(orders.rows[:, ORDER_TAG], return_index=True)
        return {row[ORDER_TAG]: self._fold.reason(row) for row in orders.rows[some].tolist()}

    def _curves(self) -> None:
        feed, first = self._frame.feed, int(self._frame.facts[f.FIRST])
        length = self._plan.timeframe_ms
        self._closes = feed.times[first:] + length
        self._times = array("q", self._closes.tobytes())
        self._equity = array("d", self._frame.worth[: len(self._times)].tobytes())
        held = np.zeros(len(self._times))
        symbols = range(len(self._plan.symbols))
        for symbol in symbols:
            column = slice(symbol * len(feed) + first, (symbol + 1) * len(feed))
            growth = self._seen(
                symbol, feed.times[first:], *(each[column] for each in feed.figures)
            )
            held += self._part * growth
        self._grown = held
        self._held = array("d", held.tobytes())
        decides = int(self._frame.facts[f.DECIDES])
        if decides < len(feed):
            self._first_decision = int(feed.times[decides]) + length

    def _seen(self, symbol: int, times: NDArray[Any], *figures: NDArray[Any]) -> NDArray[Any]:
        """Watch a symbol's bars; return how it has grown since its first open."""
        opens, closes = figures[0], figures[3]
        there = np.flatnonzero(~np.isnan(closes))
        if not len(there):
            return np.ones(len(times))
        first, last = there[[0, -1]]
        self._watched[symbol] = Watched(
            first_open=float(opens[first]),
            last_close=float(closes[last]),
            first_time=int(times[first]),
            last_time=int(times[last]),
            bars=len(there),
        )
        if len(there) == len(closes):
            whole: NDArray[Any] = closes / opens[first]
            return whole
        latest = np.zeros(len(times), np.int64)
        latest[there] = there
        growth: NDArray[Any] = closes[np.maximum.accumulate(latest)] / opens[first]
        growth[:first] = 1.0
        return growth

    def _summary(self, values: Sequence[float]) -> Summary:
        if values is self._held:
            times = self._closes.astype(np.float64)
            return summarized(self._plan.capital, self._fold.start, times, self._grown)
        frame = self._frame
        state, days, dates = frame.curve.tolist(), frame.days.tolist(), frame.dates.tolist()
        return summary_from(self._plan.capital, self._fold.start, state, days, dates)
