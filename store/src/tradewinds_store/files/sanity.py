"""What no venue can have published: the first bar of a file that is broken, in words."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tradewinds_crds.scalars import TIMEFRAMES, timeframe_ms
from tradewinds_store.bars import VALUES, Bars, off_grid, utc

_ENOUGH = 10  # bars from which their smallest distance says which timeframe they have


def first_problem(bars: Bars, timeframe: str) -> tuple[int | None, str] | None:
    """Return the row (from 0; None: all of them) and what is wrong with it; None if nothing is."""
    problems = [
        (int(rows[0]), text)
        for broken, text in _checks(bars, timeframe)
        if (rows := _at(broken)).size
    ]
    if not problems:
        return _wrong_timeframe(bars, timeframe)
    row = min(row for row, _ in problems)
    text = next(text for at, text in problems if at == row)
    return row, _filled(text, bars, row)


def _checks(bars: Bars, timeframe: str) -> Iterator[tuple[NDArray[np.bool_], str]]:
    for name in VALUES:
        yield (
            ~np.isfinite(getattr(bars, name)),
            f"{name} was {{{name}}} or empty, expected a number.",
        )
    for name in VALUES[:-1]:
        yield getattr(bars, name) <= 0, f"{name} was {{{name}}}, expected a price above 0."
    yield bars.volume < 0, "volume was {volume}, expected 0 or more."
    yield bars.high < bars.low, "high {high} is below low {low}."
    for name in ("open", "close"):
        price = getattr(bars, name)
        outside = (price < bars.low) | (price > bars.high)
        yield outside, f"{name} {{{name}}} is outside low {{low}} to high {{high}}."
    step = np.diff(bars.time, prepend=bars.time[:1] - 1)
    yield step == 0, "time {time} is there twice. Keep one bar of each time."
    yield step < 0, "time {time} comes before the line above. Sort the file by time, oldest first."
    yield (
        off_grid(bars.time, timeframe),
        f"no bar of {timeframe} opens at {{time}}. Give the file's own timeframe.",
    )


def _wrong_timeframe(bars: Bars, timeframe: str) -> tuple[None, str] | None:
    if len(bars) < _ENOUGH:
        return None
    step = int(np.diff(bars.time).min())
    own = next((name for name in TIMEFRAMES if timeframe_ms(name) == step), None)
    if own is None or own == timeframe:
        return None
    return None, f"its bars stand {own} apart, not {timeframe}. Give timeframe {own}."


def _at(broken: NDArray[np.bool_]) -> NDArray[np.intp]:
    return np.flatnonzero(broken)


def _filled(text: str, bars: Bars, row: int) -> str:
    values = {name: str(getattr(bars, name)[row]) for name in VALUES}
    return text.format(time=utc(bars.time[row]), **values)
