"""The buffers of a compiled run, in the order in which the loops take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tradewinds.engine.outcome import curves, trips
from tradewinds.engine.outcome.tallies import BEST, TALLY_SIZE_OF, WORST
from tradewinds.engine.records import (
    BAR_SIZE,
    FILL_SIZE_OF,
    INTENT_SIZE_OF,
    ORDER_PARTS,
    ORDER_SIZE_OF,
    ROWS_A_SYMBOL,
)
from tradewinds.kernel.feed import day_ends
from tradewinds.kernel.passes import facts as f
from tradewinds.kernel.running.provision import provided, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tradewinds.engine.decider import ProgramDecider
    from tradewinds.engine.fold import Fold
    from tradewinds.kernel.feed import Feed
    from tradewinds.kernel.program.module import Module

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]

ROOM = 1_024  # rows that a log holds at first, or
BARS_A_ROW = 64  # one for so many bars, which costs nothing until it is written


class Frame:
    """One run's memory. `keeps` is NOTHING, TRADES_ALONE or ALL.

    A frame made `like` another, before that one ran, shares with it what both have of the bars.
    """

    def __init__(
        self,
        fold: Fold,
        decider: ProgramDecider,
        feed: Feed,
        module: Module,
        *,
        keeps: int,
        like: Frame | None = None,
    ) -> None:
        plan, symbols = fold.plan, len(fold.plan.symbols)
        self.feed = feed
        self.facts: Wholes = _facts(fold, feed, keeps) if like is None else like.facts.copy()
        self.facts[f.STRIDE] = fold.book.stride
        first = int(self.facts[f.FIRST])
        self.ends: Wholes = (
            day_ends(feed.times, first, plan.timeframe_ms) if like is None else like.ends
        )
        sizing = (0.0, np.nan) if plan.sizing is None else (plan.sizing.mode, plan.sizing.value)
        self.sizing = _floats(sizing)
        self.terms = _floats(plan.terms)
        self.parameters = _floats(decider.parameters or [0.0])
        self.offsets = np.array(decider.offsets or [0], np.int64)
        self.state = _floats(fold.book.state)
        self.account = _floats(fold.book.account)
        self.intents = _floats(decider.intents)
        self.given, self.memory, self.wishes = provided(fold, decider)
        most = rows_of(fold) if len(self.wishes) > 1 else len(decider.intents) // INTENT_SIZE_OF
        self.sized = np.zeros(most * ORDER_SIZE_OF)
        self.filled = np.zeros(ROWS_A_SYMBOL * FILL_SIZE_OF * symbols)
        self.wakes = np.zeros(f.BLOCK if module.tests else 1, np.uint8)
        self.tests = np.zeros(f.BLOCK * module.tests or 1, np.uint8)
        self.values = np.zeros(f.BLOCK * module.values or 1)
        self.tags = np.full(2 * symbols, trips.NONE)
        self.opened = np.full(symbols, trips.NONE)
        room = max(ROOM, len(feed) // BARS_A_ROW)
        self.rows = np.zeros((room if keeps else symbols) * trips.TRADE_SIZE_OF)
        self.curve = np.zeros(curves.CURVE_SIZE_OF)
        curves.begin(plan.capital, fold.start, self.curve)  # type: ignore[arg-type]  # flat, too
        self.days = np.zeros(len(self.ends))
        self.dates = np.zeros(len(self.ends))
        kept = keeps == f.ALL
        self.orders = np.zeros(room * (ORDER_PARTS + 1) if kept else 1)
        self.fills = np.zeros(room * (FILL_SIZE_OF + 1) if kept else 1)
        self.worth = np.zeros(max(len(feed) - first, 1) if kept else 1)
        self.sums = np.zeros(TALLY_SIZE_OF)
        self.sums[BEST], self.sums[WORST] = -np.inf, np.inf
        self.bars = np.zeros(symbols * BAR_SIZE)
        self.zeros = np.zeros(symbols)

    def arguments(self, begin: int, until: int) -> tuple[Any, ...]:
        """Return what `loops.whole` and `loops.blocks` take."""
        return (
            begin, until, self.feed.times, *self.feed.figures, self.ends, self.facts, self.sizing,
            self.terms, self.parameters, self.offsets, self.state, self.account, self.bars,
            np.zeros_like(self.zeros), self.filled, self.intents, self.sized, self.wakes,
            self.tests, self.values, self.tags, self.opened, self.rows, self.curve, self.days,
            self.dates, self.orders, self.fills, self.worth, self.sums, self.zeros,
            self.given, self.memory, self.wishes,
        )  # fmt: skip

    def grow(self) -> None:
        """Give what is kept twice the room."""
        self.rows = _doubled(self.rows)
        self.orders = _doubled(self.orders)
        self.fills = _doubled(self.fills)


def _facts(fold: Fold, feed: Feed, keeps: int) -> Wholes:
    plan, symbols = fold.plan, len(fold.plan.symbols)
    facts = np.zeros(f.FACTS, np.int64)
    facts[f.BARS] = len(feed)
    facts[f.FIRST] = first = int(feed.times.searchsorted(fold.start))
    facts[f.DECIDES] = max(first, _warm(feed, symbols, fold.warmup))
    facts[f.SYMBOLS] = symbols
    facts[f.LENGTH] = plan.timeframe_ms
    facts[f.MOST_OPEN] = plan.max_open_positions
    facts[f.KEEPS] = keeps
    return facts


def _warm(feed: Feed, symbols: int, warmup: int) -> int:
    """Return the set at which a symbol has had its bars of warm-up; the number of all if none."""
    if not feed.has_gaps:
        return min(warmup - 1, len(feed))
    found = [len(feed)]
    for column in feed.closes.reshape(symbols, len(feed)):
        there = np.flatnonzero(~np.isnan(column))
        found += [int(there[warmup - 1])] if len(there) >= warmup else []
    return min(found)


def _floats(values: Any) -> Floats:
    return np.array(values, np.float64)


def _doubled(column: Floats) -> Floats:
    return np.concatenate([column, np.zeros_like(column)])
