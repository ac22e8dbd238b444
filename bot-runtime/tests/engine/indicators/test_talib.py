"""Indicators against TA-Lib to 1e-9, from its first value on and with its first value in place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import talib
from indicator_cases import BARS, inputs_of, run
from talib._ta_lib import MA_Type

OPEN, HIGH, LOW, CLOSE, VOLUME = (BARS[name].to_numpy() for name in BARS)
SAME: list[tuple[str, tuple[Any, ...], str, Any]] = [
    ("sma", (20,), "value", talib.SMA(CLOSE, 20)),
    ("ema", (20,), "value", talib.EMA(CLOSE, 20)),
    ("wma", (20,), "value", talib.WMA(CLOSE, 20)),
    ("dema", (12,), "value", talib.DEMA(CLOSE, 12)),
    ("tema", (12,), "value", talib.TEMA(CLOSE, 12)),
    ("kama", (10, 2, 30), "value", talib.KAMA(CLOSE, 10)),
    ("rsi", (14,), "value", talib.RSI(CLOSE, 14)),
    ("ppo", (12, 26, 9), "ppo", talib.PPO(CLOSE, 12, 26, MA_Type.EMA)),
    ("trix", (9,), "value", talib.TRIX(CLOSE, 9)),
    ("roc", (10,), "value", talib.ROC(CLOSE, 10)),
    ("momentum", (10,), "value", talib.MOM(CLOSE, 10)),
    ("williams_r", (14,), "value", talib.WILLR(HIGH, LOW, CLOSE, 14)),
    ("cci", (20,), "value", talib.CCI(HIGH, LOW, CLOSE, 20)),
    ("atr", (14,), "value", talib.ATR(HIGH, LOW, CLOSE, 14)),
    ("natr", (14,), "value", talib.NATR(HIGH, LOW, CLOSE, 14)),
    ("bollinger", (20, 2.0), "upper", talib.BBANDS(CLOSE, 20, 2.0, 2.0)[0]),
    ("bollinger", (20, 2.0), "middle", talib.BBANDS(CLOSE, 20, 2.0, 2.0)[1]),
    ("bollinger", (20, 2.0), "lower", talib.BBANDS(CLOSE, 20, 2.0, 2.0)[2]),
    ("adx", (14,), "adx", talib.ADX(HIGH, LOW, CLOSE, 14)),
    ("adx", (14,), "plus_di", talib.PLUS_DI(HIGH, LOW, CLOSE, 14)),
    ("adx", (14,), "minus_di", talib.MINUS_DI(HIGH, LOW, CLOSE, 14)),
    ("aroon", (14,), "up", talib.AROON(HIGH, LOW, 14)[1]),
    ("aroon", (14,), "down", talib.AROON(HIGH, LOW, 14)[0]),
    ("aroon", (14,), "oscillator", talib.AROONOSC(HIGH, LOW, 14)),
    ("parabolic_sar", (0.02, 0.2), "value", talib.SAR(HIGH, LOW, 0.02, 0.2)),
    ("obv", (), "value", talib.OBV(CLOSE, VOLUME)),
    ("mfi", (14,), "value", talib.MFI(HIGH, LOW, CLOSE, VOLUME, 14)),
    ("chaikin", (3, 10), "value", talib.ADOSC(HIGH, LOW, CLOSE, VOLUME, 3, 10)),
    ("highest", (20,), "value", talib.MAX(CLOSE, 20)),
    ("lowest", (20,), "value", talib.MIN(CLOSE, 20)),
    ("stdev", (20,), "value", talib.STDDEV(CLOSE, 20)),
    ("slope", (14,), "value", talib.LINEARREG_SLOPE(CLOSE, 14)),
]
# TA-Lib shows none of several lines before it has them all.
LATER: list[tuple[str, tuple[Any, ...], str, Any]] = [
    ("macd", (12, 26, 9), "macd", talib.MACD(CLOSE, 12, 26, 9)[0]),
    ("macd", (12, 26, 9), "signal", talib.MACD(CLOSE, 12, 26, 9)[1]),
    ("macd", (12, 26, 9), "histogram", talib.MACD(CLOSE, 12, 26, 9)[2]),
    (
        "stochastic",
        (14, 3, 3),
        "k",
        talib.STOCH(HIGH, LOW, CLOSE, 14, 3, MA_Type.SMA, 3, MA_Type.SMA)[0],
    ),
    (
        "stochastic",
        (14, 3, 3),
        "d",
        talib.STOCH(HIGH, LOW, CLOSE, 14, 3, MA_Type.SMA, 3, MA_Type.SMA)[1],
    ),
    ("stochastic_rsi", (14, 9, 1, 3), "k", talib.STOCHRSI(CLOSE, 14, 9, 3, MA_Type.SMA)[0]),
    ("stochastic_rsi", (14, 9, 1, 3), "d", talib.STOCHRSI(CLOSE, 14, 9, 3, MA_Type.SMA)[1]),
]


@pytest.mark.parametrize(("name", "parameters", "output", "expected"), SAME)
def test_same_values_and_same_first_value(
    name: str, parameters: tuple[Any, ...], output: str, expected: Any
) -> None:
    found = np.array(run(name, inputs_of(name), *parameters)[output])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize(("name", "parameters", "output", "expected"), LATER)
def test_same_values_where_it_has_all_lines(
    name: str, parameters: tuple[Any, ...], output: str, expected: Any
) -> None:
    found = np.array(run(name, inputs_of(name), *parameters)[output])
    there = ~np.isnan(expected)
    assert there.sum() > 2_900
    np.testing.assert_allclose(found[there], expected[there], rtol=1e-9, atol=1e-9)
