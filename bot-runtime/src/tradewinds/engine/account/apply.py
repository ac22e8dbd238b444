"""What a fill, an accepted order and a closed bar do to the flat state of a Strategy.

The gateway, the bot and the backtest change a book through these functions and through nothing
else: a fill that is read from the ledger does exactly what the fill step did when it made it. Block
0 of a symbol (records.py) is written here alone.
"""

import math

from tradewinds.engine.account.bracketing import (
    begin,
    clear,
    copy_parts,
    follow,
    level,
    next_step,
    resting,
)
from tradewinds.engine.records import (
    ADDED,
    AVERAGE_PRICE,
    BAR_SIZE,
    BARS_IN_TRADE,
    BUY,
    CANCEL,
    CASH,
    CLOSE,
    ENTER,
    ENTRY_ADD,
    ENTRY_BARS_LEFT,
    ENTRY_FILLED,
    ENTRY_KIND,
    ENTRY_LOTS,
    ENTRY_PARTS,
    ENTRY_POST,
    ENTRY_SIDE,
    ENTRY_STOP,
    ENTRY_STOP_MODE,
    ENTRY_TARGET,
    ENTRY_TARGET_MODE,
    ENTRY_TICKS,
    ENTRY_TRIGGER,
    EXIT,
    EXIT_LOTS,
    FEES_PAID,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_REST,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    FUNDING,
    FUNDING_PAID,
    HIGH,
    LAST_CLOSE,
    LAST_FILL_PRICE,
    LAST_LOTS,
    LEAVING,
    LIMIT,
    LOT,
    LOTS,
    LOW,
    MARKET,
    MOVES,
    ORDER_ADD,
    ORDER_EFFECT,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_PARTS,
    ORDER_POST,
    ORDER_SIDE,
    ORDER_STOP,
    ORDER_STOP_MODE,
    ORDER_SYMBOL,
    ORDER_TARGET,
    ORDER_TARGET_MODE,
    ORDER_TICKS,
    ORDER_TRIGGER,
    ORDER_VALID_BARS,
    PARTS_SIZE_OF,
    POSITION_SIZE_OF,
    STOP_TICKS,
    TAKE_PROFIT,
    TARGET_LOTS,
    TARGET_TICKS,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units

Buffer = list[float]


def apply_fill(
    rows: Buffer, row: int, state: Buffer, account: Buffer, terms: Buffer, stride: int
) -> None:
    """Apply the fill row that starts at `row`: money, position, protections."""
    if rows[row + FILL_KIND] == FUNDING:
        account[CASH] += cash_change(rows, row, terms)
        account[FUNDING_PAID] += rows[row + FILL_FEE]
        return
    symbol = int(rows[row + FILL_SYMBOL])
    block = symbol * stride
    lots = rows[row + FILL_LOTS]
    if lots > 0.0:
        term = symbol * TERMS_SIZE_OF
        price = from_units(rows[row + FILL_TICKS], terms[term + TICK])
        side = rows[row + FILL_SIDE]
        account[CASH] += cash_change(rows, row, terms)
        account[FEES_PAID] += rows[row + FILL_FEE]
        state[block + LOTS] += side * lots
        state[block + LAST_FILL_PRICE] = price
        if rows[row + FILL_EFFECT] == ENTER:
            open_position(state, block, side, lots, price, terms, term)
    rest = rows[row + FILL_REST]
    if rows[row + FILL_EFFECT] == ENTER and rest > 0.0:
        state[block + ENTRY_LOTS] = rest
        state[block + ENTRY_FILLED] += lots
    elif rows[row + FILL_EFFECT] == ENTER:
        drop_entry(state, block)
    elif state[block + LOTS] == 0.0:
        close_position(state, block)
    else:
        leave_part(rows[row + FILL_KIND], rest, state, block)


def leave_part(kind: float, rest: float, state: Buffer, block: int) -> None:
    """Let the position go on that a fill has closed in part; `rest` lots of its order rest.

    The rest of a stop leaves at the next opens: once touched, it is an order at the market.
    """
    if kind == MARKET:
        state[block + EXIT_LOTS] = rest
    elif kind != TAKE_PROFIT:
        state[block + LEAVING] = kind
    elif rest == 0.0:
        next_step(state, block)
    elif state[block + TARGET_LOTS] > 0.0:
        state[block + TARGET_LOTS] = rest


def cash_change(rows: Buffer, row: int, terms: Buffer) -> float:
    """Return what the fill row that starts at `row` does to the cash, its fee included."""
    term = int(rows[row + FILL_SYMBOL]) * TERMS_SIZE_OF
    price = from_units(rows[row + FILL_TICKS], terms[term + TICK])
    notional = from_units(rows[row + FILL_LOTS], terms[term + LOT]) * price
    return -(rows[row + FILL_SIDE] * notional + rows[row + FILL_FEE])


def open_position(
    state: Buffer, block: int, side: float, lots: float, price: float, terms: Buffer, term: int
) -> None:
    """Turn the entry's protections into prices; its bar is counted by `mark`, as number 0.

    A further entry makes the average price, and its bracket is from then on that of the whole
    position, measured from the average. A further part of one entry is taken in the same way.
    """
    filled = price
    part = state[block + ENTRY_FILLED]
    adds = int(state[block + ENTRY_ADD])
    if adds > 0 or part > 0.0:
        held = abs(state[block + LOTS])
        price = ((held - lots) * state[block + AVERAGE_PRICE] + lots * price) / held
    else:
        state[block + BARS_IN_TRADE] = -1.0
    if adds > 0 and part == 0.0:
        state[block + ADDED + adds - 1] += 1.0
    state[block + AVERAGE_PRICE] = price
    state[block + LAST_LOTS] = part + lots
    tick = terms[term + TICK]
    mode = state[block + ENTRY_STOP_MODE]
    stop = level(mode, state[block + ENTRY_STOP], price, -side, math.nan)
    state[block + STOP_TICKS] = resting(stop, tick, -side)
    mode = state[block + ENTRY_TARGET_MODE]
    target = level(mode, state[block + ENTRY_TARGET], price, side, abs(price - stop))
    state[block + TARGET_TICKS] = resting(target, tick, -side)
    if state[block + ENTRY_PARTS] != 0.0 or state[block + MOVES] != 0.0:
        begin(state, block, side, filled, abs(price - stop), terms, term, price)


def close_position(state: Buffer, block: int) -> None:
    """Clear what belongs to a position; its protections end with it."""
    state[block + AVERAGE_PRICE] = math.nan
    state[block + BARS_IN_TRADE] = math.nan
    state[block + EXIT_LOTS] = 0.0
    state[block + LEAVING] = 0.0
    state[block + STOP_TICKS] = 0.0
    state[block + TARGET_TICKS] = 0.0
    if state[block + MOVES] != 0.0:
        clear(state, block + MOVES, LAST_LOTS - MOVES)
    clear(state, block + LAST_LOTS, ENTRY_POST - LAST_LOTS)


def drop_entry(state: Buffer, block: int) -> None:
    """Take the entry order away."""
    clear(state, block + ENTRY_SIDE, ENTRY_TARGET + 1 - ENTRY_SIDE)
    state[block + ENTRY_ADD] = 0.0
    state[block + ENTRY_POST] = 0.0
    state[block + ENTRY_FILLED] = 0.0
    state[block + ENTRY_TRIGGER] = 0.0
    if state[block + ENTRY_PARTS] != 0.0:
        clear(state, block + ENTRY_PARTS, PARTS_SIZE_OF)


def accept(rows: Buffer, row: int, state: Buffer, stride: int) -> None:
    """Let the order row that starts at `row` live from the next bar on."""
    block = int(rows[row + ORDER_SYMBOL]) * stride
    effect = rows[row + ORDER_EFFECT]
    if effect == EXIT:
        state[block + EXIT_LOTS] = rows[row + ORDER_LOTS]
    elif effect == CANCEL:
        drop_entry(state, block)
    else:
        state[block + ENTRY_SIDE] = rows[row + ORDER_SIDE]
        state[block + ENTRY_KIND] = rows[row + ORDER_KIND]
        state[block + ENTRY_LOTS] = rows[row + ORDER_LOTS]
        state[block + ENTRY_TICKS] = rows[row + ORDER_TICKS]
        state[block + ENTRY_BARS_LEFT] = rows[row + ORDER_VALID_BARS]
        state[block + ENTRY_STOP_MODE] = rows[row + ORDER_STOP_MODE]
        state[block + ENTRY_STOP] = rows[row + ORDER_STOP]
        state[block + ENTRY_TARGET_MODE] = rows[row + ORDER_TARGET_MODE]
        state[block + ENTRY_TARGET] = rows[row + ORDER_TARGET]
        state[block + ENTRY_ADD] = rows[row + ORDER_ADD]
        state[block + ENTRY_POST] = rows[row + ORDER_POST]
        state[block + ENTRY_TRIGGER] = rows[row + ORDER_TRIGGER]
        if rows[row + ORDER_PARTS] != 0.0 or state[block + ENTRY_PARTS] != 0.0:
            copy_parts(rows, row + ORDER_PARTS, state, block + ENTRY_PARTS)


def mark(bars: Buffer, state: Buffer, stride: int, symbols: int) -> None:
    """Close the bar set: mark positions at the close, count bars. A gap counts for nothing."""
    for symbol in range(symbols):
        close = bars[symbol * BAR_SIZE + CLOSE]
        if not math.isnan(close):
            block = symbol * stride
            state[block + LAST_CLOSE] = close
            state[block + BARS_IN_TRADE] += 1.0
            if state[block + ENTRY_SIDE] != 0.0:
                live_on(bars, symbol * BAR_SIZE, state, block)
            if state[block + MOVES] != 0.0:
                follow(bars, symbol * BAR_SIZE, state, block)


def live_on(bars: Buffer, bar: int, state: Buffer, block: int) -> None:
    """Let an entry that has not filled in this bar rest for the next.

    A stop that the bar has touched leaves a limit order behind.
    """
    if state[block + ENTRY_BARS_LEFT] > 1.0:
        state[block + ENTRY_BARS_LEFT] -= 1.0
    if state[block + ENTRY_POST] != 0.0:
        state[block + ENTRY_POST] = 2.0
    trigger = state[block + ENTRY_TRIGGER]
    if trigger > 0.0:
        side = state[block + ENTRY_SIDE]
        reached = bars[bar + HIGH] if side == BUY else bars[bar + LOW]
        if side * (reached - trigger) >= 0.0:
            state[block + ENTRY_KIND] = float(LIMIT)
            state[block + ENTRY_TRIGGER] = -trigger


def equity(state: Buffer, account: Buffer, terms: Buffer, stride: int, symbols: int) -> float:
    """Return cash plus positions at their last close, in quote currency."""
    total = account[CASH]
    for symbol in range(symbols):
        lots = state[symbol * stride + LOTS]
        if lots != 0.0:
            quantity = from_units(lots, terms[symbol * TERMS_SIZE_OF + LOT])
            total += quantity * state[symbol * stride + LAST_CLOSE]
    return total


def reset(state: Buffer, block: int) -> None:
    """Make a symbol's block that of a Strategy that has not traded."""
    for field in range(POSITION_SIZE_OF):
        state[block + field] = 0.0
    state[block + LAST_FILL_PRICE] = math.nan
    state[block + LAST_CLOSE] = math.nan
    close_position(state, block)
