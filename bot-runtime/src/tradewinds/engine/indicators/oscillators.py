"""Oscillators: where a value stands within its recent range.

stochastic: where the close stands between lowest low and highest high, in percent (Lane, TA-Lib
    STOCH); k is its SMA over `smooth` bars (1: not smoothed), d an SMA of k. NaN while the range is
    nothing, where TA-Lib says 0.
    State: k, d, the two extremes, the two SMAs.
stochastic_rsi: the same of an RSI (Chande and Kroll 1994, TA-Lib STOCHRSI when smooth is 1).
    State: k, d, the RSI, the two extremes, the two SMAs.
williams_r: distance of the close from the highest high in percent of the range, 0 to -100 (Williams
    1979, TA-Lib WILLR); NaN while the range is nothing.
    State: the two extremes.
CCI: distance of the typical price, (high + low + close) / 3, from its mean, in parts of 0.015 mean
    deviations (Lambert 1980, TA-Lib CCI); NaN where nothing moves, where TA-Lib says 0.
    State: the SMA with its ring.
"""

from __future__ import annotations

from math import nan
from typing import Final

from tradewinds.engine.indicators.averages import SMA, sma
from tradewinds.engine.indicators.extremes import EXTREME, highest, lowest
from tradewinds.engine.indicators.step import Step
from tradewinds.engine.indicators.strength import RSI, rsi


def _smoothed(state: list[float], offset: int, x: float, at: int, smooth: int, signal: int) -> None:
    k = sma(state, at, x, smooth)
    state[offset] = k
    state[offset + 1] = sma(state, at + SMA + smooth, k, signal)


def stochastic(
    state: list[float],
    offset: int,
    high: float,
    low: float,
    close: float,
    length: int,
    smooth: int,
    signal: int,
) -> float:
    """Return k and leave k and d in the first two places."""
    place = nan
    whole = high - low + close
    if whole - whole == 0.0:  # NaN and infinite are skipped
        top = highest(state, offset + 2, high, length)
        bottom = lowest(state, offset + 2 + EXTREME + length, low, length)
        if top > bottom:
            place = 100.0 * (close - bottom) / (top - bottom)
    _smoothed(state, offset, place, offset + 2 + 2 * (EXTREME + length), smooth, signal)
    return state[offset]


def stochastic_rsi(
    state: list[float], offset: int, x: float, length: int, window: int, smooth: int, signal: int
) -> float:
    """Return k and leave k and d in the first two places."""
    strength = rsi(state, offset + 2, x, length)
    top = highest(state, offset + 2 + RSI, strength, window)
    bottom = lowest(state, offset + 2 + RSI + EXTREME + window, strength, window)
    place = 100.0 * (strength - bottom) / (top - bottom) if top > bottom else nan
    _smoothed(state, offset, place, offset + 2 + RSI + 2 * (EXTREME + window), smooth, signal)
    return state[offset]


def williams_r(
    state: list[float], offset: int, high: float, low: float, close: float, length: int
) -> float:
    """Return the distance from 0 to -100; NaN before `length` bars."""
    whole = high - low + close
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    top = highest(state, offset, high, length)
    bottom = lowest(state, offset + EXTREME + length, low, length)
    return 100.0 * (close - top) / (top - bottom) if top > bottom else nan


def _away(state: list[float], begin: int, length: int, mean: float) -> float:
    """Return the distances from the mean, in four sums, since an addition waits for its last."""
    end = begin + length
    one = two = three = four = 0.0
    for place in range(begin, end - 3, 4):
        one += abs(state[place] - mean)
        two += abs(state[place + 1] - mean)
        three += abs(state[place + 2] - mean)
        four += abs(state[place + 3] - mean)
    for place in range(end - length % 4, end):
        one += abs(state[place] - mean)
    return (one + two) + (three + four)


def cci(
    state: list[float], offset: int, high: float, low: float, close: float, length: int
) -> float:
    """Return the index; NaN before `length` bars."""
    typical = (high + low + close) / 3.0
    mean = sma(state, offset, typical, length)
    if mean - mean != 0.0:
        return nan
    away = _away(state, offset + SMA, length, mean)
    return (typical - mean) * length / (0.015 * away) if away > 0.0 else nan


_K_D: Final = {"k": 0, "d": 1}
OSCILLATORS: Final = {
    "stochastic": Step(
        stochastic,
        lambda length, smooth, signal: 2 + 2 * (EXTREME + length + SMA) + smooth + signal,
        lambda length, smooth, signal: length + smooth + signal - 2,
        windowed=True,
        outputs=_K_D,
    ),
    "stochastic_rsi": Step(
        stochastic_rsi,
        lambda _, window, smooth, signal: 2 + RSI + 2 * (EXTREME + window + SMA) + smooth + signal,
        lambda length, window, smooth, signal: length + window + smooth + signal - 2,
        windowed=True,
        outputs=_K_D,
    ),
    "williams_r": Step(
        williams_r, lambda length: 2 * (EXTREME + length), lambda length: length, windowed=True
    ),
    "cci": Step(cci, lambda length: SMA + length, lambda length: length, windowed=True),
}
