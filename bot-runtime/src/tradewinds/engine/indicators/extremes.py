"""Highest and lowest of the last `length` values, this one included (TA-Lib MAX and MIN).

The place of the extreme is kept, so the ring is searched only when the extreme leaves it.
State: values seen, number of the extreme one, ring of values.
"""

from __future__ import annotations

from math import nan


def extreme_size(length: int) -> int:
    return 2 + length


def extreme_warmup(length: int) -> int:
    return length


def highest(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the highest of the last values; NaN before there are `length` of them."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    count = int(state[offset])
    best = int(state[offset + 1])
    ring = offset + 2
    state[offset] = count + 1.0
    state[ring + count % length] = x
    if best <= count - length:
        best = count - length + 1
        for place in range(best + 1, count + 1):
            if state[ring + place % length] >= state[ring + best % length]:
                best = place
    elif x >= state[ring + best % length]:
        best = count
    state[offset + 1] = best + 0.0
    if count + 1 < length:
        return nan
    return state[ring + best % length]


def lowest(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the lowest of the last values; NaN before there are `length` of them."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    count = int(state[offset])
    best = int(state[offset + 1])
    ring = offset + 2
    state[offset] = count + 1.0
    state[ring + count % length] = x
    if best <= count - length:
        best = count - length + 1
        for place in range(best + 1, count + 1):
            if state[ring + place % length] <= state[ring + best % length]:
                best = place
    elif x <= state[ring + best % length]:
        best = count
    state[offset + 1] = best + 0.0
    if count + 1 < length:
        return nan
    return state[ring + best % length]
