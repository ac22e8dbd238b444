"""Liquidation: the exchange closes what a Strategy's money no longer backs.

The bar says how far each price went, and not which went first. So all of them are taken to go to
their worst in step, and where equity meets the maintenance margin on that way, every perpetual
is closed. A stop loss that is reached on the way is its position's worst, which is how it saves it.
"""

import math

from tradewinds.engine.account.leaving import close, leave, slipped
from tradewinds.engine.account.margin import found_at, way_to_liquidation, worst_of
from tradewinds.engine.records import (
    BAR_SIZE,
    BUY,
    CAN_SHORT,
    CASH,
    CLOSE,
    LIQUIDATION,
    LIQUIDATION_FEE,
    LOT,
    LOTS,
    OPEN,
    SELL,
    SLIPPAGE,
    TAKE_PROFIT,
    TAKER_FEE,
    TARGET_TICKS,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units, to_ticks

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
    """Close every perpetual that has a bar, if this bar set liquidates them.

    What opens beyond a take profit is closed there first, and no longer falls with the rest.
    """
    way = way_to_liquidation(bars, state, account, terms, stride, symbols, inside)
    if math.isnan(way):
        return n
    before = n
    for symbol in range(symbols):
        if inside[symbol] == 0.0:
            n = take_at_open(symbol, bars, state, account, terms, stride, n, out)
    if n > before:
        way = way_to_liquidation(bars, state, account, terms, stride, symbols, inside)
        if math.isnan(way):
            return n
    share = fee_share(way, bars, state, account, terms, stride, symbols, inside)
    for symbol in range(symbols):
        if is_closed(symbol, bars, state, terms, stride):
            side = SELL if state[symbol * stride + LOTS] > 0.0 else BUY
            price = price_at(way, symbol, bars, state, terms, stride, inside)
            penalty = share * terms[symbol * TERMS_SIZE_OF + LIQUIDATION_FEE]
            n = close(
                symbol,
                LIQUIDATION,
                side,
                price,
                penalty,
                bars,
                state,
                account,
                terms,
                stride,
                n,
                out,
            )
    return n


def take_at_open(
    symbol: int,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    n: int,
    out: Buffer,
) -> int:
    """Fill the steps of take profit that the open lies beyond."""
    block = symbol * stride
    opened = bars[symbol * BAR_SIZE + OPEN]
    up = 1.0 if state[block + LOTS] > 0.0 else -1.0
    before = n - 1
    while n > before and state[block + TARGET_TICKS] > 0.0:
        before = n
        target = from_units(state[block + TARGET_TICKS], terms[symbol * TERMS_SIZE_OF + TICK])
        if up * (opened - target) >= 0.0:
            n = leave(symbol, TAKE_PROFIT, -up, opened, bars, state, account, terms, stride, n, out)
    return n


def is_closed(symbol: int, bars: Buffer, state: Buffer, terms: Buffer, stride: int) -> bool:
    """Whether a liquidation closes a symbol: a perpetual that is held, and that has a bar."""
    held = state[symbol * stride + LOTS] != 0.0
    perpetual = terms[symbol * TERMS_SIZE_OF + CAN_SHORT] == 1.0
    return held and perpetual and not math.isnan(bars[symbol * BAR_SIZE + CLOSE])


def price_at(
    way: float,
    symbol: int,
    bars: Buffer,
    state: Buffer,
    terms: Buffer,
    stride: int,
    inside: Buffer,
) -> float:
    """Return a position's price so far on the way to its worst."""
    start = found_at(symbol, bars, state, stride, inside)
    return start + way * (worst_of(symbol, bars, state, terms, stride, inside) - start)


def fee_share(
    way: float,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    inside: Buffer,
) -> float:
    """Return how much of the liquidation fee is taken: all, or what equity has left for it."""
    left = account[CASH]
    asked = 0.0
    for symbol in range(symbols):
        term = symbol * TERMS_SIZE_OF
        lots = state[symbol * stride + LOTS]
        if lots != 0.0:
            price = price_at(way, symbol, bars, state, terms, stride, inside)
            quantity = from_units(lots, terms[term + LOT])
            if is_closed(symbol, bars, state, terms, stride):
                side = SELL if lots > 0.0 else BUY
                ticks = to_ticks(
                    slipped(price, side, terms[term + SLIPPAGE]), terms[term + TICK], side
                )
                price = from_units(ticks, terms[term + TICK])
                asked += abs(quantity) * price * terms[term + LIQUIDATION_FEE]
                left -= abs(quantity) * price * terms[term + TAKER_FEE]
            left += quantity * price
    if left >= asked or asked == 0.0:
        return 1.0
    return max(left, 0.0) / asked
