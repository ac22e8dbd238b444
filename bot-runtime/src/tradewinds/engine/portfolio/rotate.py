"""From targets to intentions: what is too much is sold, then what is missing is bought.

Money from a sale is there once it has filled, so what it pays for is bought at the next close; a
rebalancing that sells nothing buys at once. Functions over flat buffers and scalars.
"""

import math

from tradewinds.engine.portfolio.calendar import period_of
from tradewinds.engine.portfolio.choose import choose, own_of, weight
from tradewinds.engine.portfolio.layout import (
    BUYING,
    MIN_TRADE,
    PERIOD,
    RANKED,
    REBALANCE,
    TARGET,
)
from tradewinds.engine.records import (
    BUY,
    ENTER,
    EXIT,
    INTENT_ACTION,
    INTENT_ADD,
    INTENT_PRIORITY,
    INTENT_SIDE,
    INTENT_SIZE,
    INTENT_SIZE_MODE,
    INTENT_SIZE_OF,
    INTENT_SYMBOL,
    LAST_CLOSE,
    LOT,
    LOTS,
    MIN_NOTIONAL,
    SELL,
    SIZE_EQUITY,
    SIZE_PLAN,
    SIZE_QUANTITY,
    TERMS_SIZE_OF,
)
from tradewinds.engine.units import from_units, to_lots

Buffer = list[float]


def rotate(
    intents: Buffer,
    n: int,
    state: Buffer,
    stride: int,
    symbols: int,
    terms: Buffer,
    opened: int,
    equity: float,
    settings: Buffer,
    portfolio: Buffer,
    out: Buffer,
) -> int:
    """Write what a bar set that opened then asks for, from its n ranked rows; return how many."""
    period = period_of(opened, settings[REBALANCE])
    begins = portfolio[PERIOD] != 0.0 and portfolio[PERIOD] != period
    buying = portfolio[BUYING] == 1.0
    portfolio[PERIOD] = period
    portfolio[BUYING] = 0.0
    if begins:
        choose(intents, n, state, stride, symbols, terms, equity, settings, portfolio)
        m = 0
        for i in range(n):
            m = sell(intents, i, state, stride, terms, equity, settings, portfolio, m, out)
        if m > 0:
            portfolio[BUYING] = 1.0
            return m
    m = 0
    if begins or buying:
        for i in range(n):
            m = buy(intents, i, state, stride, terms, equity, settings, portfolio, m, out)
    return m


def sell(
    intents: Buffer,
    i: int,
    state: Buffer,
    stride: int,
    terms: Buffer,
    equity: float,
    settings: Buffer,
    portfolio: Buffer,
    m: int,
    out: Buffer,
) -> int:
    """Write what row i's symbol has too much of: all of it where its target is 0.

    A short position, from before an edit or taken over, is none of a portfolio's and is closed.
    """
    symbol = int(intents[i * INTENT_SIZE_OF + INTENT_SYMBOL])
    target = portfolio[own_of(symbol) + TARGET]
    lots = state[symbol * stride + LOTS]
    if lots < 0.0:
        return write(intents, i, EXIT, BUY, SIZE_PLAN, math.nan, m, out)
    if lots == 0.0:
        return m
    if target == 0.0:
        return write(intents, i, EXIT, SELL, SIZE_PLAN, math.nan, m, out)
    excess = weight(symbol, state, stride, terms, equity) - target
    term = symbol * TERMS_SIZE_OF
    close = state[symbol * stride + LAST_CLOSE]
    quantity = excess * equity / close
    whole = from_units(to_lots(max(quantity, 0.0), terms[term + LOT]), terms[term + LOT])
    small = whole * close < terms[term + MIN_NOTIONAL] or excess < settings[MIN_TRADE]
    if small or whole == 0.0:
        return m
    return write(intents, i, EXIT, SELL, SIZE_QUANTITY, quantity, m, out)


def buy(
    intents: Buffer,
    i: int,
    state: Buffer,
    stride: int,
    terms: Buffer,
    equity: float,
    settings: Buffer,
    portfolio: Buffer,
    m: int,
    out: Buffer,
) -> int:
    """Write what row i's symbol lacks; sizing leaves out what is below the venue's minimum."""
    symbol = int(intents[i * INTENT_SIZE_OF + INTENT_SYMBOL])
    own = own_of(symbol)
    missing = portfolio[own + TARGET] - weight(symbol, state, stride, terms, equity)
    if not missing > 0.0 or missing < settings[MIN_TRADE]:
        return m
    row = m * INTENT_SIZE_OF
    m = write(intents, i, ENTER, BUY, SIZE_EQUITY, missing, m, out)
    out[row + INTENT_PRIORITY] = portfolio[own + RANKED]
    out[row + INTENT_ADD] = 1.0 if state[symbol * stride + LOTS] > 0.0 else 0.0
    return m


def write(
    intents: Buffer, i: int, action: int, side: int, mode: int, size: float, m: int, out: Buffer
) -> int:
    """Write intention m as row i, which carries the bracket, with what it is to do."""
    row = m * INTENT_SIZE_OF
    for field in range(INTENT_SIZE_OF):
        out[row + field] = intents[i * INTENT_SIZE_OF + field]
    out[row + INTENT_ACTION] = float(action)
    out[row + INTENT_SIDE] = float(side)
    out[row + INTENT_SIZE_MODE] = float(mode)
    out[row + INTENT_SIZE] = size
    return m + 1
