"""The passes over a curve and over trades compile under Numba as they are, to the same bits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from given import HOUR, PERPETUAL, plan
from hypothesis import given, settings
from jitted import jitted
from market import Script, markets, scripts, timed

from tradewinds.engine.backtest import run
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs
from tradewinds.engine.outcome import curves, tallies, trips
from tradewinds.engine.records import FILL_LOTS

if TYPE_CHECKING:
    from tradewinds.engine.book import Row

PLAN: Final = plan(PERPETUAL, "ETH/USDT", costs=Costs(0.0005, 0.001, 0.0003))
ROOM: Final = 200

Column = np.ndarray[Any, Any]


def zeros(size: int) -> Column:
    return np.zeros(size)


class Compiled:
    """The passes, compiled once for all examples."""

    begin = staticmethod(jitted(curves.begin))
    follow = staticmethod(jitted(curves.follow))
    fill_trade = staticmethod(jitted(trips.fill_trade))
    widen = staticmethod(jitted(trips.widen))
    finish = staticmethod(jitted(trips.finish))
    tally = staticmethod(jitted(tallies.tally))


@dataclass
class Twin:
    """What a kernel keeps of a run, over NumPy arrays."""

    terms: Column = field(default_factory=lambda: np.array(PLAN.terms))
    rows: Column = field(default_factory=lambda: zeros(ROOM * trips.TRADE_SIZE_OF))
    open: Column = field(default_factory=lambda: np.full(2, trips.NONE))
    tags: Column = field(default_factory=lambda: zeros(4))
    state: Column = field(default_factory=lambda: zeros(curves.CURVE_SIZE_OF))
    days: Column = field(default_factory=lambda: zeros(9))
    dates: Column = field(default_factory=lambda: zeros(9))
    n: int = 0

    def bar_set(self, time: int, bars: list[float], fills: list[Row], equity: float) -> None:
        opened = float(time - HOUR)
        for row in fills:
            if row[FILL_LOTS] > 0.0:
                given = (np.array(row), 0, opened, self.tags, self.terms, self.open, self.rows)
                self.n = Compiled.fill_trade(*given, self.n)
        Compiled.widen(np.array(bars), opened, 2, self.open, self.rows)
        Compiled.follow(float(time), equity, self.state, self.days, self.dates)

    def tallies(self, fold: Fold, times: list[float]) -> list[list[float]]:
        closes = np.array([fold.book.last_close(symbol) for symbol in range(2)])
        last = (closes, np.array(times), float(HOUR), self.terms)
        Compiled.finish(self.rows, self.n, *last)
        sums = [zeros(tallies.TALLY_SIZE_OF) for _ in range(3)]
        for symbol, out in zip((tallies.EVERY, 0, 1), sums, strict=True):
            Compiled.tally(self.rows, self.n, symbol, out)
        return [out.tolist() for out in sums]


@settings(max_examples=50, deadline=None)
@given(markets(2), scripts(2))
def test_a_run_s_trades_and_curve_are_the_same_compiled(
    market: list[list[float]], script: list[list[Row]]
) -> None:
    result = run(PLAN, Script(script), timed(market), start=0)
    twin, fold = Twin(), Fold(PLAN, Script(script), start=0)
    Compiled.begin(PLAN.capital, 0.0, twin.state)
    times = [0.0, 0.0]
    for time, bars in timed(market):
        fills = fold.match(time, bars)
        for order in fold.decide(time, bars):
            fold.book.accept(order)
        twin.bar_set(time, bars, fills, fold.book.equity())
        times = [
            times[symbol] if np.isnan(bars[symbol * 5]) else float(time - HOUR)
            for symbol in range(2)
        ]
    assert twin.tallies(fold, times) == result.tallies
    summary = curves.summary_from(
        PLAN.capital, 0, twin.state.tolist(), twin.days.tolist(), twin.dates.tolist()
    )
    assert summary == result.summary
    found = twin.rows[: twin.n * trips.TRADE_SIZE_OF].reshape(-1, trips.TRADE_SIZE_OF)
    assert found[:, trips.TRADE_MAE].tolist() == [trade.mae for trade in result.trades]
    assert found[:, trips.TRADE_PROFIT].tolist() == [trade.profit for trade in result.trades]
