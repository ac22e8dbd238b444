"""Funding: what perpetuals pay each other at fixed times, so that their price stays near spot's.

At a bar set's close each position pays for the funding times since the close before it: a long pays
its notional at that close times the rate, a short receives it; with a rate below zero it is the
other way round. A payment is a row like a fill's, without lots. Flat buffers and scalars.
"""

import math
from typing import Final

from tradewinds.engine.apply import apply_fill
from tradewinds.engine.leaving import write
from tradewinds.engine.records import (
    BAR_SIZE,
    BUY,
    CLOSE,
    EXIT,
    FILL_SIZE_OF,
    FUNDING,
    FUNDING_RATE,
    LAST_CLOSE,
    LOT,
    LOTS,
    SELL,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units, to_ticks

Buffer = list[float]

EVERY: Final = 28_800_000  # ms: 00:00, 08:00 and 16:00 UTC


def times_between(after: float, until: float) -> float:
    """Return how many funding times there are after a time, up to another and at it."""
    return float(math.floor(until / EVERY) - math.floor(after / EVERY))


def fund(
    times: float,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    n: int,
    out: Buffer,
) -> int:
    """Write and apply what each position pays at the close of a bar set, behind its n rows."""
    if times == 0.0:
        return n
    for symbol in range(symbols):
        block = symbol * stride
        term = symbol * TERMS_SIZE_OF
        lots = state[block + LOTS]
        rate = terms[term + FUNDING_RATE]
        if lots != 0.0 and rate != 0.0:
            close = bars[symbol * BAR_SIZE + CLOSE]
            if math.isnan(close):
                close = state[block + LAST_CLOSE]
            ticks = to_ticks(close, terms[term + TICK], BUY)
            paid = from_units(lots, terms[term + LOT]) * close * rate * times
            side = SELL if lots > 0.0 else BUY
            write(out, n, symbol, EXIT, side, FUNDING, 0.0, ticks, paid)
            apply_fill(out, n * FILL_SIZE_OF, state, account, terms, stride)
            n += 1
    return n
