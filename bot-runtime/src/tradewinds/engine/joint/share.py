"""How much of each leg: one notional for the whole, in shares, and all legs or none.

If the cash is too little for the whole, all legs shrink by one factor, so that their ratios hold
down to a lot. Functions over flat buffers and scalars.
"""

from tradewinds.engine.account.margin import free_cash
from tradewinds.engine.joint.layout import LEG_SIZE_OF, PLACE, SHARE
from tradewinds.engine.records import (
    ENTER,
    INTENT_ACTION,
    INTENT_SIZE,
    INTENT_SIZE_MODE,
    INTENT_SIZE_OF,
    INTENT_STOP,
    INTENT_STOP_MODE,
    INTENT_SYMBOL,
    LAST_CLOSE,
    MARKET,
    SIZE_QUANTITY,
    TERMS_SIZE_OF,
)
from tradewinds.engine.sizing.lots import stop_distance, unit_outlay, wanted

Buffer = list[float]


def share(
    intents: Buffer,
    n: int,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    equity: float,
    plan_mode: float,
    plan_value: float,
    legs: int,
    settings: Buffer,
) -> int:
    """Give each entering leg its quantity; drop all that enter where one does not. Return n."""
    n = all_or_none(intents, n, INTENT_SIZE_OF, INTENT_ACTION, legs)
    needed = 0.0
    for i in range(n):
        row = i * INTENT_SIZE_OF
        if intents[row + INTENT_ACTION] == ENTER:
            symbol = int(intents[row + INTENT_SYMBOL])
            close = state[symbol * stride + LAST_CLOSE]
            stop = stop_distance(intents[row + INTENT_STOP_MODE], intents[row + INTENT_STOP], close)
            quantity = wanted(plan_mode, plan_value, equity, close, stop)
            intents[row + INTENT_SIZE_MODE] = float(SIZE_QUANTITY)
            intents[row + INTENT_SIZE] = quantity * share_of(symbol, legs, settings)
            outlay = unit_outlay(MARKET, close, terms, symbol * TERMS_SIZE_OF)
            needed += intents[row + INTENT_SIZE] * outlay
    cash = max(free_cash(state, account, terms, stride, symbols), 0.0)
    if needed > cash:
        for i in range(n):
            intents[i * INTENT_SIZE_OF + INTENT_SIZE] *= cash / needed
    return n


def share_of(symbol: int, legs: int, settings: Buffer) -> float:
    """Return a symbol's share of the notional, whatever its side."""
    for leg in range(legs):
        if settings[leg * LEG_SIZE_OF + PLACE] == symbol:
            return abs(settings[leg * LEG_SIZE_OF + SHARE])
    return 0.0


def all_or_none(rows: Buffer, n: int, size_of: int, action: int, legs: int) -> int:
    """Drop the rows that enter unless there is one for each leg; return how many are left.

    `action` is the place, in a row of `size_of`, of what it does.
    """
    entries = 0
    for i in range(n):
        if rows[i * size_of + action] == ENTER:
            entries += 1
    if entries == legs:
        return n
    m = 0
    for i in range(n):
        if rows[i * size_of + action] != ENTER:
            for field in range(size_of):
                rows[m * size_of + field] = rows[i * size_of + field]
            m += 1
    return m
