"""Highest and lowest.

highest, lowest: of the last `length` values, this one included (TA-Lib MAX and MIN). When the ring
    is full round, each of its places is given the extreme from there to its end; so the extreme of
    the window is that of the place ahead or that of this round (van Herk 1992), and no market makes
    it search.
    State: turn, full, extreme of this round, ring of values, ahead of `turn` of those extremes.
Fractals (Williams 1995): a high that is above the `length` highs after it and not below those
    before, a low the other way round. It is known only `length` bars later, and held from then on.
    State: high, low, whether it began, the two peaks.
"""

# ruff: noqa: FURB136  # a call of min or max costs more than the rest of such a line

from __future__ import annotations

from math import inf, nan
from typing import Final

from tradewinds.engine.indicators.step import Step
from tradewinds.engine.indicators.windows import PEAK, peak

EXTREME: Final = 3  # floats of state beside the ring


def highest(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the highest of the last values; NaN before there are `length` of them."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = state[offset]
    place = offset + EXTREME + int(turn)
    fresh = state[offset + 2]
    fresh = x if x > fresh else fresh
    state[place] = x
    if place < offset + EXTREME + length - 1:
        state[offset] = turn + 1.0
        state[offset + 2] = fresh
        if state[offset + 1] == 0.0:
            return nan
        rest = state[place + 1]
        return rest if rest > fresh else fresh
    for back in range(1, length):
        value = state[place - back]
        x = value if value > x else x
        state[place - back] = x
    state[offset] = 0.0
    state[offset + 1] = 1.0
    state[offset + 2] = -inf
    return x


def lowest(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the lowest of the last values; NaN before there are `length` of them."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = state[offset]
    place = offset + EXTREME + int(turn)
    fresh = state[offset + 2]
    fresh = x if x < fresh else fresh
    state[place] = x
    if place < offset + EXTREME + length - 1:
        state[offset] = turn + 1.0
        state[offset + 2] = fresh
        if state[offset + 1] == 0.0:
            return nan
        rest = state[place + 1]
        return rest if rest < fresh else fresh
    for back in range(1, length):
        value = state[place - back]
        x = value if value < x else x
        state[place - back] = x
    state[offset] = 0.0
    state[offset + 1] = 1.0
    state[offset + 2] = inf
    return x


def fractals(state: list[float], offset: int, high: float, low: float, length: int) -> float:
    """Return the last fractal high and leave it and the last fractal low in the first places."""
    state[offset] = nan
    state[offset + 1] = nan
    if high - low - (high - low) != 0.0:  # something is NaN or infinite: skipped
        return nan
    window = 2 * length + 1
    if state[offset + 2] == 0.0:
        state[offset + 2] = 1.0
        state[offset + 3] = nan
        state[offset + 4] = nan
    second = offset + 5 + PEAK + window
    top = peak(state, offset + 5, high, window)
    bottom = -peak(state, second, -low, window)
    if top == top and state[offset + 5] == length:  # noqa: PLR0124  # NaN differs from itself
        state[offset + 3] = top
    if bottom == bottom and state[second] == length:  # noqa: PLR0124
        state[offset + 4] = bottom
    state[offset] = state[offset + 3]
    state[offset + 1] = state[offset + 4]
    return state[offset]


EXTREMES: Final = {
    "highest": Step(highest, lambda length: EXTREME + length, lambda length: length, windowed=True),
    "lowest": Step(lowest, lambda length: EXTREME + length, lambda length: length, windowed=True),
    "fractals": Step(
        fractals,
        lambda length: 5 + 2 * (PEAK + 2 * length + 1),
        lambda length: 2 * length + 1,
        windowed=True,
        outputs={"high": 0, "low": 1},
    ),
}
