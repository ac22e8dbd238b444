"""What closes a position, and the row in which the fill step says what happened.

Functions over flat buffers and scalars; orders, protections and liquidation close through `leave`.
"""

import math

from tradewinds.engine.account.apply import apply_fill
from tradewinds.engine.records import (
    BAR_SIZE,
    CLOSED,
    ENTER,
    ENTRY_FILLED,
    ENTRY_SIDE,
    EXIT,
    EXIT_LOTS,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_REST,
    FILL_SIDE,
    FILL_SIZE_OF,
    FILL_SYMBOL,
    FILL_TICKS,
    IMPACT,
    LIQUIDATION,
    LOT,
    LOTS,
    MAKER_FEE,
    MARKET,
    SLIPPAGE,
    TAKE_PROFIT,
    TAKER_FEE,
    TARGET_LOTS,
    TERMS_SIZE_OF,
    TICK,
    VOLUME,
    VOLUME_SHARE,
)
from tradewinds.engine.units import from_units, to_lots, to_ticks

Buffer = list[float]


def leave(
    symbol: int,
    kind: float,
    side: float,
    price: float,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    n: int,
    out: Buffer,
) -> int:
    """Write and apply the fill that closes a position, or the part that its order names."""
    return close(symbol, kind, side, price, 0.0, bars, state, account, terms, stride, n, out)


def close(
    symbol: int,
    kind: float,
    side: float,
    price: float,
    penalty: float,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    n: int,
    out: Buffer,
) -> int:
    """Close as `leave` does, with a further fee as a fraction of the notional."""
    term = symbol * TERMS_SIZE_OF
    tick = terms[term + TICK]
    lots = abs(state[symbol * stride + LOTS])
    if kind == TAKE_PROFIT and state[symbol * stride + TARGET_LOTS] > 0.0:
        lots = min(lots, state[symbol * stride + TARGET_LOTS])
    if kind == MARKET:
        lots = min(lots, state[symbol * stride + EXIT_LOTS])
    wanted = lots
    if kind != LIQUIDATION:
        lots = min(lots, room(symbol, bars, terms, n, out))
    if lots < 1.0:
        return n
    rate = terms[term + MAKER_FEE]
    if kind != TAKE_PROFIT:
        rate = terms[term + TAKER_FEE]
        price = slipped(price, side, worsening(symbol, lots, bars, terms))
    ticks = to_ticks(price, tick, side)
    notional = from_units(lots, terms[term + LOT]) * from_units(ticks, tick)
    write(out, n, symbol, EXIT, side, kind, lots, ticks, notional * (rate + penalty))
    out[n * FILL_SIZE_OF + FILL_REST] = wanted - lots
    apply_fill(out, n * FILL_SIZE_OF, state, account, terms, stride)
    if state[symbol * stride + ENTRY_FILLED] > 0.0:  # what closes ends what is left of the entry
        return expire(symbol, CLOSED, state, account, terms, stride, n + 1, out)
    return n + 1


def expire(
    symbol: int,
    kind: float,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    n: int,
    out: Buffer,
) -> int:
    """Write and apply the end of the entry that is live, without a (further) fill."""
    side = state[symbol * stride + ENTRY_SIDE]
    write(out, n, symbol, ENTER, side, kind, 0.0, 0.0, 0.0)
    apply_fill(out, n * FILL_SIZE_OF, state, account, terms, stride)
    return n + 1


def room(symbol: int, bars: Buffer, terms: Buffer, n: int, out: Buffer) -> float:
    """Return the lots that this bar still fills, after those of the n rows before.

    Where fills are bound to a share of the volume, a bar without volume fills nothing.
    """
    term = symbol * TERMS_SIZE_OF
    if terms[term + VOLUME_SHARE] == 0.0:
        return math.inf
    volume = bars[symbol * BAR_SIZE + VOLUME]
    lots = to_lots(volume * terms[term + VOLUME_SHARE], terms[term + LOT])
    for row in range(n):
        if out[row * FILL_SIZE_OF + FILL_SYMBOL] == symbol:
            lots -= out[row * FILL_SIZE_OF + FILL_LOTS]
    return lots


def write(
    out: Buffer,
    n: int,
    symbol: int,
    effect: float,
    side: float,
    kind: float,
    lots: float,
    ticks: float,
    fee: float,
) -> None:
    """Write fill row n."""
    row = n * FILL_SIZE_OF
    out[row + FILL_SYMBOL] = float(symbol)
    out[row + FILL_EFFECT] = float(effect)
    out[row + FILL_SIDE] = float(side)
    out[row + FILL_KIND] = float(kind)
    out[row + FILL_LOTS] = lots
    out[row + FILL_TICKS] = ticks
    out[row + FILL_FEE] = fee
    out[row + FILL_REST] = 0.0


def worsening(symbol: int, lots: float, bars: Buffer, terms: Buffer) -> float:
    """Return the fraction by which a fill that takes moves its price against itself.

    The fixed part, and the impact: in proportion to the square root of the fill's share of its
    bar's volume. Where the bar has less volume than the fill, or none, that is all of it.
    """
    term = symbol * TERMS_SIZE_OF
    rate = terms[term + SLIPPAGE]
    if terms[term + IMPACT] == 0.0:
        return rate
    volume = bars[symbol * BAR_SIZE + VOLUME]
    if not volume > 0.0:
        return rate + terms[term + IMPACT]
    share = min(from_units(lots, terms[term + LOT]) / volume, 1.0)
    return rate + terms[term + IMPACT] * math.sqrt(share)


def slipped(price: float, side: float, slippage: float) -> float:
    """Return a price moved against who trades."""
    return price * (1.0 + side * slippage)
