"""The compiled step by hand: its semantics, its layout, its text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from random_rules import HOUR
from samples import DONCHIAN, EMA_CROSS, PERCENT, STOP_BY_ATR

from tradewinds.engine import records as r
from tradewinds.engine.compile import ParameterError, compile_rules
from tradewinds_crds.rules import RuleErrors, check_rules

if TYPE_CHECKING:
    from tradewinds.engine.compile import Program

DAY = 24 * HOUR


def program(rules: dict[str, Any], bracket: Any = None, *, symbols: int = 1) -> Program:
    names = ["BTC/USDT", "ETH/USDT"][:symbols]
    checked = check_rules(rules, symbols=names, timeframe="1h")
    return compile_rules(checked, bracket=bracket, symbols_count=symbols)


class Runner:
    """Feeds one symbol's closes to a program and keeps its state."""

    def __init__(self, made: Program) -> None:
        self.program = made
        self.parameters = made.values()
        self.offsets, stride = made.layout(self.parameters)
        self.state = [0.0] * stride
        self.out = [math.nan] * r.INTENT_SIZE_OF
        self.time = DAY * 20_000

    def close(self, price: float, *, hours: int = 1) -> list[float] | None:
        self.time += HOUR * hours
        bar = [price, price + 1, price - 1, price, 10.0]
        n = self.program.step(self.time, bar, self.state, self.parameters, self.offsets, self.out)
        return list(self.out) if n else None


def entry_on(condition: str, prices: list[float], **others: Any) -> list[bool]:
    runner = Runner(program({**others, "long": {"entry": condition}}))
    return [runner.close(price) is not None for price in prices]


def test_entry_row_carries_order_and_protections() -> None:
    rules = {
        "long": {"entry": "close > 5", "entryOrder": {"limit": "close - 1", "validFor": "3 bars"}}
    }
    row = Runner(program(rules, PERCENT)).close(10.0)
    assert row is not None
    assert math.isnan(row[r.INTENT_SIZE])
    assert math.isnan(row[r.INTENT_PRIORITY])
    row[r.INTENT_SIZE] = 0.0
    head = [0, r.ENTER, r.BUY, r.LIMIT, 9.0, 3, r.SIZE_PLAN, 0.0]
    assert row[: r.INTENT_PRIORITY] == [*head, r.BY_FRACTION, 0.03, r.BY_FRACTION, 0.09, 0]


def test_priority_travels_with_an_entry_and_needs_its_warm_up() -> None:
    made = program({"priority": "close - sma(close, 3)", "long": {"entry": "close > 0"}})
    runner = Runner(made)
    rows = [runner.close(price) for price in (1.0, 2.0, 6.0)]
    assert [row is not None and row[r.INTENT_PRIORITY] for row in rows][2] == 3.0
    assert rows[0] is not None
    assert math.isnan(rows[0][r.INTENT_PRIORITY])
    assert made.warmup(made.values()) == 3


def test_exit_comes_before_entry_and_a_pending_order_stops_both() -> None:
    always = {"entry": "close > 0", "exit": "close > 0"}
    runner = Runner(program({"long": always, "short": {**always, "entry": "close < 0"}}))
    for lots, side in ((5.0, r.SELL), (-5.0, r.BUY)):
        runner.state[r.LOTS] = lots
        row = runner.close(10.0)
        assert row is not None
        assert (row[r.INTENT_ACTION], row[r.INTENT_SIDE]) == (r.EXIT, side)
        runner.state[r.EXIT_LOTS] = 5.0
        assert runner.close(10.0) is None
        runner.state[r.EXIT_LOTS] = 0.0
    runner.state[r.LOTS] = 0.0
    runner.state[r.ENTRY_SIDE] = r.BUY
    assert runner.close(10.0) is None


def test_long_and_short_together_mean_neither() -> None:
    runner = Runner(program({"long": {"entry": "close > 5"}, "short": {"entry": "close > 9"}}))
    assert runner.close(10.0) is None
    assert runner.close(7.0) is not None


@pytest.mark.parametrize("condition", ["close / 0 > 1", "not close / 0 > 1", "close / 0 != 1",
                                       "not close / 0 == 1", "not (log(-1) < 1 and close > 99)",
                                       "not crosses_above(close / 0, 1)"])  # fmt: skip
def test_condition_on_nan_is_false_and_so_is_its_negation(condition: str) -> None:
    expected = [condition == "not (log(-1) < 1 and close > 99)"] * 2
    assert entry_on(condition, [10.0, 11.0]) == expected


def test_cross_needs_the_bar_before_at_or_beyond() -> None:
    prices = [10.0, 11.0, 10.0, 12.0, 13.0]
    assert entry_on("crosses_above(close, 10)", prices) == [False, True, False, True, False]
    assert entry_on("crosses_below(close, 11)", prices) == [False, False, True, False, False]


def test_history_reaches_back_in_bars_of_the_symbol() -> None:
    prices = [1.0, 2.0, 3.0, 4.0]
    assert entry_on("close[2] == 1", prices) == [False, False, True, False]
    assert entry_on("(close > 1)[1]", prices) == [False, False, True, True]
    found = entry_on("close[n] == 1", prices, parameters={"n": 3})
    assert found == [False, False, False, True]


