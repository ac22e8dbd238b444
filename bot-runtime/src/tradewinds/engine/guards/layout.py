"""Where the figures of the guards lie in their two flat buffers.

`settings` are constants of the run, made from a Strategy's `protections` and `schedule`; `guards`
is the state, a fold over fills and closes that starts as zeros. Times are UTC in milliseconds.
A pause ends when its clock, the time or a count of bars, reaches an `…_UNTIL`.
"""

from typing import Final

# Settings of the protections; a first figure of 0 means that the protection is off.
COOLDOWN_PAUSE: Final = 0
COOLDOWN_IN_BARS: Final = 1  # 1: the pause counts bars of the symbol; 0: milliseconds
STREAK_LOSSES: Final = 2
STREAK_WITHIN: Final = 3  # milliseconds, infinite without one; so are the other two
STREAK_PAUSE: Final = 4
STREAK_IN_BARS: Final = 5  # 1: the pause counts bar sets
LOCK_DRAWDOWN: Final = 6
LOCK_WITHIN: Final = 7
LOCK_STEP: Final = 8  # milliseconds within which the highest equity alone is kept
LOCK_ROOM: Final = 9  # peaks that are kept at most
LOCK_PAUSE: Final = 10  # infinite: to the end
LOCK_IN_BARS: Final = 11
PROFIT_TRADES: Final = 12
PROFIT_BELOW: Final = 13
PROFIT_WITHIN: Final = 14
PROFIT_PAUSE: Final = 15
PROFIT_IN_BARS: Final = 16

# Settings of the schedule.
FLATTEN: Final = 17
DAYS: Final = 18  # seven flags, Monday first
SESSIONS: Final = 25  # how many; each is (from, to) in milliseconds of the day
BLACKOUTS: Final = 26  # how many; each is (from, to)
SETTINGS_SIZE_OF: Final = 27  # then the sessions, then the blackouts

# State of the Strategy.
SETS: Final = 0  # bar sets seen
STREAK_UNTIL: Final = 1
LOCK_UNTIL: Final = 2
LOSSES: Final = 3  # in a row, up to STREAK_LOSSES
LOSS_NEXT: Final = 4  # place of the next loss among their times
PEAKS: Final = 5
PEAK_FIRST: Final = 6
HEAD_SIZE_OF: Final = 7  # then times of losses, then (time, equity) of peaks

# State of a symbol.
BARS: Final = 0  # bars seen
TRADE: Final = 1  # the open trade (profits.py)
COOLDOWN_UNTIL: Final = 4
PROFIT_UNTIL: Final = 5
TRADES: Final = 6  # last trades, up to PROFIT_TRADES
TRADE_NEXT: Final = 7
SYMBOL_SIZE_OF: Final = 8  # then (time, return) of the last trades

# Why an entry is held back. An order that a guard makes has the negative as its tag.
OUTSIDE: Final = 1
LOCKED: Final = 2
STREAK: Final = 3
COOLING: Final = 4
UNPROFITABLE: Final = 5
WORDS: Final = (
    "", "schedule", "drawdownLock", "lossStreak", "cooldown", "lowProfitSymbol",
)  # fmt: skip
