"""An equity curve in one pass: its days, its peaks, its deepest fall.

`begin` and `follow` are written for flat buffers, so that the kernel compiles this very text and
streams a curve that it never holds; the event loop follows the lists that it has anyway. What is
left is a `Summary`, from which every figure of a curve is made without another look at the bars.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Buffer = list[float]

DAY_MS: Final = 86_400_000

DAYS: Final = 0  # UTC days seen, which is how much of `days` and `dates` is in use
DAY: Final = 1  # number of the latest one since 1970; -1 before the first
PEAK: Final = 2  # highest equity so far, the capital at first
PEAK_TIME: Final = 3  # when it was last that high
BELOW: Final = 4  # closes in a row below the peak
LONGEST: Final = 5  # most of them
DEPTH: Final = 6  # deepest fall, as a fraction of its peak
DEEP_PEAK: Final = 7  # the peak it fell from
DEEP_TIME: Final = 8  # when it was last there
LOW_TIME: Final = 9  # when it was deepest
BACK_TIME: Final = 10  # when equity was at that peak again, NaN if it never was
LAST: Final = 11  # the latest equity
LAST_TIME: Final = 12
CURVE_SIZE_OF: Final = 13


def begin(capital: float, start: float, state: Buffer) -> None:
    """Set the state before the first close: the capital is whole at `start`, in ms."""
    for field in range(CURVE_SIZE_OF):
        state[field] = 0.0
    state[DAY] = -1.0
    state[PEAK] = capital
    state[DEEP_PEAK] = capital
    state[PEAK_TIME] = start
    state[DEEP_TIME] = start
    state[LOW_TIME] = start
    state[BACK_TIME] = start
    state[LAST] = capital
    state[LAST_TIME] = start


def follow(time: float, value: float, state: Buffer, days: Buffer, dates: Buffer) -> None:
    """Take the equity at a close; a close at 00:00 ends the day before."""
    day = float(math.floor((time - 1.0) / DAY_MS))
    if day != state[DAY]:
        state[DAY] = day
        dates[int(state[DAYS])] = day
        state[DAYS] += 1.0
    days[int(state[DAYS]) - 1] = value
    state[LAST] = value
    state[LAST_TIME] = time
    if value < state[PEAK]:
        sink(time, value, state)
        return
    if math.isnan(state[BACK_TIME]):
        state[BACK_TIME] = time
    state[PEAK] = value
    state[PEAK_TIME] = time
    state[BELOW] = 0.0


def sink(time: float, value: float, state: Buffer) -> None:
    """Take a close below the peak."""
    state[BELOW] += 1.0
    state[LONGEST] = max(state[LONGEST], state[BELOW])
    depth = 1.0 - value / state[PEAK]
    if depth > state[DEPTH]:
        state[DEPTH] = depth
        state[DEEP_PEAK] = state[PEAK]
        state[DEEP_TIME] = state[PEAK_TIME]
        state[LOW_TIME] = time
        state[BACK_TIME] = math.nan


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of a curve. Times in ms, falls as fractions; `days` is equity at their ends.

    `deep_time`, `low_time` and `back_time` are when the deepest fall began, was deepest and was
    made good; all three are `start` if equity never fell, and `back_time` is None if it is not
    made good. `below` is the most closes in a row under a peak.
    """

    capital: float
    start: int
    end: int
    last: float
    depth: float
    below: int
    deep_time: int
    low_time: int
    back_time: int | None
    days: Sequence[float]
    dates: Sequence[int]


def summary_from(
    capital: float,
    start: int,
    state: Sequence[float],
    days: Sequence[float],
    dates: Sequence[float],
) -> Summary:
    """Return what `follow` left in its buffers."""
    count = int(state[DAYS])
    back = state[BACK_TIME]
    return Summary(
        capital=capital,
        start=start,
        end=int(state[LAST_TIME]),
        last=float(state[LAST]),
        depth=float(state[DEPTH]),
        below=int(state[LONGEST]),
        deep_time=int(state[DEEP_TIME]),
        low_time=int(state[LOW_TIME]),
        back_time=None if math.isnan(back) else int(back),
        days=[float(value) for value in days[:count]],
        dates=[int(date) for date in dates[:count]],
    )


def summarize(capital: float, start: int, times: Sequence[int], values: Sequence[float]) -> Summary:
    """Follow a whole curve of closes and equity."""
    state = [0.0] * CURVE_SIZE_OF
    room = (times[-1] - times[0]) // DAY_MS + 2 if times else 0
    days, dates = [0.0] * room, [0.0] * room
    begin(capital, start, state)
    for time, value in zip(times, values, strict=True):
        follow(time, value, state, days, dates)
    return summary_from(capital, start, state, days, dates)