def test_bars_since_is_unknown_before_the_first_time() -> None:
    found = entry_on("bars_since(close == 2) >= 0 and bars_since(close == 2) < 2", [1, 2, 3, 4])
    assert found == [False, True, True, False]


def test_higher_bar_is_closed_by_its_last_own_bar() -> None:
    found = entry_on('sma(close, 1, timeframe="4h") == 4', [1, 2, 3, 4, 5, 6, 7, 8])
    assert found == [False, False, False, True, True, True, True, False]


def test_higher_bar_is_closed_by_a_later_bar_when_its_last_was_missing() -> None:
    runner = Runner(program({"long": {"entry": 'sma(high, 1, timeframe="4h") == 8'}}))
    assert [runner.close(price) for price in (5.0, 7.0, 6.0)] == [None] * 3
    assert runner.close(1.0, hours=2) is not None  # the fourth hour is missing


def test_week_begins_on_monday() -> None:
    runner = Runner(program({"long": {"entry": 'sma(close, 1, timeframe="1w") > 0'}}))
    monday = 4 * DAY + 2_000 * 7 * DAY
    runner.time = monday - 2 * HOUR
    assert runner.close(1.0) is None
    assert runner.close(1.0) is not None


def test_symbol_without_a_bar_does_not_move() -> None:
    made = program(DONCHIAN, STOP_BY_ATR, symbols=2)
    parameters = made.values()
    offsets, stride = made.layout(parameters)
    state, out = [0.0] * (2 * stride), [0.0] * (2 * r.INTENT_SIZE_OF)
    gap = [math.nan] * r.BAR_SIZE
    made.step(DAY, [1.0, 2.0, 0.5, 1.0, 1.0, *gap], state, parameters, offsets, out)
    assert any(state[:stride])
    assert not any(state[stride:])


@pytest.mark.parametrize("stop", ["close / 0", "close - 100", "exp(700) * exp(700)"])
def test_entry_whose_stop_has_no_price_is_not_made(stop: str) -> None:
    rules = {"long": {"entry": "close > 0"}}
    assert Runner(program(rules, {"stopLoss": {"by": stop}})).close(10.0) is None
    assert Runner(program(rules, {"stopLoss": {"by": "close / 2"}})).close(10.0) is not None


def test_warmup_counts_the_longest_chain_in_own_bars() -> None:
    made = program(EMA_CROSS)
    assert made.warmup(made.values()) == 40  # ten bars of four hours
    assert made.warmup(made.values({"slow": 60})) == 61  # the cross looks one bar back
    assert program({"long": {"entry": "close > 1"}}).warmup([]) == 1


def test_layout_follows_the_parameters_and_the_source_does_not() -> None:
    made = program(DONCHIAN)
    _, small = made.layout(made.values({"n": 10}))
    _, large = made.layout(made.values({"n": 30}))
    assert large - small == 2 * 20  # one ring for each of highest and lowest
    other = program({**DONCHIAN, "parameters": {"n": 33, "k": 1}})
    assert other.code_hash == made.code_hash


def test_parameters_that_do_not_fit_are_refused() -> None:
    made = program(DONCHIAN)
    with pytest.raises(ParameterError, match=r"length was 2\.5, expected a whole number"):
        made.layout(made.values({"n": 2.5}))
    with pytest.raises(ParameterError, match="unknown parameter m, expected one of: k, n"):
        made.values({"m": 1})


def test_bracket_with_a_wrong_expression_is_refused() -> None:
    with pytest.raises(RuleErrors, match="unknown name"):
        program(DONCHIAN, {"stopLoss": {"by": "2 * art(20)"}})


def test_same_value_is_computed_once_under_whatever_names() -> None:
    rules = {
        "indicators": {"a": "ema(close, 9)", "b": "ema(close, 9)", "unused": "rsi(close, 3)"},
        "long": {"entry": "a > b[1] and ema(close, 9) > 1"},
    }
    source = program(rules).source
    assert source.count("ema(state") == 1
    assert "rsi" not in source


def test_text_is_equal_for_equal_rules_and_holds_no_word_of_the_user() -> None:
    renamed = {
        **EMA_CROSS,
        "indicators": {f"my_{name}": text for name, text in EMA_CROSS["indicators"].items()},
        "long": {
            "entry": "crosses_above(my_fast_ema, my_slow_ema) and close > my_trend",
            "exit": "crosses_below(my_fast_ema, my_slow_ema)",
        },
    }
    made = program(renamed)
    assert "my_" not in made.source
    assert made.source == program(renamed).source
    assert made.reasons[1] == "crosses_above(my_fast_ema, my_slow_ema) and close > my_trend"


@pytest.mark.parametrize(
    ("first", "form", "entry"),
    [
        ("close", "({0} * {0}) / 2", "n119 > 1"),
        ("close > 1", "not {0}", "n119"),
        ("close > 1", "{0} if {0} else {0}", "not n119"),
    ],
)
def test_long_chains_of_names_compile(first: str, form: str, entry: str) -> None:
    chain = {f"n{at:03}": form.format(f"n{at - 1:03}") for at in range(1, 120)}
    made = program({"indicators": {"n000": first, **chain}, "long": {"entry": entry}})
    assert made.warmup([]) == 1
