"""Moving averages. Those of several EMAs start each when the one before has its first value.

SMA: the mean of the last `length` values (TA-Lib SMA).
    State: turn, full, running sum, sum since the ring was last full round, ring of values.
EMA: factor 2 / (length + 1), seeded by the mean of the first `length` values (TA-Lib EMA).
    State: factor (0 until it is seeded), average (the sum before that), values seen before that.
WMA: weights 1 to `length`, the newest heaviest (TA-Lib WMA).
    State: turn, full, running sum, running weighted sum, both since the ring was last full round,
    ring of values.
DEMA: 2 · EMA - EMA of the EMA (Mulloy 1994, TA-Lib DEMA). TEMA: 3 · EMA - 3 · EMA of it + EMA of
    that (the same, TA-Lib TEMA).
HMA: WMA of 2 · WMA(length / 2) - WMA(length) over the root of the length, both rounded down (Hull
    2005).
KAMA: Kaufman's adaptive average (1995, TA-Lib KAMA): an EMA whose factor goes from that of `slow`
    to that of `fast` with the efficiency, way over path of the last `length` values. It begins
    with the value before.
    State: average, value before, whether there was one (2: and an average), look back, SMA of the
    steps.
VWMA: mean of the last values weighted by volume; NaN while there is no volume at all.
    State: the SMAs of value times volume and of volume.
"""

from __future__ import annotations

import math
from math import nan
from typing import Final

from tradewinds.engine.indicators.step import Step
from tradewinds.engine.indicators.windows import AGO, ago

SMA: Final = 4  # floats of state beside the ring
WMA: Final = 6
EMA: Final = 3  # floats of state


def sma(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the mean of the last values; NaN before there are `length` of them.

    The running sum is replaced by one made afresh each time the ring is full round, so a rounding
    error never outlives `length` values.
    """
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = state[offset]
    place = offset + SMA + int(turn)
    total = state[offset + 2] + (x - state[place])
    fresh = state[offset + 3] + x
    state[place] = x
    turn += 1.0
    if place == offset + SMA + length - 1:
        turn = 0.0
        total = fresh
        fresh = 0.0
        state[offset + 1] = 1.0
    state[offset] = turn
    state[offset + 2] = total
    state[offset + 3] = fresh
    if state[offset + 1] == 0.0:
        return nan
    return total / length


def ema(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the average; NaN before `length` values, whose mean is the first result."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    factor = state[offset]
    value = state[offset + 1]
    if factor != 0.0:
        value = value * (1.0 - factor) + x * factor
        state[offset + 1] = value
        return value
    count = state[offset + 2] + 1.0
    state[offset + 2] = count
    value += x
    if count == length:
        value /= length
        state[offset] = 2.0 / (length + 1.0)
    state[offset + 1] = value
    return value if count == length else nan


def wma(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the weighted mean; NaN before there are `length` values. Sums are those of `sma`."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = int(state[offset])
    place = offset + WMA + turn
    before = state[offset + 2]
    total = before + (x - state[place])
    weighted = state[offset + 3] + (x * length - before)
    turn += 1
    fresh = state[offset + 4] + x
    fresh_weighted = state[offset + 5] + x * turn
    state[place] = x
    if turn == length:
        turn = 0
        total = fresh
        weighted = fresh_weighted
        fresh = 0.0
        fresh_weighted = 0.0
        state[offset + 1] = 1.0
    state[offset] = turn
    state[offset + 2] = total
    state[offset + 3] = weighted
    state[offset + 4] = fresh
    state[offset + 5] = fresh_weighted
    if state[offset + 1] == 0.0:
        return nan
    return weighted / (length * (length + 1.0) / 2.0)


def dema(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the double average; NaN before 2 · length - 1 values."""
    once = ema(state, offset, x, length)
    return 2.0 * once - ema(state, offset + EMA, once, length)


def tema(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the triple average; NaN before 3 · length - 2 values."""
    once = ema(state, offset, x, length)
    twice = ema(state, offset + EMA, once, length)
    return 3.0 * once - 3.0 * twice + ema(state, offset + 2 * EMA, twice, length)


def hma(state: list[float], offset: int, x: float, length: int) -> float:
    """Return Hull's average; NaN before length + root - 1 values."""
    half = length // 2
    root = int(math.sqrt(length))
    slowly = wma(state, offset, x, length)
    quick = wma(state, offset + WMA + length, x, half)
    return wma(state, offset + 2 * WMA + length + half, 2.0 * quick - slowly, root)


def kama(state: list[float], offset: int, x: float, length: int, fast: int, slow: int) -> float:
    """Return the adaptive average; NaN before length + 1 values."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    before = state[offset + 1]
    seen = state[offset + 2]
    state[offset + 1] = x
    first = ago(state, offset + 3, x, length)
    if seen == 0.0:
        state[offset + 2] = 1.0
        return nan
    path = sma(state, offset + 3 + AGO + length, abs(x - before), length) * length
    way = abs(x - first)
    if way - way != 0.0:
        return nan
    slowest = 2.0 / (slow + 1.0)
    efficiency = way / path if path > way else 1.0
    factor = efficiency * (2.0 / (fast + 1.0) - slowest) + slowest
    value = state[offset] if seen > 1.0 else before
    value += (x - value) * factor * factor
    state[offset] = value
    state[offset + 2] = 2.0
    return value


def vwma(state: list[float], offset: int, x: float, volume: float, length: int) -> float:
    """Return the mean weighted by volume; NaN before `length` bars."""
    if x * volume - x * volume != 0.0:  # something is NaN or infinite: skipped
        return nan
    worth = sma(state, offset, x * volume, length)
    size = sma(state, offset + SMA + length, volume, length)
    return worth / size if size > 0.0 else nan


AVERAGES: Final = {
    "sma": Step(sma, lambda length: SMA + length, lambda length: length, windowed=True),
    "ema": Step(ema, lambda _: EMA, lambda length: length),
    "wma": Step(wma, lambda length: WMA + length, lambda length: length, windowed=True),
    "dema": Step(dema, lambda _: 2 * EMA, lambda length: 2 * length - 1),
    "tema": Step(tema, lambda _: 3 * EMA, lambda length: 3 * length - 2),
    "hma": Step(
        hma,
        lambda length: 3 * WMA + length + length // 2 + math.isqrt(length),
        lambda length: length + math.isqrt(length) - 1,
        windowed=True,
    ),
    "kama": Step(
        kama,
        lambda length, *_: 3 + AGO + SMA + 2 * length,
        lambda length, *_: length + 1,
        windowed=True,
    ),
    "vwma": Step(vwma, lambda length: 2 * (SMA + length), lambda length: length, windowed=True),
}
