"""Round trips made of fills: one flat row a trade, from the fill that opens it until it is flat.

Written for flat buffers, so that the kernel compiles this very text. A trade may have any number
of fills: entries that add to it, exits that take a part of it. How far the price went against it
and for it is followed bar by bar. Where a bar cannot say what came first, the worse case is taken,
as in the fill step: of the bar in which a limit entry was filled, the better end counts only with
its close, and of the bar in which the trade ends nothing counts but the price of that fill.
"""

import math
from typing import Final

from tradewinds.engine.records import (
    BAR_SIZE,
    BUY,
    CLOSE,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    FUNDING,
    HIGH,
    LIMIT,
    LOT,
    LOW,
    STOP_LIMIT,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units

Buffer = list[float]

TRADE_SYMBOL: Final = 0
TRADE_SIDE: Final = 1  # of its entries
TRADE_LOTS: Final = 2  # entered in all
TRADE_HELD: Final = 3  # not yet left; 0 when it is closed
TRADE_ENTRY: Final = 4  # mean price of the entries
TRADE_EXIT: Final = 5  # mean price of the exits, NaN before the first
TRADE_OPENED: Final = 6  # open time of the bar with the first fill
TRADE_CLOSED: Final = 7  # of the bar with the last one, NaN while it is open
TRADE_CASH: Final = 8  # what its fills did to the cash, without fees
TRADE_NOTIONAL: Final = 9  # of all fills
TRADE_FEES: Final = 10
TRADE_KIND: Final = 11  # of the first fill
TRADE_EXIT_KIND: Final = 12  # of the last one that left
TRADE_TAG: Final = 13  # of the order that entered
TRADE_EXIT_TAG: Final = 14  # of the latest order to leave
TRADE_FIRST: Final = 15  # price of the first fill
TRADE_HIGHEST: Final = 16
TRADE_LOWEST: Final = 17
TRADE_PROFIT: Final = 18  # to TRADE_MFE written by `finish`: after all costs, marked while open
TRADE_BARS: Final = 19  # between the first and the last fill
TRADE_SHARE: Final = 20  # profit over what the entries cost
TRADE_MAE: Final = 21  # furthest move against it, as a fraction of its first price
TRADE_MFE: Final = 22  # the same for it
TRADE_FUNDING: Final = 23  # paid at funding times, less what was received
TRADE_SIZE_OF: Final = 24

NONE: Final = -1.0


def fill_trade(
    fills: Buffer,
    row: int,
    time: float,
    tags: Buffer,
    terms: Buffer,
    open_rows: Buffer,
    rows: Buffer,
    n: int,
) -> int:
    """Add the fill row at `row`, of a bar that opened at `time`; return how many trades there are.

    `rows` has room for one more. `open_rows` has where each symbol's open trade begins, NONE
    without one; `tags` has two floats a symbol: the tags of its latest orders to enter and leave.
    """
    symbol = int(fills[row + FILL_SYMBOL])
    at = int(open_rows[symbol])
    if fills[row + FILL_KIND] == FUNDING:
        rows[at + TRADE_FUNDING] += fills[row + FILL_FEE]
        return n
    if at < 0:
        at = n * TRADE_SIZE_OF
        open_rows[symbol] = float(at)
        open_trade(fills, row, time, tags[2 * symbol], terms, rows, at)
        n += 1
    lots = fills[row + FILL_LOTS]
    price = from_units(fills[row + FILL_TICKS], terms[symbol * TERMS_SIZE_OF + TICK])
    notional = from_units(lots, terms[symbol * TERMS_SIZE_OF + LOT]) * price
    rows[at + TRADE_CASH] -= fills[row + FILL_SIDE] * notional
    rows[at + TRADE_NOTIONAL] += notional
    rows[at + TRADE_FEES] += fills[row + FILL_FEE]
    if fills[row + FILL_SIDE] == rows[at + TRADE_SIDE]:
        rows[at + TRADE_LOTS] += lots
        rows[at + TRADE_HELD] += lots
        step = (price - rows[at + TRADE_ENTRY]) * lots / rows[at + TRADE_LOTS]
        rows[at + TRADE_ENTRY] += step
    else:
        rows[at + TRADE_EXIT_KIND] = fills[row + FILL_KIND]
        rows[at + TRADE_EXIT_TAG] = tags[2 * symbol + 1]
        leave_trade(lots, price, time, rows, at)
        if rows[at + TRADE_HELD] == 0.0:
            open_rows[symbol] = NONE
    return n


def open_trade(
    fills: Buffer, row: int, time: float, tag: float, terms: Buffer, rows: Buffer, at: int
) -> None:
    """Begin the trade at `at` with nothing in it but its first fill's price, side and kind."""
    symbol = int(fills[row + FILL_SYMBOL])
    price = from_units(fills[row + FILL_TICKS], terms[symbol * TERMS_SIZE_OF + TICK])
    for field in range(TRADE_SIZE_OF):
        rows[at + field] = 0.0
    rows[at + TRADE_SYMBOL] = float(symbol)
    rows[at + TRADE_SIDE] = fills[row + FILL_SIDE]
    rows[at + TRADE_ENTRY] = price
    rows[at + TRADE_EXIT] = math.nan
    rows[at + TRADE_OPENED] = float(time)
    rows[at + TRADE_CLOSED] = math.nan
    rows[at + TRADE_KIND] = fills[row + FILL_KIND]
    rows[at + TRADE_TAG] = tag
    rows[at + TRADE_EXIT_TAG] = NONE
    rows[at + TRADE_FIRST] = price
    rows[at + TRADE_HIGHEST] = price
    rows[at + TRADE_LOWEST] = price


def leave_trade(lots: float, price: float, time: float, rows: Buffer, at: int) -> None:
    """Take lots out of the trade, and end it with the last of them."""
    left = rows[at + TRADE_LOTS] - rows[at + TRADE_HELD]
    if left == 0.0:
        rows[at + TRADE_EXIT] = price
    else:
        rows[at + TRADE_EXIT] += (price - rows[at + TRADE_EXIT]) * lots / (left + lots)
    rows[at + TRADE_HELD] -= lots
    if rows[at + TRADE_HELD] == 0.0:
        rows[at + TRADE_CLOSED] = float(time)
        reach(price, price, rows, at)


def reach(high: float, low: float, rows: Buffer, at: int) -> None:
    """Let the trade have seen two prices."""
    rows[at + TRADE_HIGHEST] = max(rows[at + TRADE_HIGHEST], high)
    rows[at + TRADE_LOWEST] = min(rows[at + TRADE_LOWEST], low)


def widen(bars: Buffer, time: float, symbols: int, open_rows: Buffer, rows: Buffer) -> None:
    """Show a bar set, after its fills, to the trades that are held to its close."""
    for symbol in range(symbols):
        at = int(open_rows[symbol])
        bar = symbol * BAR_SIZE
        if at >= 0 and not math.isnan(bars[bar + CLOSE]):
            high = bars[bar + HIGH]
            low = bars[bar + LOW]
            limited = rows[at + TRADE_KIND] == LIMIT or rows[at + TRADE_KIND] == STOP_LIMIT
            if limited and rows[at + TRADE_OPENED] == time:
                if rows[at + TRADE_SIDE] == BUY:
                    high = bars[bar + CLOSE]
                else:
                    low = bars[bar + CLOSE]
            reach(high, low, rows, at)


def finish(rows: Buffer, n: int, closes: Buffer, times: Buffer, step: float, terms: Buffer) -> None:
    """Write the last columns; a trade that is open is marked at its symbol's last close.

    `closes` and `times` have each symbol's last close and the open time of that bar, `step` is
    the length of a bar.
    """
    for trade in range(n):
        at = trade * TRADE_SIZE_OF
        symbol = int(rows[at + TRADE_SYMBOL])
        lot = terms[symbol * TERMS_SIZE_OF + LOT]
        side = rows[at + TRADE_SIDE]
        worth = side * from_units(rows[at + TRADE_HELD], lot) * closes[symbol]
        end = rows[at + TRADE_CLOSED]
        if rows[at + TRADE_HELD] != 0.0:
            end = times[symbol]
        profit = rows[at + TRADE_CASH] + worth - rows[at + TRADE_FEES] - rows[at + TRADE_FUNDING]
        cost = from_units(rows[at + TRADE_LOTS], lot) * rows[at + TRADE_ENTRY]
        first = rows[at + TRADE_FIRST]
        rise = rows[at + TRADE_HIGHEST] / first - 1.0
        fall = 1.0 - rows[at + TRADE_LOWEST] / first
        rows[at + TRADE_PROFIT] = profit
        rows[at + TRADE_BARS] = float(math.floor((end - rows[at + TRADE_OPENED]) / step))
        rows[at + TRADE_SHARE] = profit / cost
        rows[at + TRADE_MAE] = fall if side == BUY else rise
        rows[at + TRADE_MFE] = rise if side == BUY else fall
