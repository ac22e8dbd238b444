"""What closes a position, and the row in which the fill step says what happened.

Functions over flat buffers and scalars; orders, protections and liquidation close through `leave`.
"""

from tradewinds.engine.apply import apply_fill
from tradewinds.engine.records import (
    EXIT,
    EXIT_LOTS,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SIZE_OF,
    FILL_SYMBOL,
    FILL_TICKS,
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
)
from tradewinds.engine.units import from_units, to_ticks

Buffer = list[float]


def leave(
    symbol: int,
    kind: float,
    side: float,
    price: float,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    n: int,
    out: Buffer,
) -> int:
    """Write and apply the fill that closes a position, or the part that its order names."""
    term = symbol * TERMS_SIZE_OF
    tick = terms[term + TICK]
    rate = terms[term + MAKER_FEE]
    if kind != TAKE_PROFIT:
        rate = terms[term + TAKER_FEE]
        price = slipped(price, side, terms[term + SLIPPAGE])
    ticks = to_ticks(price, tick, side)
    lots = abs(state[symbol * stride + LOTS])
    if kind == TAKE_PROFIT and state[symbol * stride + TARGET_LOTS] > 0.0:
        lots = min(lots, state[symbol * stride + TARGET_LOTS])
    if kind == MARKET:
        lots = min(lots, state[symbol * stride + EXIT_LOTS])
    notional = from_units(lots, terms[term + LOT]) * from_units(ticks, tick)
    write(out, n, symbol, EXIT, side, kind, lots, ticks, notional * rate)
    apply_fill(out, n * FILL_SIZE_OF, state, account, terms, stride)
    return n + 1


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


def slipped(price: float, side: float, slippage: float) -> float:
    """Return a price moved against who trades."""
    return price * (1.0 + side * slippage)
