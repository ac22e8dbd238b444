"""Indicators against definitions written independently in pandas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from indicator_cases import BARS, TIMED, inputs_of, run

CLOSE, HIGH, LOW, VOLUME = (BARS[name] for name in ("close", "high", "low", "volume"))


def agree(found: list[float], expected: pd.Series[float]) -> None:
    np.testing.assert_allclose(found, expected.to_numpy(), rtol=1e-9, atol=1e-9, equal_nan=True)


def seeded(series: pd.Series[float], length: int, alpha: float) -> pd.Series[float]:
    """Return an exponential mean whose first value is the mean of the first `length`."""
    known = series.dropna()
    seed = known.iloc[:length].mean()
    rest = pd.concat([pd.Series([seed], index=[known.index[length - 1]]), known.iloc[length:]])
    return rest.ewm(alpha=alpha, adjust=False).mean().reindex(series.index)


def true_range() -> pd.Series[float]:
    before = CLOSE.shift()
    ranges = [HIGH - LOW, HIGH - before, before - LOW]
    return pd.concat(ranges, axis=1).max(axis=1).where(before.notna())


def weighted(series: pd.Series[float], length: int) -> pd.Series[float]:
    weights = np.arange(1, length + 1)
    return series.rolling(length).apply(lambda v: (v * weights).sum() / weights.sum(), raw=True)


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
    widest = true_range()
    agree(run("atr", inputs_of("atr"), length)["value"], seeded(widest, length, 1 / length))


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


@pytest.mark.parametrize("length", [5, 20])
def test_bollinger_uses_the_population_deviation(length: int) -> None:
    middle = CLOSE.rolling(length).mean()
    spread = CLOSE.rolling(length).apply(np.std, raw=True)
    found = run("bollinger", [CLOSE], length, 2.0)
    agree(found["middle"], middle)
    agree(found["upper"], middle + 2 * spread)
    agree(found["lower"], middle - 2 * spread)
    agree(found["percent"], (CLOSE - middle + 2 * spread) / (4 * spread))
    agree(found["width"], 4 * spread / middle)


@pytest.mark.parametrize("length", [2, 9, 16])
def test_hma_rounds_half_and_root_down(length: int) -> None:
    raw = 2 * weighted(CLOSE, length // 2) - weighted(CLOSE, length)
    agree(run("hma", [CLOSE], length)["value"], weighted(raw, int(length**0.5)))


def test_what_is_weighted_by_volume() -> None:
    typical = (HIGH + LOW + CLOSE) / 3
    size = VOLUME.rolling(20).sum()
    agree(run("vwma", [CLOSE, VOLUME], 20)["value"], (CLOSE * VOLUME).rolling(20).sum() / size)
    agree(run("vwap", inputs_of("vwap"), 20)["value"], (typical * VOLUME).rolling(20).sum() / size)
    flow = ((2 * CLOSE - HIGH - LOW) / (HIGH - LOW)).fillna(0.0) * VOLUME
    agree(run("cmf", inputs_of("cmf"), 20)["value"], flow.rolling(20).sum() / size)


@pytest.mark.parametrize("begins", [0.0, 13.5, 24.0])
def test_session_vwap_begins_anew_at_its_hour(begins: float) -> None:
    opens = pd.to_datetime(TIMED["opened"], unit="ms")
    session = (opens - pd.Timedelta(hours=begins)).dt.date
    typical = (HIGH + LOW + CLOSE) / 3
    expected = (typical * VOLUME).groupby(session).cumsum() / VOLUME.groupby(session).cumsum()
    if begins == 13.5:  # the first is not whole: the bars begin at midnight
        expected[session == session[0]] = math.nan
    agree(run("session_vwap", inputs_of("session_vwap"), begins)["value"], expected)


def test_channels() -> None:
    middle, reach = seeded(CLOSE, 20, 2 / 21), seeded(true_range(), 10, 1 / 10)
    found = run("keltner", inputs_of("keltner"), 20, 2.0, 10)
    agree(found["upper"], middle + 2 * reach)
    agree(found["middle"], middle)
    agree(found["lower"], middle - 2 * reach)
    found = run("donchian", [HIGH, LOW], 20)
    upper, lower = HIGH.rolling(20).max(), LOW.rolling(20).min()
    agree(found["upper"], upper)
    agree(found["middle"], (upper + lower) / 2)
    agree(found["lower"], lower)


def test_ichimoku_shifts_nothing() -> None:
    quick, base, far = (
        (HIGH.rolling(length).max() + LOW.rolling(length).min()) / 2 for length in (9, 26, 52)
    )
    found = run("ichimoku", [HIGH, LOW], 9, 26, 52)
    agree(found["conversion"], quick)
    agree(found["base"], base)
    agree(found["span_a"], (quick + base) / 2)
    agree(found["span_b"], far)


@pytest.mark.parametrize("length", [5, 20])
def test_statistics(length: int) -> None:
    window = CLOSE.rolling(length)
    score = (CLOSE - window.mean()) / window.apply(np.std, raw=True)
    agree(run("zscore", [CLOSE], length)["value"], score.where(np.isfinite(score)))
    rank = CLOSE.rolling(length + 1).apply(lambda v: (v[:-1] <= v[-1]).mean() * 100, raw=True)
    agree(run("percent_rank", [CLOSE], length)["value"], rank)


@pytest.mark.parametrize("length", [2, 20])
def test_volatility_is_of_one_bar(length: int) -> None:
    returns = CLOSE.div(CLOSE.shift()).apply(np.log)
    agree(run("volatility", [CLOSE], length)["value"], returns.rolling(length).std(ddof=1))
    reach = HIGH.div(LOW).apply(np.log) ** 2
    move = CLOSE.div(BARS["open"]).apply(np.log) ** 2
    parkinson = (reach.rolling(length).mean() / (4 * np.log(2))) ** 0.5
    agree(run("parkinson", [HIGH, LOW], length)["value"], parkinson)
    variance = (reach / 2 - (2 * np.log(2) - 1) * move).rolling(length).mean()
    found = run("garman_klass", inputs_of("garman_klass"), length)["value"]
    agree(found, variance.where(variance >= 0) ** 0.5)


def test_choppiness() -> None:
    path = true_range().rolling(14).sum()
    ratio = path / (HIGH.rolling(14).max() - LOW.rolling(14).min())
    found = run("choppiness", inputs_of("choppiness"), 14)["value"]
    agree(found, 100 * ratio.apply(np.log10) / np.log10(14))


def test_supertrend_follows_its_bands() -> None:
    reach = 3 * seeded(true_range(), 10, 1 / 10)
    up, line, direction = False, [], []
    upper = lower = float("nan")
    for at, (middle, half) in enumerate(zip((HIGH + LOW) / 2, reach, strict=True)):
        if math.isnan(half):
            line.append(math.nan)
            direction.append(math.nan)
            continue
        before = CLOSE[at - 1]
        upper = middle + half if not before <= upper else min(upper, middle + half)
        lower = middle - half if not before >= lower else max(lower, middle - half)
        up = not CLOSE[at] < lower if up else CLOSE[at] > upper and not math.isnan(reach[at - 1])
        line.append(lower if up else upper)
        direction.append(1.0 if up else -1.0)
    found = run("supertrend", inputs_of("supertrend"), 10, 3.0)
    agree(found["line"], pd.Series(line))
    agree(found["direction"], pd.Series(direction))
    assert {1.0, -1.0} <= set(direction)


@pytest.mark.parametrize("length", [1, 2, 4])
def test_fractals_are_known_only_when_their_later_bars_are(length: int) -> None:
    window = 2 * length + 1

    def is_fractal(values: np.ndarray[Any, Any]) -> bool:
        return bool(values[length] > values[length + 1 :].max() and values[length] == values.max())

    found = run("fractals", [HIGH, LOW], length)
    for output, column, sign in (("high", HIGH, 1), ("low", LOW, -1)):
        there = (sign * column).rolling(window).apply(is_fractal, raw=True) == 1.0
        agree(found[output], column.shift(length).where(there).ffill())


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
