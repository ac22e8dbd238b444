"""Cron triggers: at which closes a schedule lets entries be made. Flat buffers and scalars.

A close is on if a trigger lies at it, or between it and the close before. The next trigger is kept,
so that a close costs one comparison.
"""

import math
from typing import Final

from tradewinds.engine.civil import DAY, day_of_month, month_of
from tradewinds.engine.guards.clock import clocks_at, first_at, wall
from tradewinds.engine.guards.layout import (
    CLOCKS,
    CRON,
    CRON_NEXT,
    CRON_ON,
    EITHER_DAY,
    HOURS,
    MINUTES,
    MONTH_DAYS,
    MONTHS,
    WEEK_DAYS,
)

Buffer = list[float]
HOUR: Final = 3_600_000
MINUTE: Final = 60_000
_THURSDAY: Final = 4  # 1970-01-01, weeks from Sunday
_LONGEST: Final = 3_000  # days from one 29th of February to the next, and to spare


def strike(time: float, settings: Buffer, guards: Buffer) -> None:
    """Note whether this close is on."""
    if settings[CRON] == 0.0:
        return
    if guards[CRON_NEXT] == 0.0:
        guards[CRON_NEXT] = next_trigger(time - 1.0, settings)
    guards[CRON_ON] = 1.0 if guards[CRON_NEXT] <= time else 0.0
    if guards[CRON_ON] == 1.0:
        guards[CRON_NEXT] = next_trigger(time, settings)


def waits(settings: Buffer, guards: Buffer) -> bool:
    """Whether entries wait for a trigger."""
    return settings[CRON] == 1.0 and guards[CRON_ON] == 0.0


def next_trigger(after: float, settings: Buffer) -> float:
    """Return the first trigger later than a time, infinite if there is none in eight years."""
    fields = clocks_at(settings) + 2 * int(settings[CLOCKS])
    moment = wall(after, settings)
    first = math.floor(moment / DAY)
    minute = math.floor((moment - first * DAY) / MINUTE)
    for day in range(first, first + _LONGEST):
        if is_day(day, fields, settings):
            found = trigger_of(day, minute, after, fields, settings)
            if found > after:
                return found
        minute = 0
    return math.inf


def trigger_of(day: int, minute: int, after: float, fields: int, settings: Buffer) -> float:
    """Return the first trigger of a day from a minute on that is later than a time; else 0."""
    for hour in range(minute // 60, 24):
        if settings[fields + HOURS + hour] == 1.0:
            for at in range(max(minute - hour * 60, 0), 60):
                if settings[fields + MINUTES + at] == 1.0:
                    time = first_at(float(day * DAY + hour * HOUR + at * MINUTE), settings)
                    if time > after:
                        return time
    return 0.0


def is_day(day: int, fields: int, settings: Buffer) -> bool:
    """Whether triggers lie on a day."""
    month = (month_of(day) + 2) % 12
    if settings[fields + MONTHS + month] == 0.0:
        return False
    by_month = settings[fields + MONTH_DAYS + day_of_month(day) - 1] == 1.0
    by_week = settings[fields + WEEK_DAYS + (day + _THURSDAY) % 7] == 1.0
    if settings[fields + EITHER_DAY] == 1.0:
        return by_month or by_week
    return by_month and by_week
