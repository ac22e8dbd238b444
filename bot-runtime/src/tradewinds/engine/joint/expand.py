"""From one position to its legs, and out of a position of which a leg is missing.

What is held and what waits are read from the book alone, so that a backtest, a bot that starts
again and a gateway see the same. Functions over flat buffers and scalars.
"""

from tradewinds.engine.guards.admit import want
from tradewinds.engine.joint.layout import LEG_SIZE_OF, MISSING, PLACE, SHARE
from tradewinds.engine.records import (
    BUY,
    CANCEL,
    ENTRY_SIDE,
    EXIT,
    EXIT_LOTS,
    INTENT_SIDE,
    INTENT_SIZE_OF,
    INTENT_SYMBOL,
    LOTS,
    SELL,
)

Buffer = list[float]


def expand(
    intents: Buffer, n: int, state: Buffer, stride: int, legs: int, settings: Buffer, out: Buffer
) -> int:
    """Write a row for each leg of what the n rows of the leading leg want; return how many.

    A position that is not whole is closed instead: whatever its rules want.
    """
    if not is_whole(state, stride, legs, settings):
        return close(state, stride, legs, settings, out)
    m = 0
    for i in range(n):
        for leg in range(legs):
            m = copy(intents, i, settings, leg, m, out)
    return m


def is_whole(state: Buffer, stride: int, legs: int, settings: Buffer) -> bool:
    """Whether nothing waits, and all legs are held on their sides of one position, or none is."""
    first = 0.0
    for leg in range(legs):
        block = int(settings[leg * LEG_SIZE_OF + PLACE]) * stride
        side = state[block + LOTS] * settings[leg * LEG_SIZE_OF + SHARE]
        if state[block + ENTRY_SIDE] != 0.0:
            return False
        if leg == 0:
            first = side
        elif side * first < 0.0 or (side == 0.0) != (first == 0.0):
            return False
    return True


def close(state: Buffer, stride: int, legs: int, settings: Buffer, out: Buffer) -> int:
    """Take back what waits and close what is held, unless it is being closed already."""
    m = 0
    for leg in range(legs):
        symbol = int(settings[leg * LEG_SIZE_OF + PLACE])
        block = symbol * stride
        lots = state[block + LOTS]
        if state[block + ENTRY_SIDE] != 0.0:
            m = want(symbol, CANCEL, BUY, MISSING, m, out)
        if lots != 0.0 and state[block + EXIT_LOTS] == 0.0:
            m = want(symbol, EXIT, SELL if lots > 0.0 else BUY, MISSING, m, out)
    return m


def copy(intents: Buffer, i: int, settings: Buffer, leg: int, m: int, out: Buffer) -> int:
    """Write row i at place m as the row of a leg."""
    at = leg * LEG_SIZE_OF
    row = m * INTENT_SIZE_OF
    for field in range(INTENT_SIZE_OF):
        out[row + field] = intents[i * INTENT_SIZE_OF + field]
    out[row + INTENT_SYMBOL] = settings[at + PLACE]
    if settings[at + SHARE] < 0.0:
        out[row + INTENT_SIDE] = -out[row + INTENT_SIDE]
    return m + 1
