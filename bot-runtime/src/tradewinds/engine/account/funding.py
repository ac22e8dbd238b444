"""Funding: what perpetuals pay each other at fixed times, so that their price stays near spot's.

At a bar set's close each position pays for the funding times since the close before it: a long pays
its notional times the rate, a short receives it; with a rate below zero it is the other way round.
The rate is one for all times, three a day, and the notional that at the close; or times, rates and
mark prices are those that are stored, which lie behind the terms of the symbols. A payment is a row
like a fill's, without lots. Flat buffers and scalars.
"""

import math
from typing import Final

from tradewinds.engine.account.apply import apply_fill
from tradewinds.engine.account.leaving import write
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
    RATE,
    RATE_MARK,
    RATE_SIZE_OF,
    RATE_TIME,
    RATES_AT,
    RATES_END,
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


def next_due(after: float, terms: Buffer, term: int) -> float:
    """Return the first funding time of a symbol after a time, infinity if none is stored."""
    if terms[term + RATES_END] == 0.0:
        return float((math.floor(after / EVERY) + 1) * EVERY)
    place = first_after(after, terms, term)
    return terms[place + RATE_TIME] if place < int(terms[term + RATES_END]) else math.inf


def first_after(after: float, terms: Buffer, term: int) -> int:
    """Return the place of the first stored rate of a symbol after a time, or that of the end."""
    begin = int(terms[term + RATES_AT])
    low = 0
    high = (int(terms[term + RATES_END]) - begin) // RATE_SIZE_OF
    while low < high:
        middle = (low + high) // 2
        if terms[begin + middle * RATE_SIZE_OF + RATE_TIME] <= after:
            low = middle + 1
        else:
            high = middle
    return begin + low * RATE_SIZE_OF


def stored_due(
    after: float, until: float, quantity: float, close: float, terms: Buffer, term: int
) -> float:
    """Return what a position pays for the stored rates after a time, up to another and at it."""
    paid = 0.0
    place = first_after(after, terms, term)
    end = int(terms[term + RATES_END])
    while place < end and terms[place + RATE_TIME] <= until:
        price = terms[place + RATE_MARK]
        if math.isnan(price):
            price = close
        paid += quantity * price * terms[place + RATE]
        place += RATE_SIZE_OF
    return paid


def fund(
    after: float,
    until: float,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    n: int,
    out: Buffer,
) -> int:
    """Write and apply what each position pays at the close of a bar set, behind its n rows.

    `until` is its close time, `after` that of the bar set before it.
    """
    times = times_between(after, until)
    stored = terms[RATES_END] != 0.0
    if times == 0.0 and not stored:
        return n
    for symbol in range(symbols):
        block = symbol * stride
        term = symbol * TERMS_SIZE_OF
        lots = state[block + LOTS]
        rate = terms[term + FUNDING_RATE]
        if lots != 0.0 and (stored or rate != 0.0):
            close = bars[symbol * BAR_SIZE + CLOSE]
            if math.isnan(close):
                close = state[block + LAST_CLOSE]
            quantity = from_units(lots, terms[term + LOT])
            if stored:
                paid = stored_due(after, until, quantity, close, terms, term)
            else:
                paid = quantity * close * rate * times
            if paid != 0.0 or not stored:
                ticks = to_ticks(close, terms[term + TICK], BUY)
                side = SELL if lots > 0.0 else BUY
                write(out, n, symbol, EXIT, side, FUNDING, 0.0, ticks, paid)
                apply_fill(out, n * FILL_SIZE_OF, state, account, terms, stride)
                n += 1
    return n
