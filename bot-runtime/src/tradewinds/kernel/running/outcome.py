"""What passes left that kept sums alone, and what holding the symbols would have left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tradewinds.engine.outcome import curves, tallies, trips
from tradewinds.engine.outcome.curves import DAY_MS, Summary
from tradewinds.kernel.passes import facts as f
from tradewinds.kernel.running.figures import Passes

if TYPE_CHECKING:
    from tradewinds.engine.fold import Fold
    from tradewinds.kernel.feed import Feed, Floats, Wholes
    from tradewinds.kernel.running.frame import Frame


class Outcomes:
    """Collects what frames left, a row a frame."""

    def __init__(self, fold: Fold, frame: Frame, count: int) -> None:
        self._fold = fold
        self._feed = frame.feed
        self._first = int(frame.facts[f.FIRST])
        self._ends = frame.ends[:-1]
        self._last = _last(frame.feed, len(fold.plan.symbols))
        self.closes = np.zeros((count, len(frame.ends)))  # equity at the ends of days
        self.curve = np.zeros((count, curves.CURVE_SIZE_OF))
        self.sums = np.zeros((count, tallies.TALLY_SIZE_OF))
        self._exposed = np.zeros(count)

    def take(self, place: int, frame: Frame) -> None:
        """Take what a frame's pass left."""
        self.closes[place] = frame.days
        self.curve[place] = frame.curve
        self.sums[place] = frame.sums
        self.close(place, frame.facts, frame.opened, frame.rows)

    def close(self, place: int, facts: Wholes, opened: Floats, rows: Floats) -> None:
        """Take what else a pass left; its open trades are marked."""
        self._exposed[place] = facts[f.EXPOSED]
        for at in opened.tolist():
            if at >= 0.0:
                self._mark(place, rows[int(at) : int(at) + trips.TRADE_SIZE_OF].tolist())

    @property
    def days(self) -> Wholes:
        """The ends of the days, in ms."""
        closes = self._feed.times[self._ends] + self._fold.plan.timeframe_ms
        found: Wholes = ((closes - 1) // DAY_MS + 1) * DAY_MS
        return found

    def passes(self) -> Passes:
        """Return all of it."""
        plan = self._fold.plan
        return Passes(
            capital=plan.capital,
            start=self._fold.start,
            count=len(self._feed) - self._first,
            days=self.closes[:, :-1],
            curve=self.curve,
            sums=self.sums,
            exposed=self._exposed,
            held=self._held(),
        )

    def _mark(self, place: int, row: list[float]) -> None:
        """Add a trade that is open, marked at the last close."""
        plan = self._fold.plan
        terms = self._fold.book.terms
        trips.finish(row, 1, *self._last, float(plan.timeframe_ms), terms)
        self.sums[place, tallies.PROFIT] += row[trips.TRADE_PROFIT]
        self.sums[place, tallies.FEES] += row[trips.TRADE_FEES]
        self.sums[place, tallies.NOTIONAL] += row[trips.TRADE_NOTIONAL]
        self.sums[place, tallies.FUNDING] += row[trips.TRADE_FUNDING]

    def _held(self) -> Summary:
        """Return equal parts of the capital held in each symbol, at the ends of the days alone."""
        fold, feed, symbols = self._fold, self._feed, len(self._fold.plan.symbols)
        total = np.zeros(len(self._ends))
        for symbol in range(symbols):
            column = slice(symbol * len(feed) + self._first, (symbol + 1) * len(feed))
            opens, closes = feed.figures[0][column], feed.closes[column]
            places = self._ends - self._first
            grown = growth(opens, closes, places, has_gaps=feed.has_gaps)
            total += fold.plan.capital / symbols * grown
        times = feed.times[self._ends] + fold.plan.timeframe_ms
        return Summary(
            capital=fold.plan.capital,
            start=fold.start,
            end=int(times[-1]) if len(times) else fold.start,
            last=float(total[-1]) if len(total) else fold.plan.capital,
            depth=0.0,
            below=0,
            deep_time=fold.start,
            low_time=fold.start,
            back_time=fold.start,
            days=total.tolist(),
            dates=((times - 1) // DAY_MS).tolist(),
        )


def growth(opens: Floats, closes: Floats, places: Wholes, *, has_gaps: bool) -> Floats:
    """Return how a symbol has grown at some bar sets since its first open; 1 before it."""
    if not has_gaps:
        return closes[places] / opens[:1]
    there = np.flatnonzero(~np.isnan(closes))
    if not len(there):
        return np.ones(len(places))
    latest = np.searchsorted(there, places, side="right") - 1
    found: Floats = closes[there[np.maximum(latest, 0)]] / opens[there[0]]
    return np.where(latest < 0, 1.0, found)


def _last(feed: Feed, symbols: int) -> tuple[list[float], list[float]]:
    """Return each symbol's last close, and the open time of that bar."""
    if not feed.has_gaps:
        last = feed.closes.reshape(symbols, len(feed))[:, -1:]
        return last.ravel().tolist(), [float(feed.times[-1])] * symbols if len(feed) else []
    closes, times = [0.0] * symbols, [0.0] * symbols
    for symbol, column in enumerate(feed.closes.reshape(symbols, len(feed))):
        there = np.flatnonzero(~np.isnan(column))
        if len(there):
            closes[symbol] = float(column[there[-1]])
            times[symbol] = float(feed.times[there[-1]])
    return closes, times
