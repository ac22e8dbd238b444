"""Checking: names, arities, types, parameters, references, timeframes; and what it returns."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tradewinds_crds.rules import CheckedRules, RuleErrors, RuleProblem, check_rules
from tradewinds_crds.rules import with_parameters as override
from tradewinds_crds.rules.expressions import Number, Parameter

SYMBOLS = ["BTC/USDT", "ETH/USDT"]
NAMES: dict[str, Any] = {
    "parameters": {"fast": 12, "slow": 26, "k": 2},
    "indicators": {
        "fast_ema": "ema(close, fast)",
        "slow_ema": "ema(close, slow)",
        "bb": "bollinger(close, 20, k)",
        "r": "rsi(close)",
        "calm": "atr(14) < close * 0.01",
    },
}


def check(entry: object = "close > open", **others: Any) -> CheckedRules:
    rules = {**NAMES, "long": {"entry": entry}, **others}
    return check_rules(rules, symbols=SYMBOLS, timeframe="1h")


def problem(entry: object = "close > open", **others: Any) -> RuleProblem:
    with pytest.raises(RuleErrors) as raised:
        check(entry, **others)
    (only,) = raised.value.problems
    return only


def test_parameter_that_yaml_took_for_a_truth_is_told_so() -> None:
    with pytest.raises(RuleErrors) as raised:
        check("close > sma(close, n)", parameters={"false": 20}, indicators={})
    first = raised.value.problems[0]
    assert first.path == "rules.parameters.false"
    assert first.message == "'false' is what YAML makes of n, no and off"


@pytest.mark.parametrize(
    "entry",
    [
        "crosses_above(fast_ema, slow_ema) and close > ema(close, 50, timeframe='4h')",
        "close > highest(high, 20)[1]",
        "30 < r < 70 or not calm",
        "calm[3] and bars_since(r < 30) < 5",
        "macd(close).histogram > 0 and macd(close, slow=30, fast=9).signal < 0",
        "bb.upper - bb.lower > k * atr(14)",
        "(close if calm else open) > min(open, close, high)",
        "calm if r > 50 else close > open",
        "position == 0 and bars_in_trade < 3 or close > average_price * 1.02",
        "sma(rsi(close, 14), fast + 2) > log(exp(sqrt(abs(-close))))",
        "ema(ema(close, 5), 5, timeframe='1d')[2] > ema(x=close, length=20)",
        "close > close[fast] and close[0] == +close",
        "atr(14, timeframe='1w') > 5",
    ],
)
def test_every_form_of_the_language_is_accepted(entry: str) -> None:
    assert check(entry).long is not None


@pytest.mark.parametrize(
    ("entry", "column", "length", "text"),
    [
        ("crossover(r, 3)", 1, 9, "unknown name 'crossover'; here it is crosses_above(a, b)"),
        (
            "close > 1 and barssince(r < 3) > 2",
            15,
            9,
            "unknown name 'barssince'; here it is bars_since(condition)",
        ),
        ("ta.sma(close, 20) > 1", 1, 6, "unknown name 'ta.sma'; here it is sma(x, length)"),
        ("df['close'] > 1", 1, 11, "there are no tables of columns here; write close"),
        (
            "close.shift(1) > 2",
            1,
            11,
            "unknown name 'close.shift'; write close[1] for the bar before",
        ),
        ("fast_ena > 1", 1, 8, "unknown name 'fast_ena'; did you mean fast_ema?"),
        ("RSI(close, 14) > 1", 1, 3, "unknown name 'RSI'; here it is rsi(x, length=14)"),
        ("zzz > 1", 1, 3, "unknown name 'zzz'; declare 'zzz' under indicators or parameters"),
        (
            "stochRSI(14) > 20",
            1,
            8,
            (
                "unknown name 'stochRSI'; here it is "
                "stochastic_rsi(x, length=14, window=14, smooth=3, signal=3)"
            ),
        ),
        ("close", 1, 5, "expected a condition, this is a number; compare it, such as close > 0"),
        (
            "calm > 1",
            1,
            4,
            (
                "expected a number, this is a condition; compare numbers, and join "
                "conditions with 'and', 'or'"
            ),
        ),
        (
            "bb > 1",
            1,
            2,
            (
                "this has several values; name one of them: bb.upper, bb.middle, bb.lower, "
                "bb.percent, bb.width"
            ),
        ),
        (
            "bb.top > 1",
            1,
            6,
            "unknown output 'top'; there are upper, middle, lower, percent, width",
        ),
        (
            'close("SOL/USDT") > 1',
            7,
            10,
            "unknown symbol 'SOL/USDT'; there are BTC/USDT, ETH/USDT",
        ),
        ("ema(close) > 1", 1, 10, "ema needs length; write ema(x, length)"),
        (
            "ema(close, 1, 2) > 1",
            15,
            1,
            "ema was given 3 arguments, expected at most 2; write ema(x, length)",
        ),
        (
            "ema(close, 5, length=3) > 1",
            15,
            8,
            "ema was given twice the argument 'length'; write ema(x, length)",
        ),
        (
            "ema(close, n=3) > 1",
            12,
            3,
            "ema was given an unknown argument 'n'; write ema(x, length)",
        ),
        (
            "ema(close, 12.5) > 1",
            12,
            4,
            "ema: length was 12.5, expected a whole number from 1 to 10000",
        ),
        (
            "ema(close, fast - 12) > 1",
            12,
            9,
            "ema: length was 0.0, expected a whole number from 1 to 10000",
        ),
        (
            "ema(close, close) > 1",
            12,
            5,
            (
                "'close' changes from bar to bar; here the value must be "
                "fixed; write a number or a parameter"
            ),
        ),
        (
            "close[-1] > 1",
            7,
            2,
            "this would look into the future; x[1] is one bar ago, x[2] two, and x alone this bar",
        ),
        (
            "close[1.5] > 1",
            7,
            3,
            "bars ago was 1.5, expected a whole number from 0 to 10000; x[1] is one bar ago",
        ),
        (
            "close[open] > 1",
            7,
            4,
            (
                "'open' changes from bar to bar; here the value must be fixed; "
                "write a number or a parameter"
            ),
        ),
        (
            "ema(close, 5, timeframe='30m') > 1",
            25,
            5,
            "timeframe was 30m, expected a multiple of the strategy's 1h",
        ),
        (
            "sma(r, 5, timeframe='4h') > 1",
            5,
            1,
            (
                "'r' has no bars of 4h; write its expression out "
                'inside, such as ema(close, 50, timeframe="4h")'
            ),
        ),
        (
            "crosses_above(close) > 1",
            1,
            20,
            "crosses_above was given 1 arguments; write crosses_above(a, b)",
        ),
        (
            "close(1) > 2",
            1,
            8,
            "'close' is a field, not a function; write close, or close[1] for the bar before",
        ),
        ("r(14) > 2", 1, 1, "'r' takes no arguments; write r, or r[1] for the bar before"),
        ("ema > 2", 1, 3, "'ema' needs its arguments; write ema(x, length)"),
    ],
)
def test_error_names_the_place_and_the_remedy(
    entry: str, column: int, length: int, text: str
) -> None:
    found = problem(entry)
    assert found == RuleProblem("rules.long.entry", column, length, found.message, found.remedy)
    assert found.text == text


@pytest.mark.parametrize("entry", [True, None, ["close > open"], {"when": "close > open"}])
def test_entry_that_is_no_text_is_refused(entry: object) -> None:
    with pytest.raises(RuleErrors):
        check_rules({"long": {"entry": entry} if entry else {}}, symbols=SYMBOLS, timeframe="1h")


def test_every_problem_is_reported_at_once_but_a_failed_name_only_once() -> None:
    with pytest.raises(RuleErrors) as raised:
        check(
            "bad > 1 and close > open",
            indicators={"bad": "emma(close, 3)", "ok": "bad + 1"},
            short={"entry": "close >"},
        )
    paths = [each.path for each in raised.value.problems]
    assert paths == ["rules.indicators.bad", "rules.short.entry"]


def test_indicators_come_by_dependency_then_by_name() -> None:
    indicators = {"a": "z + b", "c": "1", "z": "close", "b": "z * 2"}
    assert [name for name, _ in check(indicators=indicators).indicators] == ["c", "z", "b", "a"]


def test_circle_of_indicators_is_refused() -> None:
    found = problem(indicators={"a": "b + 1", "b": "a - 1"})
    assert found.message == "refers to itself: a → b → a"


@pytest.mark.parametrize("name", ["close", "ema", "if", "my name", "position", "fast", "min", ""])
def test_name_that_is_taken_or_no_name_is_refused(name: str) -> None:
    assert problem(indicators={name: "close"}).path == f"rules.indicators.{name}"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e16, "12", True, None])
def test_parameter_that_is_no_number_is_refused(value: object) -> None:
    found = problem(parameters={"p": value}, indicators={})
    assert found.path == "rules.parameters.p"


def test_parameters_can_be_overridden_and_are_checked_again() -> None:
    rules = override(check(), {"fast": 9})
    assert rules.parameters == {"fast": 9.0, "k": 2.0, "slow": 26.0}
    with pytest.raises(RuleErrors, match=r"length was 0\.5"):
        override(check(), {"fast": 0.5})
    with pytest.raises(RuleErrors, match=r"parameters\.fsat:1 unknown parameter 'fsat'"):
        override(check(), {"fsat": 9})


@pytest.mark.parametrize("written", ["adx(14) > 20", "strength > 20", "20 < strength"])
def test_output_that_bears_the_indicators_name_may_be_left_out(written: str) -> None:
    rules = {"indicators": {"strength": "adx(14)"}}
    in_full = written.replace("adx(14)", "adx(14).adx").replace("strength", "strength.adx")
    short, full = (
        check_rules({**rules, "long": {"entry": entry}}, symbols=["BTC/USDT"], timeframe="1h")
        for entry in (written, in_full)
    )
    assert short.long is not None
    assert full.long is not None
    assert short.long.entry is not None
    assert full.long.entry is not None
    assert short.long.entry.expression == full.long.entry.expression


def test_defaults_of_an_indicator_are_filled_in() -> None:
    checked = dict(check(indicators={"m": "macd(close, slow=slow)"}).indicators)["m"]
    expected = (Number(12.0), Parameter("slow"), Number(9.0))
    assert checked.kind == "outputs"
    assert getattr(checked.expression, "parameters") == expected  # noqa: B009  # of its subclass


@pytest.mark.parametrize(
    ("entry", "remedy"),
    [
        ("close > highest(high, 20)", "write highest(high, 20)[1]"),
        ("highest(high, 20) < close", "write highest(high, 20)[1]"),
        ("calm and low < lowest(low, slow)", "write lowest(low, slow)[1]"),
        ("crosses_above(close, highest(close, 20))", "write highest(close, 20)[1]"),
        ("close > high", "turn the comparison round"),
        ("r > 100", "turn the comparison round"),
        ("0 > r", "turn the comparison round"),
        ("close > top", "write top[1]"),
    ],
)
def test_what_can_never_be_true_is_warned_of(entry: str, remedy: str) -> None:
    indicators = {**NAMES["indicators"], "top": "highest(high, 20)"}
    (warning,) = check(entry, indicators=indicators).warnings
    assert warning.message.startswith("never true")
    assert warning.remedy == remedy


@pytest.mark.parametrize(
    "entry",
    [
        "close > highest(high, 20)[1]",
        "close >= highest(high, 20)",
        "high > highest(close, 20)",
        "close > highest(high, 20, timeframe='4h')",
        "volume > high",
        "r > 99",
        "close > lowest(low, 3)",
    ],
)
def test_what_may_be_true_is_not_warned_of(entry: str) -> None:
    assert check(entry).warnings == ()


def test_constraint_that_the_defaults_break_is_warned_of() -> None:
    assert check(constraints=["fast < slow"]).warnings == ()
    (warning,) = check(constraints=["fast > slow"]).warnings
    assert warning.path == "rules.constraints[0]"


def test_whole_contract_is_read_and_its_parts_are_named() -> None:
    rules = check(
        search={"fast": "5..50", "k": "1..4 step 0.5"},
        constraints=["fast < slow and k > 1"],
        priority="rsi(close, 14)",
        long={
            "entry": "close > open",
            "entryOrder": {"limit": "close - 0.5 * atr(14)", "validFor": "3 bars"},
            "scaleIn": [{"when": "close < last_fill_price * 0.97", "size": "150%", "max": 3}],
        },
        portfolio={"rebalance": "weekly", "eligible": "r > 0", "rank": "r", "hold": 3},
        joint={"legs": [{"symbol": "BTC/USDT", "ratio": 1}, {"symbol": "ETH/USDT", "ratio": "-k"}]},
        short={"entry": 'close / close("ETH/USDT") > 20'},
    )
    assert rules.parts == (
        "rules.search",
        "rules.constraints",
        "rules.priority",
        "rules.portfolio",
        "rules.joint",
        "rules.long.scaleIn",
    )
    assert rules.long is not None
    assert rules.long.order is not None
    assert (rules.long.order.kind, rules.long.order.valid_bars) == ("limit", 3)
    assert [leg.symbol for leg in rules.joint] == SYMBOLS


@pytest.mark.parametrize(
    ("section", "value", "path"),
    [
        ("serch", {}, "rules.serch"),
        ("search", {"fsat": "1..2"}, "rules.search.fsat"),
        ("search", {"fast": "9..2"}, "rules.search.fast"),
        ("constraints", ["fast < close"], "rules.constraints[0]"),
        ("constraints", ["crosses_above(fast, slow)"], "rules.constraints[0]"),
        ("priority", "calm", "rules.priority"),
        ("portfolio", {"eligible": "r"}, "rules.portfolio.eligible"),
        ("joint", {"legs": [{"symbol": "XRP/USDT"}]}, "rules.joint.legs[0].symbol"),
        ("short", {"exit": "close > open"}, "rules.short"),
        (
            "short",
            {"entry": "calm", "entryOrder": {"validFor": "3 bars"}},
            "rules.short.entryOrder",
        ),
        (
            "short",
            {"entry": "calm", "entryOrder": {"stop": "high", "validFor": "3"}},
            "rules.short.entryOrder.validFor",
        ),
        (
            "short",
            {"entry": "calm", "scaleIn": [{"when": "calm", "max": 0}]},
            "rules.short.scaleIn[0].max",
        ),
        ("indicators", ["ema(close, 3)"], "rules.indicators"),
    ],
)
def test_problem_of_a_section_names_its_path(section: str, value: object, path: str) -> None:
    assert problem(**{section: value}).path == path


def test_rules_without_a_rule_are_refused() -> None:
    with pytest.raises(RuleErrors, match="there is no rule to trade by"):
        check_rules({}, symbols=SYMBOLS, timeframe="1h")


def test_long_chains_of_names_do_not_exhaust_the_checker() -> None:
    chain = {f"n{at:03}": f"n{at - 1:03} * n{at - 1:03}" for at in range(1, 120)}
    assert len(check(indicators={"n000": "close", **chain}).indicators) == 120


def test_too_many_names_are_refused() -> None:
    found = problem(indicators={f"n{at}": "close" for at in range(129)})
    assert found.path == "rules.indicators"


def test_importing_the_language_loads_no_pydantic() -> None:
    code = "import sys, tradewinds_crds.rules; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
