"""Python strategies on the event loop: what they see, when they are called, what they may ask."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from given import HOUR, PERPETUAL, SPOT, bars, plan

from tradewinds import Bar, Fill, Parameter, Strategy
from tradewinds import indicators as ta
from tradewinds.engine.backtest import run
from tradewinds.engine.classes.decider import ClassDecider
from tradewinds.engine.classes.series import REMEMBERED
from tradewinds.engine.errors import PlanError, StrategyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewinds.engine.outcome.results import Run
    from tradewinds.engine.plan import Plan

RISING = [100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 106.0, 107.0]


def closes(*columns: Sequence[float | None]) -> list[tuple[int, list[float]]]:
    """Return bar sets in which a bar opens at the close before and ends at this close."""
    sets = []
    for i, row in enumerate(zip(*columns, strict=True)):
        candles = [None if c is None else (c, c, c, c) for c in row]
        sets.append(((i + 1) * HOUR, bars(*candles)))
    return sets


def traded(
    strategy: type[Strategy],
    *columns: Sequence[float | None],
    on: Plan | None = None,
    parameters: Mapping[str, float] | None = None,
    bracket: Mapping[str, object] | None = None,
    start: int = 0,
) -> Run:
    """Run a strategy over closes."""
    decider = ClassDecider(strategy, parameters, bracket=bracket)
    return run(on or plan(), decider, closes(*(columns or (RISING,))), start=start)


class Breakout(Strategy):
    lookback = Parameter(3, low=2, high=60, step=1)
    stop = Parameter(2.0, low=1.0, high=4.0)

    def on_start(self) -> None:
        self.upper = self.indicator(ta.highest, "high", self.lookback)
        self.atr = self.indicator(ta.atr, 2)

    def on_bar(self, bar: Bar) -> None:
        position = self.position(bar.symbol)
        if position.flat and bar.close > self.upper[bar.symbol, 1]:
            stop_at = bar.close - self.stop * self.atr[bar.symbol]
            self.buy(bar.symbol, risk=0.01, stop_loss=stop_at, tag="breakout")
        elif position.long and bar.close < self.upper[bar.symbol, 1]:
            self.close(bar.symbol, tag="turned")


def test_a_breakout_trades_with_its_reasons() -> None:
    result = traded(Breakout, [*RISING, 106.5, 106.4, 106.3])
    assert [(order.time // HOUR, order.effect, order.reason) for order in result.orders] == [
        (4, "enter", "breakout"),
        (9, "exit", "turned"),
    ]
    assert [(fill.time // HOUR, fill.price) for fill in result.fills] == [(4, 104), (9, 106.4)]
    trade = result.trades[0]
    assert (trade.reason, trade.exit_reason, trade.bars) == ("breakout", "turned", 5)
    assert result.stats["trades"] == 1


def test_on_bar_waits_for_every_indicator() -> None:
    seen: list[int] = []

    class Waits(Strategy):
        def on_start(self) -> None:
            self.indicator(ta.sma, "close", 2)
            self.indicator(ta.sma, "close", 5)

        def on_bar(self, bar: Bar) -> None:
            seen.append(bar.closed_ms // HOUR)

    traded(Waits)
    assert seen == [5, 6, 7, 8]


def test_warm_up_moves_indicators_and_calls_nothing() -> None:
    seen: list[float] = []

    class Warm(Strategy):
        def on_start(self) -> None:
            self.mean = self.indicator(ta.sma, "close", 3)

        def on_bar(self, bar: Bar) -> None:
            seen.append(self.mean[bar.symbol])

    assert traded(Warm, start=5 * HOUR).first_decision == 6 * HOUR
    assert seen == [104.0, 105.0, 106.0]


def test_series_and_indicators_look_back_and_chain() -> None:
    class Chain(Strategy):
        def on_start(self) -> None:
            self.price = self.series("close")
            self.mean = self.indicator(ta.sma, self.indicator(ta.sma, "close", 2), 2)
            self.macd = self.indicator(ta.macd, "close", 1, 2, 2)

        def on_bars(self, bars: Mapping[str, Bar]) -> None:
            assert self.price[SPOT, 1] == bars[SPOT].close - 1
            assert self.price.values(SPOT)[-2:] == [bars[SPOT].close - 1, bars[SPOT].close]
            assert self.mean[SPOT] == bars[SPOT].close - 1
            assert self.macd.signal[SPOT] == pytest.approx(0.5)
            assert math.isnan(self.price[SPOT, 4_000])

    result = traded(Chain)
    assert result.warmup == 3


def test_a_gap_moves_nothing_of_its_symbol() -> None:
    seen: list[tuple[str, ...]] = []

    class Joint(Strategy):
        def on_start(self) -> None:
            self.mean = self.indicator(ta.sma, "close", 2)

        def on_bars(self, bars: Mapping[str, Bar]) -> None:
            seen.append(tuple(bars))

    pair = plan(SPOT, "ETH/USDT")
    traded(Joint, [1.0, 2.0, 3.0, 4.0], [1.0, None, 2.0, None], on=pair)
    assert seen == [(SPOT,), (SPOT, "ETH/USDT"), (SPOT,)]


def test_fills_are_heard_before_the_bar_in_which_they_happened() -> None:
    heard: list[str] = []

    class Hears(Strategy):
        def on_fill(self, fill: Fill) -> None:
            heard.append(f"{fill.kind} {fill.quantity} @ {fill.price}")

        def on_bar(self, bar: Bar) -> None:
            heard.append(f"bar {bar.close}")
            if self.position(bar.symbol).flat:
                self.buy(bar.symbol, quantity=1.0, take_profit_by=1.0)

        def on_stop(self) -> None:
            heard.append("stop")

    traded(Hears, [100.0, 101.0, 102.0])
    assert heard == [
        "bar 100.0",
        "market 1.0 @ 101.0",
        "bar 101.0",
        "takeProfit 1.0 @ 102.0",
        "bar 102.0",
        "stop",
    ]


def test_position_equity_and_time_are_those_of_the_close() -> None:
    seen: list[tuple[float, float, float, int]] = []

    class Looks(Strategy):
        def on_bar(self, bar: Bar) -> None:
            position = self.position(bar.symbol)
            now = int(self.now.timestamp() * 1000)
            assert bar.time == self.now
            seen.append((position.quantity, position.average_price, self.equity, now // HOUR))
            if position.flat:
                self.sell(bar.symbol, quantity=2.0)

    traded(Looks, [100.0, 100.0, 90.0], on=plan(PERPETUAL))
    assert seen[1:] == [(-2.0, 100.0, 1000.0, 2), (-2.0, 100.0, 1020.0, 3)]


def test_chance_repeats_for_the_same_name_and_time() -> None:
    drawn: list[float] = []

    class Chance(Strategy):
        def on_bar(self, bar: Bar) -> None:
            drawn.append(self.random.random() if bar.symbol == SPOT else 0.0)

    traded(Chance)
    traded(Chance)
    assert drawn[: len(RISING)] == drawn[len(RISING) :]
    assert len(set(drawn)) == len(RISING)


def test_a_limit_is_cancelled_and_replaced() -> None:
    class Replaces(Strategy):
        def on_bar(self, bar: Bar) -> None:
            self.cancel(bar.symbol)
            self.buy(bar.symbol, quote=100.0, limit=bar.close - 5.0)

    result = traded(Replaces, [100.0, 110.0, 104.0])
    assert [order.effect for order in result.orders] == ["enter", "cancel", "enter", "exit"][:3]
    assert [(fill.kind, fill.price) for fill in result.fills] == [("limit", 104.0)]


def test_a_part_of_a_position_is_closed_and_its_stop_holds_for_the_rest() -> None:
    class Halves(Strategy):
        def on_bar(self, bar: Bar) -> None:
            held = self.position(bar.symbol).quantity
            if bar.close == 100.0:
                self.buy(bar.symbol, quantity=4.0, stop_loss=95.0)
            elif bar.close == 110.0:
                self.close(bar.symbol, quantity=held / 4 + 0.0009, tag="a quarter")
            elif bar.close == 120.0:
                self.close(bar.symbol, quantity=0.01, tag="worth less than the exchange takes")

    result = traded(Halves, [100.0, 110.0, 120.0, 90.0])
    assert [(fill.kind, fill.effect, fill.quantity) for fill in result.fills] == [
        ("market", "enter", 4.0),
        ("market", "exit", 1.0),
        ("stopLoss", "exit", 3.0),
    ]


def test_more_than_is_held_is_all_of_it() -> None:
    class Leaves(Strategy):
        def on_bar(self, bar: Bar) -> None:
            if self.position(bar.symbol).flat:
                self.buy(bar.symbol, quantity=2.0)
            self.close(bar.symbol, quantity=99.0)

    fills = traded(Leaves, [100.0, 100.0, 100.0]).fills
    assert [(fill.effect, fill.quantity) for fill in fills] == [("enter", 2.0), ("exit", 2.0)]


@pytest.mark.parametrize("quantity", [0.0, -1.0, math.nan, math.inf])
def test_a_part_that_is_no_amount_is_refused(quantity: float) -> None:
    class Wrong(Strategy):
        def on_bar(self, bar: Bar) -> None:
            self.close(bar.symbol, quantity=quantity)

    with pytest.raises(
        StrategyError, match=r"close\('BTC/USDT'\): quantity was .*a number above 0"
    ):
        traded(Wrong)


def test_the_manifest_sizes_and_protects_where_the_order_does_not() -> None:
    class Bare(Strategy):
        def on_bar(self, bar: Bar) -> None:
            self.buy(bar.symbol)

    bracket = {"stopLoss": {"by": "3%"}, "takeProfit": [{"by": "1R", "close": "100%"}]}
    result = traded(Bare, [100.0, 100.0, 103.0], bracket=bracket)
    assert [(fill.kind, fill.lots) for fill in result.fills] == [
        ("market", 5_000),
        ("takeProfit", 5_000),
    ]


def test_a_bracket_expression_needs_rules() -> None:
    with pytest.raises(PlanError, match="an expression"):
        ClassDecider(Breakout, bracket={"stopLoss": {"by": "2 * atr(14)"}})


def test_parameters_are_overridden_by_the_manifest() -> None:
    seen: list[tuple[int, float]] = []

    class Reads(Strategy):
        lookback = Parameter(20, low=10, high=60, step=5)
        stop = Parameter(2.0)

        def on_start(self) -> None:
            seen.append((self.lookback, self.stop))

    traded(Reads, parameters={"lookback": 30.0, "stop": 3})
    assert seen == [(30, 3.0)]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"lookbak": 3.0}, "'lookbak' is not one of its parameters, which are lookback, stop"),
        ({"lookback": 3.5}, "lookback was 3.5, expected a whole number"),
    ],
)
def test_a_wrong_parameter_is_refused(parameters: dict[str, float], words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        traded(Breakout, parameters=parameters)


def test_a_parameter_is_constant() -> None:
    class Sets(Strategy):
        lookback = Parameter(3)

        def on_start(self) -> None:
            self.lookback = 4

    with pytest.raises(StrategyError, match=r"Sets\.lookback was set to 4"):
        traded(Sets)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("self.buy('BTC/USD')", "not one of spec.symbols, BTC/USDT"),
        ("self.position('X')", r"position\('X'\)"),
        ("self.buy(s, equity=0.5, quote=3.0)", "equity and quote exclude one another"),
        ("self.buy(s, limit=math.nan)", "limit was nan"),
        ("self.buy(s, limit=-1.0)", "limit was -1.0"),
        ("self.buy(s, stop_loss=math.nan)", "stop_loss was nan"),
        ("self.buy(s, stop_loss=1.0, stop_loss_by=2.0)", "exclude one another"),
        ("self.buy(s, risk=0.01)", "Add stop_loss"),
        ("self.buy(s, sise=1)", "'sise' is not a part of an order"),
        ("self.buy(s, valid_bars=3)", "valid_bars was 3"),
        ("self.buy(s, limit=90.0, valid_bars=1.5)", "valid_bars was 1.5"),
        ("self.sell(s)", r"spot cannot go short.*close\(\)"),
        ("self.indicator(ta.sma, 'close', 3)", "Declare it in on_start"),
        ("self.mean[s, -1]", "bars ago was -1"),
        (f"self.mean[s, {REMEMBERED}]", f"bars ago was {REMEMBERED}"),
        ("self.mean['X']", "symbol was 'X'"),
        ("self.mean.upper", "has no output 'upper'"),
    ],
)
def test_a_wrong_call_names_strategy_method_and_remedy(call: str, words: str) -> None:
    class Wrong(Strategy):
        def on_start(self) -> None:
            self.mean = self.indicator(ta.sma, "close", 1)

        def on_bar(self, bar: Bar) -> None:
            names = {"self": self, "s": bar.symbol, "math": math, "ta": ta}
            eval(call, names)  # noqa: S307  # the case's own call

    with pytest.raises((StrategyError, AttributeError), match=words):
        traded(Wrong)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("self.indicator(ta.sma, 'closed', 3)", "the series first"),
        ("self.indicator(ta.sma, 'close')", "length was None"),
        ("self.indicator(ta.sma, 'close', 0)", "length was 0"),
        ("self.indicator(ta.sma, 'close', 2.5)", "expected a whole number"),
        ("self.indicator(ta.sma, 'close', 2, 3)", "too many"),
        ("self.indicator('sma', 'close', 2)", "expected an indicator such as ta.ema"),
        ("self.series('price')", "expected one of open, high, low, close, volume"),
        ("self.buy('BTC/USDT')", "nothing can be ordered in on_start"),
    ],
)
def test_a_wrong_start_is_refused(call: str, words: str) -> None:
    class Wrong(Strategy):
        def on_start(self) -> None:
            eval(call, {"self": self, "ta": ta})  # noqa: S307  # the case's own call

    with pytest.raises(StrategyError, match=words):
        traded(Wrong)


@pytest.mark.parametrize("method", ["on_start", "on_bar", "on_fill", "on_stop"])
def test_what_a_class_raises_names_file_line_and_class(method: str) -> None:
    class Fails(Strategy):
        def on_bar(self, bar: Bar) -> None:
            self.buy(bar.symbol)

    def fail(self: Strategy, *_: object) -> None:
        raise KeyError("nothing")

    setattr(Fails, method, fail)
    with pytest.raises(StrategyError, match=rf"test_strategy\.py:\d+: Fails\.{method} raised KeyE"):
        traded(Fails)


def test_error_says_the_close_and_the_symbol_where_it_stopped() -> None:
    class Fails(Strategy):
        def on_bar(self, bar: Bar) -> None:
            if bar.close > 102.0:
                self.buy(bar.symbol, limit=-bar.close)

    with pytest.raises(
        StrategyError,
        match=r"py:\d+: .*limit was -103\.0.*\(at the close of 1970-01-01 04:00 UTC, BTC/USDT\)",
    ):
        traded(Fails)


def test_an_order_without_any_size_is_refused() -> None:
    class Bare(Strategy):
        def on_bar(self, bar: Bar) -> None:
            self.buy(bar.symbol)

    with pytest.raises(StrategyError, match="it has no size"):
        traded(Bare, on=plan(sizing=None))


def test_asking_before_the_run_is_refused() -> None:
    class Early(Strategy):
        def __init__(self) -> None:
            self.mean = self.indicator(ta.sma, "close", 3)

    with pytest.raises(StrategyError, match="Move what needs it from __init__ to on_start"):
        ClassDecider(Early)


def test_every_indicator_of_the_engine_is_offered() -> None:
    from tradewinds.engine.indicators import STEPS  # noqa: PLC0415  # as the last word

    assert set(ta.__all__) == set(STEPS)
    assert all(getattr(ta, name).name == name for name in ta.__all__)
