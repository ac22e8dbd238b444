"""Volatility: how widely a value moves.

True range: the widest of high - low, high - previous close and previous close - low; a symbol's
    first bar has none.
ATR: average true range (Wilder 1978, TA-Lib ATR): Wilder's average, seeded by the mean of the first
    `length` ranges. NATR: that in percent of the close (Forman 2006, TA-Lib NATR).
    State: factor (0 until it is seeded), previous close, average, bars seen before that.
choppiness: the sum of true ranges over the whole range, as a logarithm from 0 to 100 (Dreiss 1993).
    State: bars seen (0 or 1), previous close, the SMA of true ranges, the two extremes.
volatility: sample deviation of the logarithmic returns from value to value, of one bar: it is never
    annualised here. A value at or below zero is skipped.
    State: previous value, the deviation.
parkinson: of one bar, from the squared logarithm of high over low (Parkinson 1980).
    State: the SMA.
garman_klass: of one bar, from that and the logarithm of close over open (Garman and Klass 1980).
    State: the SMA.
"""

# ruff: noqa: FURB136  # a call of min or max costs more than the rest of such a line

from __future__ import annotations

import math
from math import nan
from typing import Final

from tradewinds.engine.indicators.averages import SMA, sma
from tradewinds.engine.indicators.extremes import EXTREME, highest, lowest
from tradewinds.engine.indicators.statistics import STDEV, stdev
from tradewinds.engine.indicators.step import Step

ATR: Final = 4  # floats of state
_LOG_2: Final = math.log(2.0)


def atr(
    state: list[float], offset: int, high: float, low: float, close: float, length: int
) -> float:
    """Return the average range in quote currency; NaN before `length` + 1 bars."""
    whole = high - low + close
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    factor = state[offset]
    previous = state[offset + 1]
    state[offset + 1] = close
    if factor == 0.0:
        count = state[offset + 3]
        state[offset + 3] = count + 1.0
        if count == 0.0:
            return nan
        factor = 1.0 / count  # the mean so far; after `length` ranges it is the seed
        if count == length:
            state[offset] = factor
    top = high if high > previous else previous
    bottom = low if low < previous else previous
    value = state[offset + 2] * (1.0 - factor) + (top - bottom) * factor
    state[offset + 2] = value
    return value if state[offset] != 0.0 else nan


def natr(
    state: list[float], offset: int, high: float, low: float, close: float, length: int
) -> float:
    """Return the average range in percent of the close; NaN before `length` + 1 bars."""
    value = atr(state, offset, high, low, close, length)
    return 100.0 * value / close if close != 0.0 else nan


def choppiness(
    state: list[float], offset: int, high: float, low: float, close: float, length: int
) -> float:
    """Return 0 (a straight move) to 100 (no way at all); NaN before `length` + 1 bars."""
    whole = high - low + close
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    seen = state[offset]
    previous = state[offset + 1]
    state[offset] = 1.0
    state[offset + 1] = close
    if seen == 0.0:
        return nan
    above = high if high > previous else previous
    below = low if low < previous else previous
    path = sma(state, offset + 2, above - below, length) * length
    top = highest(state, offset + 2 + SMA + length, high, length)
    bottom = lowest(state, offset + 2 + SMA + EXTREME + 2 * length, low, length)
    if not (top > bottom and path > 0.0):
        return nan
    return 100.0 * math.log(path / (top - bottom)) / math.log(length)


def volatility(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the deviation of a bar's return; NaN before length + 1 values."""
    if not (x > 0.0 and x - x == 0.0):  # NaN, infinite or without a logarithm: skipped
        return nan
    previous = state[offset]
    state[offset] = x
    if previous == 0.0:
        return nan
    move = math.log(x / previous)
    return stdev(state, offset + 1, move, length) * math.sqrt(length / (length - 1.0))


def parkinson(state: list[float], offset: int, high: float, low: float, length: int) -> float:
    """Return the deviation of a bar's return; NaN before `length` bars."""
    if not (low > 0.0 and high >= low and high - high == 0.0):
        return nan
    reach = math.log(high / low)
    mean = sma(state, offset, reach * reach, length)
    return math.sqrt(mean / (4.0 * _LOG_2)) if mean >= 0.0 else nan


def garman_klass(
    state: list[float],
    offset: int,
    start: float,
    high: float,
    low: float,
    close: float,
    length: int,
) -> float:
    """Return the deviation of a bar's return; NaN before `length` bars."""
    if not (low > 0.0 and high >= low and high - high == 0.0 and start > 0.0 and close > 0.0):
        return nan
    reach = math.log(high / low)
    move = math.log(close / start)
    variance = 0.5 * reach * reach - (2.0 * _LOG_2 - 1.0) * move * move
    mean = sma(state, offset, variance, length)
    return math.sqrt(mean) if mean >= 0.0 else nan


SPREAD: Final = {
    "atr": Step(atr, lambda _: ATR, lambda length: length + 1),
    "natr": Step(natr, lambda _: ATR, lambda length: length + 1),
    "choppiness": Step(
        choppiness,
        lambda length: 2 + SMA + 2 * EXTREME + 3 * length,
        lambda length: length + 1,
        windowed=True,
    ),
    "volatility": Step(
        volatility, lambda length: 1 + STDEV + length, lambda length: length + 1, windowed=True
    ),
    "parkinson": Step(parkinson, lambda length: SMA + length, lambda length: length, windowed=True),
    "garman_klass": Step(
        garman_klass, lambda length: SMA + length, lambda length: length, windowed=True
    ),
}
