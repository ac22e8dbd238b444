"""Statistics of the last `length` values.

stdev: population standard deviation (TA-Lib STDDEV), 0 where nothing moves.
    State: mean, squared spread, turn, full, first value since the ring was last full round, sum and
    sum of squares of the distances from it since then, ring of values.
zscore: distance from the mean in standard deviations; NaN where nothing moves.
slope: of the line of least squares, for each input (TA-Lib LINEARREG_SLOPE). By the identity
    WMA - SMA = slope · (length - 1) / 6.
    State: the WMA, the SMA.
percent_rank: how many percent of the `length` values before are at or below this one.
    State: turn, full, ring of values.
"""

from __future__ import annotations

import math
from math import nan
from typing import Final

from tradewinds.engine.indicators.averages import SMA, WMA, sma, wma
from tradewinds.engine.indicators.step import Step

STDEV: Final = 7  # floats of state beside the ring
RANK: Final = 2


def stdev(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the deviation and leave the mean in the first place; NaN before `length` values.

    Mean and spread slide by Welford's method, and are replaced by ones made afresh each time the
    ring is full round, so a rounding error never outlives `length` values.
    """
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = state[offset + 2]
    place = offset + STDEV + int(turn)
    old = state[place]
    state[place] = x
    turn += 1.0
    if turn == 1.0:
        state[offset + 4] = x
        state[offset + 5] = 0.0
        state[offset + 6] = 0.0
    share = 1.0 / length
    before = state[offset]
    mean = before + (x - old) * share
    spread = state[offset + 1] + (x - old) * (x - mean + old - before)
    away = x - state[offset + 4]
    total = state[offset + 5] + away
    squares = state[offset + 6] + away * away
    state[offset + 5] = total
    state[offset + 6] = squares
    if place == offset + STDEV + length - 1:
        turn = 0.0
        mean = state[offset + 4] + total * share
        spread = squares - total * total * share
        state[offset + 3] = 1.0
    state[offset] = mean
    state[offset + 1] = spread
    state[offset + 2] = turn
    if state[offset + 3] == 0.0:
        return nan
    return math.sqrt(spread * share) if spread > 0.0 else 0.0


def zscore(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the distance; NaN before `length` values."""
    spread = stdev(state, offset, x, length)
    return (x - state[offset]) / spread if spread > 0.0 else nan


def slope(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the rise for each input; NaN before `length` values."""
    heavy = wma(state, offset, x, length)
    return 6.0 * (heavy - sma(state, offset + WMA + length, x, length)) / (length - 1.0)


def percent_rank(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the rank from 0 to 100; NaN before length + 1 values."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = int(state[offset])
    full = state[offset + 1]
    below = 0
    for place in range(offset + RANK, offset + RANK + length):
        if state[place] <= x:
            below += 1
    state[offset + RANK + turn] = x
    turn += 1
    if turn == length:
        turn = 0
        state[offset + 1] = 1.0
    state[offset] = turn
    return 100.0 * below / length if full != 0.0 else nan


STATISTICS: Final = {
    "stdev": Step(stdev, lambda length: STDEV + length, lambda length: length, windowed=True),
    "zscore": Step(zscore, lambda length: STDEV + length, lambda length: length, windowed=True),
    "slope": Step(
        slope, lambda length: WMA + SMA + 2 * length, lambda length: length, windowed=True
    ),
    "percent_rank": Step(
        percent_rank, lambda length: RANK + length, lambda length: length + 1, windowed=True
    ),
}
