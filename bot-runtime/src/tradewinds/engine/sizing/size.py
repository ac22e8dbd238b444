"""The size step: what a strategy wants becomes orders in lots and ticks.

Compiled rules and Python classes write the same intentions and pass through here, so that sizing,
the limit of open positions and the cash mean the same to both. An intention that makes no sense at
this close (an exit without a position, an entry while one is open or pending, a stop loss on the
wrong side of its price) is no order. Like the fill step, functions over flat buffers and scalars.
"""

import math

from tradewinds.engine.account.bracketing import clear, copy_parts
from tradewinds.engine.account.margin import free_cash
from tradewinds.engine.records import (
    CAN_SHORT,
    CANCEL,
    ENTER,
    ENTRY_SIDE,
    EXIT,
    EXIT_LOTS,
    INTENT_ACTION,
    INTENT_ADD,
    INTENT_KIND,
    INTENT_PARTS,
    INTENT_PRICE,
    INTENT_SIDE,
    INTENT_SIZE,
    INTENT_SIZE_MODE,
    INTENT_SIZE_OF,
    INTENT_STOP,
    INTENT_STOP_MODE,
    INTENT_SYMBOL,
    INTENT_TAG,
    INTENT_TARGET,
    INTENT_TARGET_MODE,
    INTENT_TRIGGER,
    INTENT_VALID_BARS,
    LAST_CLOSE,
    LAST_LOTS,
    LIMIT,
    LOT,
    LOTS,
    MAKES_ONLY,
    MARKET,
    MIN_NOTIONAL,
    ORDER_ADD,
    ORDER_EFFECT,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_PARTS,
    ORDER_POST,
    ORDER_SIDE,
    ORDER_SIZE_OF,
    ORDER_STOP,
    ORDER_STOP_MODE,
    ORDER_SYMBOL,
    ORDER_TAG,
    ORDER_TARGET,
    ORDER_TARGET_MODE,
    ORDER_TICKS,
    ORDER_TRIGGER,
    ORDER_VALID_BARS,
    PART_EVEN,
    PART_EVEN_MODE,
    PART_FROM,
    PART_FROM_MODE,
    PART_STEP,
    PART_STEP_MODE,
    PART_STEP_SIZE_OF,
    PART_STEP_VALUE,
    PART_STEPS,
    PART_TRAIL,
    PART_TRAIL_MODE,
    SELL,
    SIZE_LAST,
    SIZE_PLAN,
    SIZE_QUANTITY,
    STOP_LIMIT,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.sizing.lots import bound, lots_within, outlay, sound, stop_distance, wanted
from tradewinds.engine.units import from_units, to_lots, to_ticks

Buffer = list[float]


def size(
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
    max_open: int,
    out: Buffer,
) -> int:
    """Write an order row for each of the n intentions that is one; return how many.

    `equity` is the Strategy's at this close, the same for every row. `out` has room for n rows.
    """
    cash = free_cash(state, account, terms, stride, symbols)
    opened = 0
    for symbol in range(symbols):
        cash -= bound(state, terms, stride, symbol)
        if state[symbol * stride + LOTS] != 0.0 or state[symbol * stride + ENTRY_SIDE] != 0.0:
            opened += 1
    m = 0
    for i in range(n):
        row = i * INTENT_SIZE_OF
        symbol = int(intents[row + INTENT_SYMBOL])
        block = symbol * stride
        term = symbol * TERMS_SIZE_OF
        action = intents[row + INTENT_ACTION]
        if action == ENTER:
            adds = intents[row + INTENT_ADD] > 0.0
            if opened >= max_open and not adds:
                continue
            if adds and not may_add(intents, row, state, block, m, out):
                continue
            if not adds and not may_enter(intents, n, row, state, block, terms, m, out):
                continue
            close = state[block + LAST_CLOSE]
            last = from_units(state[block + LAST_LOTS], terms[term + LOT])
            if enter(intents, row, close, last, terms, equity, cash, plan_mode, plan_value, m, out):
                order = m * ORDER_SIZE_OF
                kind = out[order + ORDER_KIND]
                lots = out[order + ORDER_LOTS]
                cash -= outlay(kind, lots, out[order + ORDER_TICKS], close, terms, term)
                opened += 0 if adds else 1
                m += 1
        elif action == EXIT:
            lots = lots_to_close(intents, row, state, block, terms, term)
            if lots > 0.0 and may_exit(intents, row, state, block, m, out):
                write(intents, row, MARKET, lots, 0.0, m, out)
                m += 1
        elif state[block + ENTRY_SIDE] != 0.0 and not wrote(out, m, symbol, CANCEL):
            write(intents, row, MARKET, 0.0, 0.0, m, out)
            cash += bound(state, terms, stride, symbol)
            opened -= 0 if state[block + LOTS] != 0.0 else 1
            m += 1
    return m


def may_enter(
    intents: Buffer,
    n: int,
    row: int,
    state: Buffer,
    block: int,
    terms: Buffer,
    m: int,
    out: Buffer,
) -> bool:
    """Whether the symbol is free for this entry, its side allowed, and no other side wanted."""
    symbol = intents[row + INTENT_SYMBOL]
    side = intents[row + INTENT_SIDE]
    if side == SELL and terms[int(symbol) * TERMS_SIZE_OF + CAN_SHORT] == 0.0:
        return False
    if state[block + LOTS] != 0.0 or wrote(out, m, symbol, ENTER):
        return False
    if state[block + ENTRY_SIDE] != 0.0 and not wrote(out, m, symbol, CANCEL):
        return False
    for i in range(n):
        other = i * INTENT_SIZE_OF
        if (
            intents[other + INTENT_SYMBOL] == symbol
            and intents[other + INTENT_ACTION] == ENTER
            and intents[other + INTENT_SIDE] != side
        ):
            return False
    return True


def may_add(intents: Buffer, row: int, state: Buffer, block: int, m: int, out: Buffer) -> bool:
    """Whether there is a position of this side that nothing closes and nothing else adds to."""
    symbol = intents[row + INTENT_SYMBOL]
    if intents[row + INTENT_SIDE] * state[block + LOTS] <= 0.0:
        return False
    if state[block + EXIT_LOTS] > 0.0 or state[block + ENTRY_SIDE] != 0.0:
        return False
    return not wrote(out, m, symbol, EXIT) and not wrote(out, m, symbol, ENTER)


def may_exit(intents: Buffer, row: int, state: Buffer, block: int, m: int, out: Buffer) -> bool:
    """Whether there is a position on the other side that no order closes yet."""
    if state[block + EXIT_LOTS] > 0.0 or wrote(out, m, intents[row + INTENT_SYMBOL], EXIT):
        return False
    return intents[row + INTENT_SIDE] * state[block + LOTS] < 0.0


def lots_to_close(
    intents: Buffer, row: int, state: Buffer, block: int, terms: Buffer, term: int
) -> float:
    """Return all lots that are held, or those of the quantity that the intention names.

    A part below the venue's minimum is nothing to close.
    """
    held = abs(state[block + LOTS])
    quantity = intents[row + INTENT_SIZE]
    if intents[row + INTENT_SIZE_MODE] != SIZE_QUANTITY or math.isnan(quantity):
        return held
    lots = to_lots(quantity, terms[term + LOT])
    if lots >= held:
        return held
    notional = from_units(lots, terms[term + LOT]) * state[block + LAST_CLOSE]
    return lots if notional >= terms[term + MIN_NOTIONAL] else 0.0


def enter(
    intents: Buffer,
    row: int,
    close: float,
    last: float,
    terms: Buffer,
    equity: float,
    cash: float,
    plan_mode: float,
    plan_value: float,
    m: int,
    out: Buffer,
) -> bool:
    """Write the order of an entry, if it comes to one; say whether it did.

    `last` is the quantity that the position's newest entry filled.
    """
    term = int(intents[row + INTENT_SYMBOL]) * TERMS_SIZE_OF
    kind = intents[row + INTENT_KIND]
    side = intents[row + INTENT_SIDE]
    price = close
    ticks = 0.0
    if kind != MARKET:
        ticks = to_ticks(intents[row + INTENT_PRICE], terms[term + TICK], side)
        price = from_units(ticks, terms[term + TICK])
    stop_mode = intents[row + INTENT_STOP_MODE]
    stop = intents[row + INTENT_STOP]
    target_mode = intents[row + INTENT_TARGET_MODE]
    if not sound(stop_mode, stop, price, -side):
        return False
    if not sound(target_mode, intents[row + INTENT_TARGET], price, side):
        return False
    if intents[row + INTENT_PARTS] != 0.0 and not sound_parts(intents, row, price, side):
        return False
    mode = intents[row + INTENT_SIZE_MODE]
    value = intents[row + INTENT_SIZE]
    if mode == SIZE_PLAN:
        mode = plan_mode
        value = plan_value
    if mode == SIZE_LAST:
        mode = SIZE_QUANTITY
        value *= last
    quantity = wanted(mode, value, equity, price, stop_distance(stop_mode, stop, price))
    lots = lots_within(quantity, kind, price, cash, terms, term)
    if lots < 1.0:
        return False
    write(intents, row, kind, lots, ticks, m, out)
    if kind == LIMIT:
        out[m * ORDER_SIZE_OF + ORDER_POST] = terms[term + MAKES_ONLY]
    if kind == STOP_LIMIT:
        trigger = to_ticks(intents[row + INTENT_TRIGGER], terms[term + TICK], side)
        out[m * ORDER_SIZE_OF + ORDER_TRIGGER] = from_units(trigger, terms[term + TICK])
    return True


def sound_parts(intents: Buffer, row: int, price: float, side: float) -> bool:
    """Whether each further part of the bracket is none, or a price on its own side."""
    parts = row + INTENT_PARTS
    if not sound(intents[parts + PART_TRAIL_MODE], intents[parts + PART_TRAIL], price, -side):
        return False
    if not sound(intents[parts + PART_FROM_MODE], intents[parts + PART_FROM], price, side):
        return False
    if not sound(intents[parts + PART_EVEN_MODE], intents[parts + PART_EVEN], price, side):
        return False
    for step in range(int(intents[parts + PART_STEPS])):
        at = parts + PART_STEP + step * PART_STEP_SIZE_OF
        if not sound(intents[at + PART_STEP_MODE], intents[at + PART_STEP_VALUE], price, side):
            return False
    return True


def write(
    intents: Buffer, row: int, kind: float, lots: float, ticks: float, m: int, out: Buffer
) -> None:
    """Write order row m; what the size step did not decide is copied from the intention."""
    order = m * ORDER_SIZE_OF
    effect = intents[row + INTENT_ACTION]
    entering = effect == ENTER
    out[order + ORDER_SYMBOL] = intents[row + INTENT_SYMBOL]
    out[order + ORDER_EFFECT] = effect
    out[order + ORDER_SIDE] = intents[row + INTENT_SIDE]
    out[order + ORDER_KIND] = float(kind)
    out[order + ORDER_LOTS] = lots
    out[order + ORDER_TICKS] = ticks
    out[order + ORDER_VALID_BARS] = intents[row + INTENT_VALID_BARS] if entering else 0.0
    out[order + ORDER_STOP_MODE] = intents[row + INTENT_STOP_MODE] if entering else 0.0
    out[order + ORDER_STOP] = intents[row + INTENT_STOP] if entering else 0.0
    out[order + ORDER_TARGET_MODE] = intents[row + INTENT_TARGET_MODE] if entering else 0.0
    out[order + ORDER_TARGET] = intents[row + INTENT_TARGET] if entering else 0.0
    out[order + ORDER_TAG] = intents[row + INTENT_TAG]
    if entering:
        out[order + ORDER_ADD] = intents[row + INTENT_ADD]
        copy_parts(intents, row + INTENT_PARTS, out, order + ORDER_PARTS)
        out[order + ORDER_POST] = 0.0
        out[order + ORDER_TRIGGER] = 0.0
    else:
        clear(out, order + ORDER_ADD, ORDER_SIZE_OF - ORDER_ADD)


def wrote(out: Buffer, m: int, symbol: float, effect: float) -> bool:
    """Whether an order of this effect was written for the symbol already."""
    for i in range(m):
        row = i * ORDER_SIZE_OF
        if out[row + ORDER_SYMBOL] == symbol and out[row + ORDER_EFFECT] == effect:
            return True
    return False
