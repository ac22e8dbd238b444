"""The fill step: what happens to the orders of one Strategy inside one bar set.

It is written once, as functions over flat buffers and scalars, so that a backtest, the paper venue
and the compiled kernel run this very text. Order inside a bar: closing market orders at the
open, then entries, then liquidation, then protections; each for all symbols in their declared order
before the next, so that money freed at the open can be spent there, and money freed later cannot.

A bar cannot say what happened first inside it. Where it leaves a doubt, the worse case is taken:
the stop loss before the take profit, and after a limit entry inside the bar the take profit counts
only if the close is beyond it. `match` alters the buffers through `apply_fill` alone; the tests
hold that the rows applied one by one to an equal book give an equal book.
"""

import math
from typing import Final

from tradewinds.engine.account.apply import apply_fill
from tradewinds.engine.account.bracketing import moved_stop, of_age
from tradewinds.engine.account.leaving import expire, leave, room, slipped, worsening, write
from tradewinds.engine.account.liquidation import liquidate
from tradewinds.engine.account.margin import affordable, free_cash
from tradewinds.engine.records import (
    BAR_SIZE,
    BUY,
    CAN_SHORT,
    CLOSE,
    ENTER,
    ENTRY_ADD,
    ENTRY_BARS_LEFT,
    ENTRY_FILLED,
    ENTRY_KIND,
    ENTRY_LOTS,
    ENTRY_POST,
    ENTRY_SIDE,
    ENTRY_TICKS,
    ENTRY_TRIGGER,
    EXIT_LOTS,
    EXPIRED,
    FILL_LOTS,
    FILL_REST,
    FILL_SIZE_OF,
    HIGH,
    LEAVING,
    LEVERAGE,
    LIMIT,
    LOT,
    LOTS,
    LOW,
    MAKER_FEE,
    MARKET,
    MIN_NOTIONAL,
    MOVES,
    NO_CASH,
    OPEN,
    POST_ONLY,
    RAISED_KIND,
    SELL,
    STOP_LIMIT,
    STOP_LOSS,
    STOP_TICKS,
    TAKE_PROFIT,
    TAKER_FEE,
    TARGET_TICKS,
    TERMS_SIZE_OF,
    TICK,
    TIME_STOP,
)
from tradewinds.engine.units import from_units, to_ticks

Buffer = list[float]

AT_OPEN: Final = -1.0


def match(
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    inside: Buffer,
    out: Buffer,
) -> int:
    """Fill what the bar set fills; write and apply one row each and return how many.

    `inside` is scratch, one float a symbol: the kind of an entry that filled after the open.
    `out` has room for ROWS_A_SYMBOL rows a symbol.
    """
    n = 0
    for symbol in range(symbols):
        block = symbol * stride
        if state[block + EXIT_LOTS] > 0.0:
            n = exit_at_open(symbol, MARKET, bars, state, account, terms, stride, n, out)
        elif state[block + LEAVING] > 0.0:
            kind = state[block + LEAVING]
            n = exit_at_open(symbol, kind, bars, state, account, terms, stride, n, out)
        elif state[block + MOVES] != 0.0 and of_age(state, block):
            n = exit_at_open(symbol, TIME_STOP, bars, state, account, terms, stride, n, out)
    for symbol in range(symbols):
        inside[symbol] = 0.0
        if state[symbol * stride + ENTRY_SIDE] != 0.0:
            n = entry(symbol, bars, state, account, terms, stride, symbols, inside, n, out)
    for symbol in range(symbols):
        perpetual = terms[symbol * TERMS_SIZE_OF + CAN_SHORT] == 1.0
        if perpetual and state[symbol * stride + LOTS] != 0.0:
            n = liquidate(bars, state, account, terms, stride, symbols, inside, n, out)
            break
    for symbol in range(symbols):
        if state[symbol * stride + LOTS] != 0.0:
            n = protect(symbol, bars, state, account, terms, stride, inside[symbol], n, out)
    return n


