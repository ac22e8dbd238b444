"""The volatility that a symbol had: functions over flat buffers and scalars.

It is the sample deviation of the last logarithmic returns of its closed bars. What makes it that of
a year is the time between the closes, so that a market that rests has a calendar of its own.
"""

import math

from tradewinds.engine.measure.layout import (
    BARS,
    CLOSE_SIZE_OF,
    CLOSES,
    MOST,
    NEXT,
    TARGET,
    WINDOW,
)
from tradewinds.engine.operators import log
from tradewinds.engine.outcome.metrics import YEAR_MS
from tradewinds.engine.records import BAR_SIZE, CLOSE

Buffer = list[float]


def own_of(symbol: int, settings: Buffer) -> int:
    """Return where a symbol's state begins."""
    return symbol * (CLOSES + CLOSE_SIZE_OF * (int(settings[WINDOW]) + 1))


def note(time: float, bars: Buffer, settings: Buffer, state: Buffer, symbols: int) -> None:
    """Keep the closes of a bar set."""
    room = int(settings[WINDOW]) + 1
    for symbol in range(symbols):
        close = bars[symbol * BAR_SIZE + CLOSE]
        if math.isnan(close):
            continue
        own = own_of(symbol, settings)
        place = int(state[own + NEXT])
        state[own + CLOSES + CLOSE_SIZE_OF * place] = float(time)
        state[own + CLOSES + CLOSE_SIZE_OF * place + 1] = close
        state[own + NEXT] = float((place + 1) % room)
        state[own + BARS] = min(state[own + BARS] + 1.0, float(room))


def realised(symbol: int, settings: Buffer, state: Buffer) -> float:
    """Return the volatility of a year, NaN before there are enough closes."""
    own = own_of(symbol, settings)
    count = int(settings[WINDOW])
    if state[own + BARS] < count + 1.0:
        return math.nan
    first = own + CLOSES + CLOSE_SIZE_OF * int(state[own + NEXT])
    last = own + CLOSES + CLOSE_SIZE_OF * int((state[own + NEXT] + count) % (count + 1))
    mean = (log(state[last + 1]) - log(state[first + 1])) / count
    total = 0.0
    before = log(state[first + 1])
    for step in range(1, count + 1):
        at = own + CLOSES + CLOSE_SIZE_OF * int((state[own + NEXT] + step) % (count + 1))
        now = log(state[at + 1])
        total += (now - before - mean) * (now - before - mean)
        before = now
    bars_a_year = count * YEAR_MS / (state[last] - state[first])
    return math.sqrt(total / (count - 1.0) * bars_a_year)


def share_by_volatility(symbol: int, settings: Buffer, state: Buffer) -> float:
    """Return the share of the equity whose volatility is the target's; 0 if it is not known."""
    found = realised(symbol, settings, state)
    if math.isnan(found):
        return 0.0
    if found * settings[MOST] <= settings[TARGET]:
        return settings[MOST]
    return settings[TARGET] / found
