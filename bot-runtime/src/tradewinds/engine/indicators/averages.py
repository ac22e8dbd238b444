"""Moving averages.

SMA: the mean of the last `length` values (TA-Lib SMA).
    State: values seen, running sum, sum since the ring was last full round, ring of values.
EMA: factor 2 / (length + 1), seeded by the mean of the first `length` values (TA-Lib EMA).
    State: values seen up to `length`, average (the sum before that).
"""

from __future__ import annotations

from math import nan


def sma_size(length: int) -> int:
    return 3 + length


def sma_warmup(length: int) -> int:
    return length


def sma(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the mean of the last values; NaN before there are `length` of them.

    The running sum is replaced by one made afresh each time the ring is full round, so a rounding
    error never outlives `length` values.
    """
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    count = int(state[offset])
    turn = count % length
    place = offset + 3 + turn
    total = state[offset + 1] + x - state[place]
    fresh = state[offset + 2] + x
    state[place] = x
    state[offset] = count + 1.0
    if turn == length - 1:
        total = fresh
        fresh = 0.0
    state[offset + 1] = total
    state[offset + 2] = fresh
    if count + 1 < length:
        return nan
    return total / length


def ema_size(length: int) -> int:  # noqa: ARG001  # every size takes the parameters of its step
    return 2


def ema_warmup(length: int) -> int:
    return length


def ema(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the average; NaN before `length` values, whose mean is the first result."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    count = state[offset]
    if count >= length:
        value = state[offset + 1]
        value += (x - value) * (2.0 / (length + 1.0))
        state[offset + 1] = value
        return value
    state[offset] = count + 1.0
    total = state[offset + 1] + x
    if count + 1.0 < length:
        state[offset + 1] = total
        return nan
    state[offset + 1] = total / length
    return total / length
