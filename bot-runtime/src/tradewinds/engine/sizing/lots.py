"""How much: the lots of one entry, and the cash that entries bind until they fill.

A quantity is what the way of sizing asks for at the order's own price (the close for a market
order), cut to the money that is free after slippage, fee and the entries that already wait.
Functions over flat buffers and scalars; `size.py` calls them for each intention.
"""

import math

from tradewinds.engine.account.leaving import slipped
from tradewinds.engine.records import (
    AT_PRICE,
    BUY,
    BY_DISTANCE,
    BY_FRACTION,
    ENTRY_KIND,
    ENTRY_LOTS,
    ENTRY_SIDE,
    ENTRY_TICKS,
    LAST_CLOSE,
    LEVERAGE,
    LIMIT,
    LOT,
    MAKER_FEE,
    MARKET,
    MIN_NOTIONAL,
    NO_PROTECTION,
    SIZE_EQUITY,
    SIZE_QUOTE,
    SIZE_RISK,
    SLIPPAGE,
    STOP_LIMIT,
    TAKER_FEE,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units, to_lots

Buffer = list[float]


def lots_within(
    quantity: float, kind: float, price: float, cash: float, terms: Buffer, term: int
) -> float:
    """Return the whole lots of a quantity that the cash pays for; 0 below the venue's minimum."""
    lot = terms[term + LOT]
    lots = min(to_lots(quantity, lot), to_lots(cash / unit_outlay(kind, price, terms, term), lot))
    return lots if from_units(lots, lot) * price >= terms[term + MIN_NOTIONAL] else 0.0


def wanted(mode: float, value: float, equity: float, price: float, stop: float) -> float:
    """Return the quantity of base currency that a way of sizing asks for."""
    if mode == SIZE_EQUITY:
        return value * equity / price
    if mode == SIZE_QUOTE:
        return value / price
    if mode == SIZE_RISK:
        return value * equity / stop if stop > 0.0 else 0.0
    return value


def stop_distance(mode: float, value: float, price: float) -> float:
    """Return how far the stop loss is from the price, NaN without one."""
    if mode == BY_FRACTION:
        return price * value
    if mode == BY_DISTANCE:
        return value
    if mode == AT_PRICE:
        return abs(price - value)
    return math.nan


def sound(mode: float, value: float, price: float, direction: float) -> bool:
    """Whether a protection is none, or a price on its own side of the entry's."""
    if mode == NO_PROTECTION:
        return True
    if mode == AT_PRICE:
        return value > 0.0 and direction * (value - price) > 0.0
    return value > 0.0


def unit_outlay(kind: float, price: float, terms: Buffer, term: int) -> float:
    """Return what one unit of base currency binds: its price with slippage and fee.

    The fee is paid out of equity, so it takes LEVERAGE times itself of what may be held.
    """
    if kind == LIMIT:
        return price * (1.0 + terms[term + LEVERAGE] * terms[term + MAKER_FEE])
    if kind == STOP_LIMIT:  # it may take, and never beyond its limit
        return price * (1.0 + terms[term + LEVERAGE] * terms[term + TAKER_FEE])
    dearer = slipped(price, BUY, terms[term + SLIPPAGE])
    return dearer * (1.0 + terms[term + LEVERAGE] * terms[term + TAKER_FEE])


def outlay(kind: float, lots: float, ticks: float, close: float, terms: Buffer, term: int) -> float:
    """Return the cash that an entry of so many lots binds until it fills."""
    price = close if kind == MARKET else from_units(ticks, terms[term + TICK])
    return from_units(lots, terms[term + LOT]) * unit_outlay(kind, price, terms, term)


def bound(state: Buffer, terms: Buffer, stride: int, symbol: int) -> float:
    """Return the cash that a symbol's live entry binds, 0 without one."""
    block = symbol * stride
    if state[block + ENTRY_SIDE] == 0.0:
        return 0.0
    return outlay(
        state[block + ENTRY_KIND],
        state[block + ENTRY_LOTS],
        state[block + ENTRY_TICKS],
        state[block + LAST_CLOSE],
        terms,
        symbol * TERMS_SIZE_OF,
    )
