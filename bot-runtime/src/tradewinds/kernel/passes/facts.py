"""Places in the whole numbers of a compiled run, and what the loops agree on."""

from __future__ import annotations

from typing import Final

BARS: Final = 0  # bar sets
FIRST: Final = 1  # the first that counts: it opens at the start or later
DECIDES: Final = 2  # the first that is decided on
SYMBOLS: Final = 3
STRIDE: Final = 4  # floats of state a symbol
LENGTH: Final = 5  # of a bar, ms
MOST_OPEN: Final = 6
KEEPS: Final = 7  # NOTHING, TRADES_ALONE or ALL
ORDERS: Final = 8  # rows that were kept
FILLS: Final = 9
TRADES: Final = 10
EXPOSED: Final = 11  # bar sets with a position at their close
ORIGIN: Final = 12  # the bar at which the columns of the block begin
ENDS: Final = 13  # the bar before which they end
DAY_AT: Final = 14  # the place in `ends` of the day that goes on
FACTS: Final = 15

NOTHING: Final = 0  # sums alone are kept
TRADES_ALONE: Final = 1
ALL: Final = 2  # orders, fills and equity too

BLOCK: Final = 8192  # bars that run ahead at once, at most
ABREAST: Final = 2048  # the same where many sets do: so that their columns stay in the cache
FLAT_WAKES: Final = 1  # bits of `wakes`: a decision is possible while flat, long, short
LONG_WAKES: Final = 2
SHORT_WAKES: Final = 4
