"""Where the figures of a measured size lie in its two flat buffers: constants of the run, state.

The state is a fold over closes and fills that starts as zeros. Times are UTC in milliseconds.
"""

from typing import Final

# Settings: what is measured, and the figures of that way alone.
WAY: Final = 0
VOLATILITY: Final = 1
KELLY: Final = 2

TARGET: Final = 1  # volatility of a position over a year, as a share of the equity
WINDOW: Final = 2  # returns that are looked at
MOST: Final = 3  # share of the equity that an entry is at most

CAP: Final = 1  # share of the equity that an entry is at most
TRADES: Final = 2  # last trades that are looked at
PART: Final = 3  # of Kelly's own share
START: Final = 4  # share of the equity before there are so many trades
FLOOR: Final = 5  # share of the equity that an entry is at least

# State of a symbol whose volatility is measured.
BARS: Final = 0  # closes that are kept, up to WINDOW + 1
NEXT: Final = 1  # place of the next one
CLOSES: Final = 2  # then (time, close) of each
CLOSE_SIZE_OF: Final = 2

# State of the Strategy whose trades are measured.
DONE: Final = 0  # returns that are kept, up to TRADES
NEXT_DONE: Final = 1
RETURNS: Final = 2  # then TRADES returns, then each open trade (account/profits.py)
