"""A time zone as a table of offsets, read once from the installed time-zone data."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from tradewinds_crds.scalars import parse_time_zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS: Final = 47_482  # to the end of 2099
_STEP: Final = 7  # days; clocks are set twice a year, for Ramadan at most four times
_DAY_S: Final = 86_400


@cache
def clocks_of(name: str) -> tuple[tuple[float, float], ...]:
    """Return from when on (ms) the zone is how far (ms) ahead of UTC, from 1970 to 2099."""
    zone = parse_time_zone(name)
    offset = _offset(zone, 0)
    rows = [(-math.inf, offset)]
    for day in range(0, _DAYS, _STEP):
        before, after = day * _DAY_S, (day + _STEP) * _DAY_S
        if _offset(zone, after) != offset:
            before = _change(zone, before, after)
            offset = _offset(zone, after)
            rows.append((before * 1_000.0, offset))
    return tuple(rows)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    offset = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, second: int) -> float:
    ahead = (_EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return 0.0 if ahead is None else ahead.total_seconds() * 1_000.0
