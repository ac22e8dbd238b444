"""What a trade makes: from flat to flat, fees included. Functions over flat buffers and scalars.

Protections and measured sizes follow the trades of a run as its fills come in, each with a block of
PROFIT_SIZE_OF floats a symbol that starts as zeros.
"""

from typing import Final

from tradewinds.engine.account.apply import cash_change
from tradewinds.engine.records import (
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    FUNDING,
    LOT,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units

Buffer = list[float]

HELD: Final = 0  # lots, signed
MADE: Final = 1  # what the fills of the trade did to the cash
COST: Final = 2  # notional of its entries
PROFIT_SIZE_OF: Final = 3


def follow(rows: Buffer, row: int, trades: Buffer, at: int, terms: Buffer) -> bool:
    """Take the fill row that starts at `row` into its symbol's block; whether that is flat now."""
    lots = rows[row + FILL_LOTS]
    if rows[row + FILL_KIND] == FUNDING:
        trades[at + MADE] += cash_change(rows, row, terms)
    if lots == 0.0:
        return False
    change = rows[row + FILL_SIDE] * lots
    if change * trades[at + HELD] >= 0.0:
        term = int(rows[row + FILL_SYMBOL]) * TERMS_SIZE_OF
        price = from_units(rows[row + FILL_TICKS], terms[term + TICK])
        trades[at + COST] += from_units(lots, terms[term + LOT]) * price
    trades[at + HELD] += change
    trades[at + MADE] += cash_change(rows, row, terms)
    return trades[at + HELD] == 0.0


def end(trades: Buffer, at: int) -> None:
    """Begin the next trade, once what this one made has been read."""
    trades[at + MADE] = 0.0
    trades[at + COST] = 0.0
