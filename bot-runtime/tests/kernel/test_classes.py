"""Python classes with everything around them compiled: the event loop's run, to the last bit."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from given import HOUR, PERPETUAL, plan

from tradewinds import Bar, Fill, Strategy
from tradewinds import indicators as ta
from tradewinds.engine import backtest
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.errors import StrategyError
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs
from tradewinds.engine.outcome.orderhash import OrderHash, ordinals
from tradewinds.kernel import classes, run
from tradewinds.kernel.feed import sets_of
from tradewinds.kernel.support import runs_class
from tradewinds_store.bars import Bars

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds.engine.plan import Plan

COSTS = Costs(
    maker=0.0005,
    taker=0.001,
    slippage=0.0003,
    spread=0.0002,
    impact=0.01,
    funding=0.001,
    maintenance=0.005,
    liquidation=0.002,
)
THIN = replace(COSTS, max_volume_share=1.5)
FIRST = 1_704_067_200_000


class Lively(Strategy):
    """Orders of every kind, by chance and by its indicators; hears fills and asks for equity."""

    def on_start(self) -> None:
        self.mean = self.indicator(ta.ema, "close", 4)
        self.macd = self.indicator(ta.macd, self.indicator(ta.sma, "high", 2), 3, 6, 4)
        self.atr = self.indicator(ta.atr, 5)
        self.session = self.indicator(ta.session_vwap, 13.5)
        self.price = self.series("close")
        self.lost = 0.0
        self.seen: list[float] = []

    def on_bar(self, bar: Bar) -> None:
        chance, symbol = self.random, bar.symbol
        self.seen += [self.mean[symbol, 1], self.macd.signal[symbol], self.price[symbol, 3]]
        position = self.position(symbol)
        if chance.random() < 0.2:
            self.cancel(symbol)
        if position.flat and self.mean[symbol] > min(self.price[symbol, 2], self.session[symbol]):
            self._enter(symbol, bar.close, 1 if chance.random() < 0.6 else -1)
        elif not position.flat and chance.random() < 0.15:
            half = abs(position.quantity) / 2 if chance.random() < 0.4 else None
            self.close(symbol, quantity=half, tag=f"after {len(self.seen)}")
        if chance.random() < 0.1:
            self.lost += 1000.0 - self.equity
        if chance.random() < 0.05:
            self.lost += sum(self.mean.values(symbol)[-3:])

    def on_fill(self, fill: Fill) -> None:
        self.lost += fill.fee * self.position(fill.symbol).quantity
        if not fill.opened and self.random.random() < 0.3:
            self.buy(fill.symbol, quote=50 + min(abs(self.lost), 50.0), tag="again")

    def _enter(self, symbol: str, close: float, side: int) -> None:
        chance = self.random
        away = self.atr[symbol] * (1 + chance.random())
        terms: dict[str, Any] = {"tag": f"mood {chance.randrange(3)}"}
        terms |= chance.choice([{}, {"equity": 0.4}, {"quantity": 1.5}])
        terms |= chance.choice(
            [{}, {"limit": close - side * away / 2, "valid_bars": 3}, {"stop": close + side * away}]
        )
        terms |= chance.choice([{}, {"stop_loss": close - side * away}, {"stop_loss_by": away}])
        terms |= chance.choice(
            [{}, {"take_profit_by": 2 * away}, {"take_profit": close + side * away * 3}]
        )
        terms |= chance.choice([{}, {}, {"trailing_stop_by": away}, {"time_stop": 7}])
        (self.buy if side > 0 else self.sell)(symbol, **terms)


class Jointly(Lively):
    def on_bars(self, bars: Mapping[str, Bar]) -> None:
        for bar in bars.values():
            self.on_bar(bar)


def market(seed: int, count: int = 700) -> Bars:
    """Return a walk on the grid, with holes in its time."""
    chance = random.Random(seed)  # noqa: S311  # a market, no secret
    price, rows = 100.0, []
    for i in range(count):
        close = round(max(price * (1 + chance.gauss(0, 0.02)), 1.0), 1)
        high = round(max(price, close) + abs(chance.gauss(0, 0.5)), 1)
        low = round(max(min(price, close) - abs(chance.gauss(0, 0.5)), 0.5), 1)
        if chance.random() > 0.05:
            rows.append((FIRST + i * HOUR, price, high, low, close, 1.0))
        price = close
    columns = list(zip(*rows, strict=True))
    return Bars(np.array(columns[0], np.int64), *(np.array(one) for one in columns[1:]))


def terms(costs: Costs = COSTS, **spec: Any) -> Plan:
    return plan(PERPETUAL, costs=costs, sizing={"equity": "40%"}, **spec)


def decider(strategy: type[Strategy]) -> ClassDecider:
    return ClassDecider(strategy, code="tested")


def in_a_bot(on: Plan, strategy: type[Strategy], series: Mapping[str, Bars], start: int) -> str:
    """Fold as a bot does, hearing of its fills from elsewhere; return the order hash."""
    fold, hashed = Fold(on, decider(strategy), start=start), OrderHash(on.symbols)
    for time, bars in sets_of(on, series):
        if time - HOUR < fold.reads_from:
            continue
        book = fold.book.copy()
        rows = book.match(bars)
        for row in rows + book.fund(bars, fold.time or time, time):
            fold.applied(row)
            hashed.fill(time - HOUR, row)
        orders = fold.decide(time, bars)
        for order, ordinal in zip(orders, ordinals(orders), strict=True):
            hashed.order(time, order, ordinal)
            fold.book.accept(order)
    return hashed.hexdigest()


@pytest.mark.parametrize("strategy", [Lively, Jointly])
@pytest.mark.parametrize("seed", range(8))
def test_run_is_that_of_the_event_loop_and_of_a_bot(seed: int, strategy: type[Strategy]) -> None:
    series = {PERPETUAL: market(seed)}
    on, start = terms(THIN if seed % 2 else COSTS), FIRST + (seed * 20) * HOUR
    told = run(on, decider(strategy), series, start=start)
    looped = backtest.run(on, decider(strategy), sets_of(on, series), start=start)
    assert told.order_hash == looped.order_hash == in_a_bot(on, strategy, series, start)
    assert told.orders == looped.orders
    assert told.fills == looped.fills
    assert told.trades == looped.trades
    assert told.curve == looped.curve
    assert told.stats == looped.stats
    assert told.first_decision == looped.first_decision
    assert len(told.trades) > 20


def test_blocks_of_bars_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    series = {PERPETUAL: market(3)}
    whole = run(terms(), decider(Lively), series, start=FIRST)
    monkeypatch.setattr(classes, "BLOCK", 7)
    assert run(terms(), decider(Lively), series, start=FIRST).order_hash == whole.order_hash


def test_column_that_is_known_ahead_ends_at_the_bar_that_decides() -> None:
    lengths: list[int] = []

    class Looks(Strategy):
        def on_start(self) -> None:
            self.price = self.series("close")

        def on_bar(self, bar: Bar) -> None:
            values = self.price.values(bar.symbol)
            assert values[-1] == bar.close
            lengths.append(len(values))

    run(terms(), decider(Looks), {PERPETUAL: market(1, 50)}, start=FIRST)
    assert lengths == list(range(1, len(lengths) + 1))


def test_error_names_line_close_and_symbol() -> None:
    class Fails(Strategy):
        def on_bar(self, bar: Bar) -> None:
            if bar.closed_ms > FIRST + 10 * HOUR:
                raise KeyError("nothing")

    words = (
        r"py:\d+: Fails\.on_bar raised KeyError: 'nothing', at the close of 2024-01-01 1\d:00 UTC"
    )
    with pytest.raises(StrategyError, match=rf"test_classes\.{words}, BTC/USDT:USDT"):
        run(terms(), decider(Fails), {PERPETUAL: market(1, 50)}, start=FIRST)


def test_guards_and_many_symbols_are_left_to_the_event_loop() -> None:
    assert runs_class(terms(), decider(Lively))
    assert not runs_class(terms(protections={"cooldown": {"pause": "3 bars"}}), decider(Lively))
    two = plan(PERPETUAL, "ETH/USDT:USDT")
    assert not runs_class(two, decider(Lively))
