"""One Strategy that is run again and again, each time afresh, over any stretch of its bars."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tradewinds.backtesting.series import rows
from tradewinds.checking.watched import Places, watched
from tradewinds.engine.backtest import run
from tradewinds.engine.barsets import bar_sets
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.sources import decider_from, load_strategy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tradewinds.checking.watched import Watch
    from tradewinds.engine.decider import Decider
    from tradewinds.engine.outcome.results import FillLine, OrderLine
    from tradewinds.engine.plan import Plan
    from tradewinds_store.bars import Bars


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run did; `places` says which line of a class ordered, by close and symbol."""

    orders: Sequence[OrderLine]
    fills: Sequence[FillLine]
    places: Places

    def where(self, order: OrderLine) -> str:
        """Return the line of a class or the rule that ordered."""
        return self.places.get((order.time, order.symbol), order.reason)


@dataclass(frozen=True, slots=True)
class Subject:
    """A Strategy with its plan and bars; `start` and `end` are open times, `warmup` its bars."""

    name: str
    spec: Mapping[str, Any]
    modules: Mapping[str, str]
    plan: Plan
    bars: Mapping[str, Bars]
    start: int
    end: int
    warmup: int
    tick: Callable[[], None] = field(default=lambda: None)

    @property
    def step(self) -> int:
        return self.plan.timeframe_ms

    def run(
        self,
        *,
        start: int | None = None,
        end: int | None = None,
        warmup: int | None = None,
        watch: Watch | None = None,
    ) -> Seen:
        """Run from `start` to before `end`, `warmup` bars read ahead; each as the subject's own."""
        self.tick()
        begin = self.start if start is None else start
        ahead = self.warmup if warmup is None else warmup
        first = begin - ahead * self.step
        cut = {symbol: bars.between(first, end or self.end) for symbol, bars in self.bars.items()}
        places: Places = {}
        plan = replace(self.plan, warmup=ahead)
        series = {symbol: rows(bars) for symbol, bars in cut.items()}
        sets = bar_sets(plan.symbols, self.step, series)
        done = run(plan, self._decider(places, watch), sets, start=begin)
        return Seen(done.orders, done.fills, places)

    def closes(self) -> list[int]:
        """Return the close of every bar of the first symbol in the period."""
        first = self.bars[self.plan.symbols[0]].between(self.start, self.end)
        return [time + self.step for time in first.time.tolist()]

    def _decider(self, places: Places, watch: Watch | None) -> Decider:
        python = self.spec.get("python")
        if not python:
            return decider_from(self.spec, self.plan)
        strategy = load_strategy(python["module"], python["class"], self.modules)
        return ClassDecider(
            watched(strategy, places, watch),
            self.spec.get("parameters"),
            bracket=self.spec.get("bracket"),
            code="checked",
        )
