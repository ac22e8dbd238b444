"""From what a compiled run kept to its `Run`: the recorder hears of orders and fills alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tradewinds.engine.curves import summary_from
from tradewinds.engine.orderhash import ordinals
from tradewinds.engine.recorder import Recorder, Watched
from tradewinds.engine.records import FILL_SIZE_OF, ORDER_PARTS
from tradewinds.engine.trips import TRADE_SIZE_OF
from tradewinds.kernel import facts as f
from tradewinds.kernel.garbage import without_collecting
from tradewinds.kernel.summing import summarized

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tradewinds.engine.book import Row
    from tradewinds.engine.curves import Summary
    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.engine.fold import Fold
    from tradewinds.engine.results import Run
    from tradewinds.kernel.frame import Frame


class Replay(Recorder):
    """A recorder that is told by a frame what happened, all of it at once."""

    def __init__(self, fold: Fold, decider: ProgramDecider, frame: Frame) -> None:
        super().__init__(fold)
        self._frame = frame
        self._reasons = decider.program.reasons

    def run(self) -> Run:
        """Return the results."""
        with without_collecting():
            self._events()
            self._curves()
            facts = self._frame.facts
            self._exposed = int(facts[f.EXPOSED])
            self._trades = int(facts[f.TRADES])
            self._rows = self._frame.rows[: self._trades * TRADE_SIZE_OF].tolist()
            self._words = {words: tag for tag, words in enumerate(self._reasons)}
            return super().run()

    def _events(self) -> None:
        """Replay orders and fills by bar set: fills inside it first, then orders at its close."""
        frame, length = self._frame, self._plan.timeframe_ms
        orders = _by_set(frame.orders, ORDER_PARTS, int(frame.facts[f.ORDERS]))
        fills = _by_set(frame.fills, FILL_SIZE_OF, int(frame.facts[f.FILLS]))
        for place in sorted({*orders, *fills}):
            opened = int(frame.feed.times[place])
            for row in fills.get(place, ()):
                self._fill(opened, row)
            batch = orders.get(place, [])
            for row, ordinal in zip(batch, ordinals(batch), strict=True):
                self._order(opened + length, row, ordinal)

    def _trade(self, opened: int, row: Row) -> None:
        """Leave trades to the frame, which has followed them."""

    def _curves(self) -> None:
        feed, first = self._frame.feed, int(self._frame.facts[f.FIRST])
        length = self._plan.timeframe_ms
        self._closes = feed.times[first:] + length
        self._times = self._closes.tolist()
        self._equity = self._frame.worth[: len(self._times)].tolist()
        held = np.zeros(len(self._times))
        symbols = range(len(self._plan.symbols))
        for symbol in symbols:
            column = slice(symbol * len(feed) + first, (symbol + 1) * len(feed))
            growth = self._seen(
                symbol, feed.times[first:], *(each[column] for each in feed.figures)
            )
            held += self._part * growth
        self._grown = held
        self._held = held.tolist()
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

    def _summary(self, values: list[float]) -> Summary:
        if values is self._held:
            times = self._closes.astype(np.float64)
            return summarized(self._plan.capital, self._fold.start, times, self._grown)
        frame = self._frame
        state, days, dates = frame.curve.tolist(), frame.days.tolist(), frame.dates.tolist()
        return summary_from(self._plan.capital, self._fold.start, state, days, dates)


def _by_set(kept: NDArray[np.float64], width: int, count: int) -> dict[int, list[Row]]:
    """Return kept rows by the number of their bar set."""
    found: dict[int, list[Row]] = {}
    for place, *row in kept[: count * (width + 1)].reshape(count, width + 1).tolist():
        found.setdefault(int(place), []).append(row)
    return found
