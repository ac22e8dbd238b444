"""Sums over the trades of a run, from which every figure about trades is made.

Written for flat buffers, so that the kernel compiles this very text: a run of a million bars has
tens of thousands of trades, and a sweep has a thousand runs.
"""

import math
from typing import Final

from tradewinds.engine.outcome.trips import (
    TRADE_BARS,
    TRADE_EXIT_KIND,
    TRADE_FEES,
    TRADE_FUNDING,
    TRADE_HELD,
    TRADE_MAE,
    TRADE_MFE,
    TRADE_NOTIONAL,
    TRADE_PROFIT,
    TRADE_SHARE,
    TRADE_SIZE_OF,
    TRADE_SYMBOL,
)
from tradewinds.engine.records import LIQUIDATION

Buffer = list[float]

EVERY: Final = -1  # in place of a symbol

PROFIT: Final = 0  # of all trades, the open ones marked at the last close
FEES: Final = 1  # of all trades, as the next
NOTIONAL: Final = 2
CLOSED: Final = 3  # how many were closed; all that follows is of those alone
WINS: Final = 4
GAINS: Final = 5
LOSSES: Final = 6  # positive
NET: Final = 7  # sum of their profits
SQUARES: Final = 8  # sum of (profit - mean profit) squared
BARS: Final = 9
LONGEST: Final = 10
SHARES: Final = 11  # sum of profit over cost
BEST: Final = 12
WORST: Final = 13
AGAINST: Final = 14  # sum of MAE
FAVOUR: Final = 15  # sum of MFE
FUNDING: Final = 16  # of all trades, as FEES
LIQUIDATIONS: Final = 17
TALLY_SIZE_OF: Final = 18


def tally(rows: Buffer, n: int, symbol: int, out: Buffer) -> None:
    """Sum up the finished trade rows of one symbol, or of EVERY one."""
    for field in range(TALLY_SIZE_OF):
        out[field] = 0.0
    out[BEST] = -math.inf
    out[WORST] = math.inf
    for trade in range(n):
        at = trade * TRADE_SIZE_OF
        if symbol < 0 or rows[at + TRADE_SYMBOL] == symbol:
            out[PROFIT] += rows[at + TRADE_PROFIT]
            out[FEES] += rows[at + TRADE_FEES]
            out[NOTIONAL] += rows[at + TRADE_NOTIONAL]
            out[FUNDING] += rows[at + TRADE_FUNDING]
            if rows[at + TRADE_HELD] == 0.0:
                count(rows, at, out)
    if out[CLOSED] > 0.0:
        spread(rows, n, symbol, out[NET] / out[CLOSED], out)


def count(rows: Buffer, at: int, out: Buffer) -> None:
    """Add a closed trade."""
    profit = rows[at + TRADE_PROFIT]
    share = rows[at + TRADE_SHARE]
    out[CLOSED] += 1.0
    out[NET] += profit
    if profit > 0.0:
        out[WINS] += 1.0
        out[GAINS] += profit
    else:
        out[LOSSES] -= profit
    out[BARS] += rows[at + TRADE_BARS]
    out[LONGEST] = max(out[LONGEST], rows[at + TRADE_BARS])
    out[SHARES] += share
    out[BEST] = max(out[BEST], share)
    out[WORST] = min(out[WORST], share)
    out[AGAINST] += rows[at + TRADE_MAE]
    out[FAVOUR] += rows[at + TRADE_MFE]
    if rows[at + TRADE_EXIT_KIND] == LIQUIDATION:
        out[LIQUIDATIONS] += 1.0


def spread(rows: Buffer, n: int, symbol: int, mean: float, out: Buffer) -> None:
    """Sum the squared distances of closed trades' profits from their mean."""
    for trade in range(n):
        at = trade * TRADE_SIZE_OF
        wanted = symbol < 0 or rows[at + TRADE_SYMBOL] == symbol
        if wanted and rows[at + TRADE_HELD] == 0.0:
            distance = rows[at + TRADE_PROFIT] - mean
            out[SQUARES] += distance * distance
