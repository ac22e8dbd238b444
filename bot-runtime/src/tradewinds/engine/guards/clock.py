"""What a clock on the wall says: a time zone as a table of offsets. Flat buffers and scalars."""

import math

from tradewinds.engine.guards.layout import BLACKOUTS, CLOCKS, SESSIONS, SETTINGS_SIZE_OF

Buffer = list[float]


def clocks_at(settings: Buffer) -> int:
    """Return where the table of offsets begins: (from, offset), the first from the beginning."""
    pairs = int(settings[SESSIONS]) + int(settings[BLACKOUTS])
    return SETTINGS_SIZE_OF + 2 * pairs


def clock_of(time: float, settings: Buffer) -> int:
    """Return which row of the table holds at a time, -1 without a table."""
    begin = clocks_at(settings)
    low, high = 0, int(settings[CLOCKS])
    while low < high:
        middle = (low + high) // 2
        if settings[begin + 2 * middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1


def wall(time: float, settings: Buffer) -> float:
    """Return what the clock says at a time, in milliseconds since 1970 began by it."""
    row = clock_of(time, settings)
    if row < 0:
        return float(time)
    return time + settings[clocks_at(settings) + 2 * row + 1]


def first_at(moment: float, settings: Buffer) -> float:
    """Return when the clock first says `moment` or more.

    What it says twice is meant the first time; what it leaves out is when it is set forward.
    """
    count = int(settings[CLOCKS])
    begin = clocks_at(settings)
    row = max(clock_of(moment, settings) - 2, 0)
    while row < count:
        at = begin + 2 * row
        until = settings[at + 2] if row + 1 < count else math.inf
        if moment - settings[at + 1] < until:
            return max(moment - settings[at + 1], settings[at])
        row += 1
    return float(moment)
