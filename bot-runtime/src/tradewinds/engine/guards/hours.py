"""The schedule: whether entries may be made at the time of a close. Flat buffers and scalars.

Days and sessions are those of the clock on the wall, blackouts are in UTC.
"""

from typing import Final

from tradewinds.engine.civil import DAY
from tradewinds.engine.guards.clock import wall
from tradewinds.engine.guards.layout import BLACKOUTS, DAYS, SESSIONS, SETTINGS_SIZE_OF

Buffer = list[float]
_THURSDAY: Final = 3  # 1970-01-01


def is_open(time: float, settings: Buffer) -> bool:
    """Whether the time lies on one of the days, in a session and in no blackout."""
    moment = wall(time, settings)
    day = moment // DAY
    if settings[DAYS + int((day + _THURSDAY) % 7)] == 0.0:
        return False
    return in_session(moment - day * DAY, settings) and blackout_at(time, settings) < 0


def in_session(moment: float, settings: Buffer) -> bool:
    """Whether a time of the day is in a session, or there are none."""
    count = int(settings[SESSIONS])
    for session in range(count):
        start = settings[SETTINGS_SIZE_OF + 2 * session]
        end = settings[SETTINGS_SIZE_OF + 2 * session + 1]
        after, before = moment >= start, moment < end
        if (after and before) or (start > end and (after or before)):
            return True
    return count == 0


def blackout_at(time: float, settings: Buffer) -> int:
    """Return which blackout the time lies in, -1 for none."""
    begin = SETTINGS_SIZE_OF + 2 * int(settings[SESSIONS])
    for blackout in range(int(settings[BLACKOUTS])):
        start = settings[begin + 2 * blackout]
        if start <= time < settings[begin + 2 * blackout + 1]:
            return blackout
    return -1
