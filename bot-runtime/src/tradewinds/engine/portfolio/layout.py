"""Where the figures of a portfolio lie in its two flat buffers: constants of the run, and state."""

from typing import Final

RANK: Final = 4  # the action of an intention that is no order: a symbol's figures at this close

# Settings.
REBALANCE: Final = 0
HOLD: Final = 1
KEEP: Final = 2
WEIGHTS: Final = 3
EXPOSURE: Final = 4
MIN_TRADE: Final = 5
SETTINGS_SIZE_OF: Final = 6

EVERY_BAR: Final = 0
DAILY: Final = 1
WEEKLY: Final = 2
MONTHLY: Final = 3

EQUAL: Final = 0
INVERSE_VOLATILITY: Final = 1
SCORE: Final = 2

# State of the Strategy.
PERIOD: Final = 0  # of the last bar set, 0 before the first
BUYING: Final = 1  # 1: what was sold at the last close pays for what is bought at this one
HEAD_SIZE_OF: Final = 2

# State of a symbol, set at each rebalancing.
TARGET: Final = 0  # its weight, NaN: it had no bar and stays as it is
RANKED: Final = 1  # its rank, NaN: not eligible
RISK: Final = 2  # its volatility
PLACE: Final = 3  # 1 is the highest rank, 0: none
CHOSEN: Final = 4  # 0, or one of the two below
SYMBOL_SIZE_OF: Final = 5

STAYS: Final = 1.0  # held, and ranked high enough to be kept
TAKEN: Final = 2.0
