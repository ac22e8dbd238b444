"""Which notional an entry may take, and when what is held is liquidated.

Cash is kept in one way for all markets: a fill takes or brings its notional, so that equity is cash
plus positions at their price, and what a perpetual ties up follows from what is held. A Strategy
may hold LEVERAGE times its equity, and its perpetuals are one cross margin: they are all closed
where equity falls to the maintenance margin of their notional. Flat buffers and scalars.
"""

import math

from tradewinds.engine.account.bracketing import moved_stop
from tradewinds.engine.records import (
    AVERAGE_PRICE,
    BAR_SIZE,
    CAN_SHORT,
    CASH,
    CLOSE,
    HIGH,
    LAST_CLOSE,
    LAST_FILL_PRICE,
    LEVERAGE,
    LOT,
    LOTS,
    LOW,
    MAINTENANCE,
    MOVES,
    OPEN,
    STOP_TICKS,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units, to_lots

Buffer = list[float]


def free_cash(state: Buffer, account: Buffer, terms: Buffer, stride: int, symbols: int) -> float:
    """Return the notional that an entry may still take: LEVERAGE times equity less all that is.

    Positions count at their last close. Without leverage that is the cash, of which a short binds
    what it brought in, and as much again: it is backed in full by the Strategy's own money.
    """
    leverage = terms[LEVERAGE]
    free = leverage * account[CASH]
    for symbol in range(symbols):
        block = symbol * stride
        lots = state[block + LOTS]
        if lots < 0.0 or (lots > 0.0 and leverage > 1.0):
            price = state[block + LAST_CLOSE]
            if math.isnan(price):  # taken over before the first bar
                price = state[block + AVERAGE_PRICE]
            notional = from_units(abs(lots), terms[symbol * TERMS_SIZE_OF + LOT]) * price
            free += (leverage - 1.0) * notional if lots > 0.0 else -(leverage + 1.0) * notional
    return free


def affordable(lots: float, price: float, lot: float, rate: float, cash: float) -> float:
    """Return how many of the lots the cash pays for, with the fee."""
    notional = from_units(lots, lot) * price
    if notional + notional * rate <= cash:
        return lots
    lots = to_lots(cash / (price * (1.0 + rate)), lot)
    while lots >= 1.0:
        notional = from_units(lots, lot) * price
        if notional + notional * rate <= cash:
            return lots
        lots -= 1.0
    return 0.0


def way_to_liquidation(
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    inside: Buffer,
) -> float:
    """Return how far prices go in this bar until perpetuals are liquidated, NaN if they are not.

    All prices are taken to go in step, from where the bar finds each position (0) to the worst that
    it can do to it (1).
    """
    first = last = account[CASH]
    perpetual = False
    for symbol in range(symbols):
        lots = state[symbol * stride + LOTS]
        if lots != 0.0:
            term = symbol * TERMS_SIZE_OF
            perpetual = perpetual or terms[term + CAN_SHORT] == 1.0
            quantity = from_units(lots, terms[term + LOT])
            worth = quantity - abs(quantity) * terms[term + MAINTENANCE]
            first += worth * found_at(symbol, bars, state, stride, inside)
            last += worth * worst_of(symbol, bars, state, terms, stride, inside)
    if not perpetual or last > 0.0:
        return math.nan
    return first / (first - last) if first > 0.0 else 0.0


def ruined_at(state: Buffer, account: Buffer, terms: Buffer) -> float:
    """Return the price at which the one position of an account is liquidated; 0: at none."""
    quantity = from_units(state[LOTS], terms[LOT])
    return max(0.0, -account[CASH] / (quantity - abs(quantity) * terms[MAINTENANCE]))


def found_at(symbol: int, bars: Buffer, state: Buffer, stride: int, inside: Buffer) -> float:
    """Return the price at which a bar finds a position: its open, or the fill inside it."""
    if inside[symbol] > 0.0:
        return state[symbol * stride + LAST_FILL_PRICE]
    opened = bars[symbol * BAR_SIZE + OPEN]
    return state[symbol * stride + LAST_CLOSE] if math.isnan(opened) else opened


def worst_of(
    symbol: int, bars: Buffer, state: Buffer, terms: Buffer, stride: int, inside: Buffer
) -> float:
    """Return the worst price of a bar for a position: that of its stop loss if it is reached."""
    block = symbol * stride
    bar = symbol * BAR_SIZE
    start = found_at(symbol, bars, state, stride, inside)
    if math.isnan(bars[bar + CLOSE]):
        return start
    up = 1.0 if state[block + LOTS] > 0.0 else -1.0
    worst = bars[bar + LOW] if up > 0.0 else bars[bar + HIGH]
    tick = terms[symbol * TERMS_SIZE_OF + TICK]
    stop = from_units(state[block + STOP_TICKS], tick)
    if state[block + MOVES] != 0.0:
        moved = moved_stop(state, block, stop, tick, up)
        stop = moved if moved > 0.0 else stop
    if stop > 0.0 and up * (worst - stop) <= 0.0:
        return stop if up * (start - stop) > 0.0 else start
    return worst
