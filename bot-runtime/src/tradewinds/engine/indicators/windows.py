"""What several indicators are made of: a look back and an extreme with its age, over a ring.

A ring is a stretch of state whose place `turn` is written next; it is whole once `full` is 1. A
turn that is compared and set back costs less than a remainder, in CPython and under Numba.

ago: the value `length` inputs before this one.
    State: turn, full, ring of values.
peak: the highest of the last `length` values; of equals the last. Its age in inputs is left in the
    first place. The lowest is the highest of the values below zero.
    State: age, highest, turn, full, ring of values.
"""

from __future__ import annotations

from math import nan
from typing import Final

AGO: Final = 2  # floats of state beside the ring
PEAK: Final = 4


def ago(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the value `length` inputs before; NaN when there is none, or x is none."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = int(state[offset])
    full = state[offset + 1]
    old = state[offset + AGO + turn]
    state[offset + AGO + turn] = x
    turn += 1
    if turn == length:
        turn = 0
        state[offset + 1] = 1.0
    state[offset] = turn
    return old if full != 0.0 else nan


def peak(state: list[float], offset: int, x: float, length: int) -> float:
    """Return the highest of the last values and leave its age; NaN before there are `length`."""
    if x - x != 0.0:  # NaN or infinite: skipped
        return nan
    turn = int(state[offset + 2])
    full = state[offset + 3]
    ring = offset + PEAK
    best = state[offset + 1]
    age = state[offset] + 1.0
    state[ring + turn] = x
    if x >= best or (full == 0.0 and turn == 0):
        best = x
        age = 0.0
    elif age == length:  # the highest left
        best = x
        age = 0.0
        for back in range(1, length):
            value = state[ring + turn - back + (length if back > turn else 0)]
            if value > best:
                best = value
                age = back + 0.0
    turn += 1
    if turn == length:
        turn = 0
        full = 1.0
    state[offset] = age
    state[offset + 1] = best
    state[offset + 2] = turn
    state[offset + 3] = full
    return best if full != 0.0 else nan