def exit_at_open(
    symbol: int,
    kind: float,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    n: int,
    out: Buffer,
) -> int:
    """Close by market at the open, by an order or for the position's age."""
    opened = bars[symbol * BAR_SIZE + OPEN]
    if math.isnan(opened):
        return n
    held = state[symbol * stride + LOTS]
    side = SELL if held > 0.0 else BUY
    return leave(symbol, kind, side, opened, bars, state, account, terms, stride, n, out)


def entry(
    symbol: int,
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
    """Fill the entry that is live, or end it when its bars are over."""
    bar = symbol * BAR_SIZE
    block = symbol * stride
    opened = bars[bar + OPEN]
    if math.isnan(opened):
        return n
    kind = state[block + ENTRY_KIND]
    side = state[block + ENTRY_SIDE]
    level = from_units(state[block + ENTRY_TICKS], terms[symbol * TERMS_SIZE_OF + TICK])
    high = bars[bar + HIGH]
    low = bars[bar + LOW]
    price = entry_price(kind, side, level, opened, high, low)
    at_open = price == opened
    if kind == STOP_LIMIT:
        trigger = state[block + ENTRY_TRIGGER]
        price = stop_limit_price(side, trigger, level, opened, high, low, bars[bar + CLOSE])
        beyond = side * (opened - trigger) >= 0.0
        at_open = beyond and price == opened  # touched inside, it may fill at that price later
        if beyond and not at_open:  # it rests from the open on
            kind = float(LIMIT)
    if state[block + ENTRY_ADD] > 0.0 or state[block + ENTRY_FILLED] > 0.0:
        if state[block + LOTS] != 0.0:  # what rests is there before an addition
            n = protect(symbol, bars, state, account, terms, stride, AT_OPEN, n, out)
        if state[block + ENTRY_SIDE] == 0.0:  # what closed has ended it
            return n
        if state[block + LOTS] == 0.0:  # nothing is left to add to
            return expire(symbol, EXPIRED, state, account, terms, stride, n, out)
    if state[block + ENTRY_POST] == 1.0 and at_open:  # it would take what rests there
        return expire(symbol, POST_ONLY, state, account, terms, stride, n, out)
    if not math.isnan(price):
        before = n
        n = enter(symbol, kind, side, price, bars, state, account, terms, stride, symbols, n, out)
        filled = n > before and out[before * FILL_SIZE_OF + FILL_LOTS] > 0.0
        if filled and kind != MARKET and not at_open:
            inside[symbol] = kind
            if kind == STOP_LIMIT and price == level:  # its high may have come before
                inside[symbol] = float(LIMIT)
    if (
        state[block + ENTRY_SIDE] != 0.0
        and kind != MARKET
        and state[block + ENTRY_BARS_LEFT] == 1.0
    ):
        return expire(symbol, EXPIRED, state, account, terms, stride, n, out)
    return n


def entry_price(
    kind: float, side: float, level: float, opened: float, high: float, low: float
) -> float:
    """Return the price before slippage at which an entry fills in this bar, NaN if it does not."""
    if kind == MARKET:
        return opened
    towards = -side if kind == LIMIT else side
    if towards * (opened - level) >= 0.0:
        return opened
    reached = high if towards > 0.0 else low
    if towards * (reached - level) >= 0.0:
        return level
    return math.nan


def stop_limit_price(
    side: float,
    trigger: float,
    level: float,
    opened: float,
    high: float,
    low: float,
    close: float,
) -> float:
    """Return the price before slippage at which a stop-limit that no bar has touched yet fills.

    From an open beyond its stop on it is a limit order. Touched inside the bar it fills where that
    is certain: at the stop, if the bar goes no further than the limit, or at the limit, if the
    close is not beyond it. Else it does not (NaN), and rests for the bars to come.
    """
    if side * (opened - trigger) >= 0.0:
        return entry_price(LIMIT, side, level, opened, high, low)
    furthest = high if side > 0.0 else low
    if side * (furthest - trigger) < 0.0:
        return math.nan
    if side * (furthest - level) <= 0.0:
        return trigger
    return level if side * (close - level) <= 0.0 else math.nan


def enter(
    symbol: int,
    kind: float,
    side: float,
    price: float,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    symbols: int,
    n: int,
    out: Buffer,
) -> int:
    """Write and apply an entry's fill, cut to the cash, or its end if the cash buys too little.

    What the bar has no room for goes on resting; what is cut to the cash does not.
    """
    term = symbol * TERMS_SIZE_OF
    tick = terms[term + TICK]
    lot = terms[term + LOT]
    asked = state[symbol * stride + ENTRY_LOTS]
    wanted = min(asked, room(symbol, bars, terms, n, out))
    if wanted < 1.0:
        return n
    rate = terms[term + MAKER_FEE]
    if kind != LIMIT:
        rate = terms[term + TAKER_FEE]
        price = slipped(price, side, worsening(symbol, wanted, bars, terms))
    if kind == STOP_LIMIT:
        level = from_units(state[symbol * stride + ENTRY_TICKS], tick)
        price = min(price, level) if side > 0.0 else max(price, level)
    ticks = to_ticks(price, tick, side)
    price = from_units(ticks, tick)
    cash = free_cash(state, account, terms, stride, symbols)
    lots = affordable(wanted, price, lot, terms[term + LEVERAGE] * rate, cash)
    notional = from_units(lots, lot) * price
    if lots < 1.0 or (lots < wanted and notional < terms[term + MIN_NOTIONAL]):
        return expire(symbol, NO_CASH, state, account, terms, stride, n, out)
    write(out, n, symbol, ENTER, side, kind, lots, ticks, notional * rate)
    if lots == wanted:
        out[n * FILL_SIZE_OF + FILL_REST] = asked - lots
    apply_fill(out, n * FILL_SIZE_OF, state, account, terms, stride)
    return n + 1


def protect(
    symbol: int,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    inside: float,
    n: int,
    out: Buffer,
) -> int:
    """Fill the stop loss or what the bar reaches of the take profit."""
    before = n
    n = guard(symbol, bars, state, account, terms, stride, inside, n, out)
    while n > before and state[symbol * stride + LOTS] != 0.0:  # a step: look at the next
        before = n
        n = guard(symbol, bars, state, account, terms, stride, inside, n, out)
    return n


def guard(
    symbol: int,
    bars: Buffer,
    state: Buffer,
    account: Buffer,
    terms: Buffer,
    stride: int,
    inside: float,
    n: int,
    out: Buffer,
) -> int:
    """Fill the stop loss or the take profit of a position, if the bar reaches one.

    `inside` is 0 for a position that was there at the open, AT_OPEN to look at the open alone.
    """
    bar = symbol * BAR_SIZE
    block = symbol * stride
    opened = bars[bar + OPEN]
    if math.isnan(opened):
        return n
    tick = terms[symbol * TERMS_SIZE_OF + TICK]
    up = 1.0 if state[block + LOTS] > 0.0 else -1.0
    best = bars[bar + HIGH] if up > 0.0 else bars[bar + LOW]
    worst = bars[bar + LOW] if up > 0.0 else bars[bar + HIGH]
    furthest = best
    if inside == LIMIT:
        best = bars[bar + CLOSE]
    target = from_units(state[block + TARGET_TICKS], tick)
    stop = from_units(state[block + STOP_TICKS], tick)
    kind = float(STOP_LOSS)
    if state[block + MOVES] != 0.0:
        moved = moved_stop(state, block, stop, tick, up)
        if moved > 0.0:
            stop = moved
            kind = state[block + RAISED_KIND]
    has_target = target > 0.0
    has_stop = stop > 0.0
    if inside <= 0.0 and has_target and up * (opened - target) >= 0.0:
        return leave(symbol, TAKE_PROFIT, -up, opened, bars, state, account, terms, stride, n, out)
    if inside <= 0.0 and has_stop and up * (opened - stop) <= 0.0:
        return leave(symbol, kind, -up, opened, bars, state, account, terms, stride, n, out)
    if inside == AT_OPEN:
        return n
    if has_stop and up * (worst - stop) <= 0.0:
        if up * (stop - furthest) > 0.0:  # slippage has carried the entry beyond its own stop
            stop = furthest
        return leave(symbol, kind, -up, stop, bars, state, account, terms, stride, n, out)
    if has_target and up * (best - target) >= 0.0:
        return leave(symbol, TAKE_PROFIT, -up, target, bars, state, account, terms, stride, n, out)
    return n
