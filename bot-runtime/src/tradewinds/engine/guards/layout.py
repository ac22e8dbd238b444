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
CLOCKS: Final = 27  # how many; each is (from, milliseconds ahead of UTC), none is UTC
CRON: Final = 28  # 1: the fields of a cron expression follow
SETTINGS_SIZE_OF: Final = 29  # then the sessions, the blackouts, the clocks, the fields

# The fields of a cron expression: flags, and how the two kinds of days go together.
MINUTES: Final = 0
HOURS: Final = 60
MONTH_DAYS: Final = 84  # from the 1st
MONTHS: Final = 115  # from January
WEEK_DAYS: Final = 127  # from Sunday
EITHER_DAY: Final = 134  # 1: a day of the month or of the week is enough
CRON_SIZE_OF: Final = 135

# State of the Strategy.
SETS: Final = 0  # bar sets seen
STREAK_UNTIL: Final = 1
LOCK_UNTIL: Final = 2
LOSSES: Final = 3  # in a row, up to STREAK_LOSSES
LOSS_NEXT: Final = 4  # place of the next loss among their times
PEAKS: Final = 5
PEAK_FIRST: Final = 6
CRON_NEXT: Final = 7  # the first trigger after the last close, 0 before the first close
CRON_ON: Final = 8  # 1: there was one at this close, or since the one before
HEAD_SIZE_OF: Final = 9  # then times of losses, then (time, equity) of peaks

# State of a symbol.
BARS: Final = 0  # bars seen
TRADE: Final = 1  # the open trade (account/profits.py)
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
WAITING: Final = 6
WORDS: Final = (
    "", "schedule", "drawdownLock", "lossStreak", "cooldown", "lowProfitSymbol", "cron",
)  # fmt: skip
