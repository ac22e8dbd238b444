"""Volatility: how widely a value moves.

ATR: average true range (Wilder 1978, TA-Lib ATR). The true range is the widest of high - low,
    high - previous close and previous close - low; the average is Wilder's, seeded by the mean of
    the first `length` ranges, of which the first needs the bar before it.
    State: bars seen up to `length` + 1, previous close, average.
Bollinger bands (Bollinger 1983, TA-Lib BBANDS with an SMA): the middle is the mean of the last
    `length` values, the bands are `deviations` population standard deviations away.
    State: upper, middle, lower, values seen, mean, squared spread, both since the ring was last
    full round, ring of values.
"""

# ruff: noqa: FURB136  # a call of min or max costs more than the rest of such a line

from __future__ import annotations

import math
from math import nan
from types import MappingProxyType
from typing import Final

BOLLINGER_OUTPUTS: Final = MappingProxyType({"upper": 0, "middle": 1, "lower": 2})


def atr_size(length: int) -> int:  # noqa: ARG001  # every size takes the parameters of its step
    return 3


def atr_warmup(length: int) -> int:
    return length + 1


def atr(
    state: list[float], offset: int, high: float, low: float, close: float, length: int
) -> float:
    """Return the average range in quote currency; NaN before `length` + 1 bars."""
    whole = high - low + close
    if whole - whole != 0.0:  # something is NaN or infinite: skipped
        return nan
    count = state[offset]
    previous = state[offset + 1]
    state[offset + 1] = close
    if count <= length:
        state[offset] = count + 1.0
    if count == 0.0:
        return nan
    top = high if high > previous else previous
    bottom = low if low < previous else previous
    weight = count if count <= length else length
    value = state[offset + 2] + (top - bottom - state[offset + 2]) / weight
    state[offset + 2] = value
    if count < length:
        return nan
    return value


def bollinger_size(length: int, deviations: float) -> int:  # noqa: ARG001  # as its step's
    return 8 + length


def bollinger_warmup(length: int, deviations: float) -> int:  # noqa: ARG001  # as its step's
    return length


def bollinger(state: list[float], offset: int, x: float, length: int, deviations: float) -> float:
    """Return the upper band and leave upper, middle and lower in the first three places.

    Mean and spread slide by Welford's method, and are replaced by ones made afresh each time the
    ring is full round, so a rounding error never outlives `length` values.
    """
    state[offset] = nan
    state[offset + 1] = nan
    state[offset + 2] = nan
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    count = int(state[offset + 3])
    turn = count % length
    old = state[offset + 8 + turn]
    state[offset + 8 + turn] = x
    state[offset + 3] = count + 1.0
    fresh = state[offset + 6]
    step = x - fresh
    fresh += step / (turn + 1.0)
    fresh_spread = state[offset + 7] + step * (x - fresh)
    if turn == length - 1:
        mean = fresh
        spread = fresh_spread
        fresh = 0.0
        fresh_spread = 0.0
    else:
        before = state[offset + 4]
        mean = before + (x - old) / length
        spread = state[offset + 5] + (x - old) * (x - mean + old - before)
    state[offset + 4] = mean
    state[offset + 5] = spread
    state[offset + 6] = fresh
    state[offset + 7] = fresh_spread
    if count + 1 < length:
        return nan
    width = deviations * math.sqrt(spread / length) if spread > 0.0 else 0.0
    state[offset] = mean + width
    state[offset + 1] = mean
    state[offset + 2] = mean - width
    return mean + width
