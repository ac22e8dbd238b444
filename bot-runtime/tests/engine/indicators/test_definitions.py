"""Indicators against definitions written independently in pandas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from random_rules import market

from tradewinds.engine.indicators import STEPS

BARS = pd.DataFrame(
    [bars for _, bars in market(3_000)], columns=["open", "high", "low", "close", "volume"]
)
CLOSE = BARS["close"]


def run(name: str, inputs: list[pd.Series[float]], *parameters: float) -> dict[str, list[float]]:
    step = STEPS[name]
    offset = 2
    state = [0.0] * (offset + step.size(*parameters) + 2)
    state[:2] = state[-2:] = [7.0, 7.0]
    columns: dict[str, list[float]] = {key: [] for key in ("value", *step.outputs)}
    for row in zip(*inputs, strict=True):
        columns["value"].append(step.function(state, offset, *map(float, row), *parameters))
        for output, place in step.outputs.items():
            columns[output].append(state[offset + place])
    assert state[:2] == state[-2:] == [7.0, 7.0], "wrote outside its own state"
    return columns


def agree(found: list[float], expected: pd.Series[float]) -> None:
    np.testing.assert_allclose(found, expected.to_numpy(), rtol=1e-9, atol=1e-9, equal_nan=True)


def seeded(series: pd.Series[float], length: int, alpha: float) -> pd.Series[float]:
    """Return an exponential mean whose first value is the mean of the first `length`."""
    known = series.dropna()
    seed = known.iloc[:length].mean()
    rest = pd.concat([pd.Series([seed], index=[known.index[length - 1]]), known.iloc[length:]])
    return rest.ewm(alpha=alpha, adjust=False).mean().reindex(series.index)


@pytest.mark.parametrize("length", [1, 2, 14, 200])
def test_averages_and_extremes(length: int) -> None:
    window = CLOSE.rolling(length)
    agree(run("sma", [CLOSE], length)["value"], window.mean())
    agree(run("highest", [CLOSE], length)["value"], window.max())
    agree(run("lowest", [CLOSE], length)["value"], window.min())
    agree(run("ema", [CLOSE], length)["value"], seeded(CLOSE, length, 2 / (length + 1)))


@pytest.mark.parametrize("length", [2, 14])
def test_rsi_is_wilders(length: int) -> None:
    change = CLOSE.diff()
    gain = seeded(change.clip(lower=0), length, 1 / length)
    loss = seeded(-change.clip(upper=0), length, 1 / length)
    agree(run("rsi", [CLOSE], length)["value"], 100 - 100 / (1 + gain / loss))


@pytest.mark.parametrize("length", [1, 14])
def test_atr_is_wilders(length: int) -> None:
    before = CLOSE.shift()
    ranges = [BARS["high"] - BARS["low"], BARS["high"] - before, before - BARS["low"]]
    widest = pd.concat(ranges, axis=1).max(axis=1).where(before.notna())
    inputs = [BARS["high"], BARS["low"], CLOSE]
    agree(run("atr", inputs, length)["value"], seeded(widest, length, 1 / length))


@pytest.mark.parametrize(("fast", "slow", "signal"), [(12, 26, 9), (3, 10, 1), (9, 4, 5)])
def test_macd_seeds_both_averages_on_the_same_bar(fast: int, slow: int, signal: int) -> None:
    longest = max(fast, slow)
    quick = seeded(CLOSE.iloc[longest - fast :], fast, 2 / (fast + 1)).reindex(CLOSE.index)
    slowly = seeded(CLOSE.iloc[longest - slow :], slow, 2 / (slow + 1)).reindex(CLOSE.index)
    line = quick - slowly
    smooth = seeded(line, signal, 2 / (signal + 1))
    found = run("macd", [CLOSE], fast, slow, signal)
    agree(found["macd"], line)
    agree(found["signal"], smooth)
    agree(found["histogram"], line - smooth)


@pytest.mark.parametrize("length", [2, 20])
def test_bollinger_uses_the_population_deviation(length: int) -> None:
    middle = CLOSE.rolling(length).mean()
    spread = CLOSE.rolling(length).apply(np.std, raw=True)
    found = run("bollinger", [CLOSE], length, 2.0)
    agree(found["middle"], middle)
    agree(found["upper"], middle + 2 * spread)
    agree(found["lower"], middle - 2 * spread)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("sma", (5,)), ("ema", (5,)), ("rsi", (5,)), ("atr", (5,)), ("macd", (3, 6, 4)),
     ("bollinger", (5, 2.0)), ("highest", (5,)), ("lowest", (5,))],
)  # fmt: skip
class TestEvery:
    def inputs(self, name: str) -> list[pd.Series[float]]:
        return [BARS["high"], BARS["low"], CLOSE] if name == "atr" else [CLOSE]

    def test_first_value_comes_after_the_warmup(self, name: str, parameters: Any) -> None:
        values = run(name, self.inputs(name), *parameters)
        warmup = STEPS[name].warmup(*parameters)
        last = "signal" if name == "macd" else "value"
        assert math.isnan(values[last][warmup - 2])
        assert not math.isnan(values[last][warmup - 1])

    @pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
    def test_bad_input_is_skipped_and_what_follows_is_as_if_it_had_not_been(
        self, name: str, parameters: Any, bad: float
    ) -> None:
        clean = [column.iloc[:60] for column in self.inputs(name)]
        holed = [pd.concat([c.iloc[:30], pd.Series([bad, bad]), c.iloc[30:]]) for c in clean]
        expected, found = run(name, clean, *parameters), run(name, holed, *parameters)
        for output, values in found.items():
            assert all(math.isnan(value) for value in values[30:32])
            assert repr(values[:30] + values[32:]) == repr(expected[output])


@pytest.mark.parametrize("name", ["sma", "bollinger"])
def test_huge_values_leave_no_trace_once_they_left_the_window(name: str) -> None:
    length = 10
    parameters = (length, 2.0) if name == "bollinger" else (length,)
    series = pd.Series([1e15] * 5 + [0.1 + at % 3 for at in range(200)])
    tail = run(name, [series], *parameters)["value"][2 * length + 5 :]
    fresh = run(name, [series.iloc[5:]], *parameters)["value"][2 * length :]
    np.testing.assert_allclose(tail, fresh, rtol=1e-12)


def test_rsi_of_a_market_that_does_not_move_is_nan() -> None:
    assert all(math.isnan(value) for value in run("rsi", [pd.Series([5.0] * 40)], 14)["value"])
