"""Highest and lowest.

highest, lowest: of the last `length` values, this one included (TA-Lib MAX and MIN). The ring is
    searched only when the extreme leaves it.
    State: turn, full, extreme, ring of values.
Fractals (Williams 1995): a high that is above the `length` highs after it and not below those
    before, a low the other way round. It is known only `length` bars later, and held from then on.
    State: high, low, whether it began, the two peaks.
"""

from __future__ import annotations

from math import nan
from typing import Final

from tradewinds.engine.indicators.step import Step
from tradewinds.engine.indicators.windows import PEAK, peak

EXTREME: Final = 3  # floats of state beside the ring


def highest(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the highest of the last values; NaN before there are `length` of them."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = int(state[offset])
    place = offset + EXTREME + turn
    best = state[offset + 2]
    old = state[place]
    state[place] = x
    turn += 1
    if x >= best:
        state[offset + 2] = best = x
    elif state[offset + 1] == 0.0:
        if turn == 1:
            state[offset + 2] = best = x
    elif old == best:
        state[offset + 2] = best = max(state[offset + EXTREME : offset + EXTREME + length])
    if turn == length:
        turn = 0
        state[offset + 1] = 1.0
    state[offset] = turn
    return best if state[offset + 1] != 0.0 else nan


def lowest(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the lowest of the last values; NaN before there are `length` of them."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = int(state[offset])
    place = offset + EXTREME + turn
    best = state[offset + 2]
    old = state[place]
    state[place] = x
    turn += 1
    if x <= best:
        state[offset + 2] = best = x
    elif state[offset + 1] == 0.0:
        if turn == 1:
            state[offset + 2] = best = x
    elif old == best:
        state[offset + 2] = best = min(state[offset + EXTREME : offset + EXTREME + length])
    if turn == length:
        turn = 0
        state[offset + 1] = 1.0
    state[offset] = turn
    return best if state[offset + 1] != 0.0 else nan


def fractals(state: list[float], offset: int, high: float, low: float, length: int) -> float:
    """Return the last fractal high and leave it and the last fractal low in the first places."""
    if high - low - (high - low) != 0.0:  # something is NaN or infinite: skipped
        return nan
    window = 2 * length + 1
    if state[offset + 2] == 0.0:
        state[offset] = nan
        state[offset + 1] = nan
        state[offset + 2] = 1.0
    top = peak(state, offset + 3, high, window)
    bottom = -peak(state, offset + 3 + PEAK + window, -low, window)
    if top == top and state[offset + 3] == length:  # noqa: PLR0124  # NaN differs from itself
        state[offset] = top
    if bottom == bottom and state[offset + 3 + PEAK + window] == length:  # noqa: PLR0124
        state[offset + 1] = bottom
    return state[offset]


EXTREMES: Final = {
    "highest": Step(highest, lambda length: EXTREME + length, lambda length: length, windowed=True),
    "lowest": Step(lowest, lambda length: EXTREME + length, lambda length: length, windowed=True),
    "fractals": Step(
        fractals,
        lambda length: 3 + 2 * (PEAK + 2 * length + 1),
        lambda length: 2 * length + 1,
        windowed=True,
        outputs={"high": 0, "low": 1},
    ),
}
