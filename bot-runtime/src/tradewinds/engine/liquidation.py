"""Liquidation: the exchange closes what a Strategy's money no longer backs.

The bar says how far each price went, and not which went first. So all of them are taken to go to
their worst in step, and where equity meets the maintenance margin on that way, every perpetual
is closed. A stop loss that is reached on the way is its position's worst, which is how it saves it.
"""

import math

from tradewinds.engine.leaving import leave
from tradewinds.engine.margin import found_at, way_to_liquidation, worst_of
from tradewinds.engine.records import (
    BAR_SIZE,
    BUY,
    CAN_SHORT,
    CLOSE,
    LIQUIDATION,
    LOTS,
    SELL,
    TERMS_SIZE_OF,
)

Buffer = list[float]


def liquidate(
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    inside: Buffer,
    n: int,
    out: Buffer,
) -> int:
    """Close every perpetual that has a bar, if this bar set liquidates them."""
    way = way_to_liquidation(bars, state, account, terms, stride, symbols, inside)
    if math.isnan(way):
        return n
    for symbol in range(symbols):
        lots = state[symbol * stride + LOTS]
        perpetual = terms[symbol * TERMS_SIZE_OF + CAN_SHORT] == 1.0
        if lots != 0.0 and perpetual and not math.isnan(bars[symbol * BAR_SIZE + CLOSE]):
            start = found_at(symbol, bars, state, stride, inside)
            end = worst_of(symbol, bars, state, terms, stride, inside)
            price = start + way * (end - start)
            side = SELL if lots > 0.0 else BUY
            n = leave(symbol, LIQUIDATION, side, price, bars, state, account, terms, stride, n, out)
    return n
