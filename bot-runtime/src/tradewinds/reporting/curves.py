"""Series for charts, from an equity curve and fills: thinned, fallen from a peak, by day.

Lists in, lists out, and nothing is drawn here, so that page and paper show the same. Times are UTC
milliseconds.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean, stdev
from typing import Any, Final, NamedTuple

DAY: Final = 86_400_000
YEAR: Final = 365.25 * DAY
STRETCHES: Final = 500  # of a thinned curve, each keeping up to four points
BINS: Final = 31
PARTS: Final = 240  # of the exposure over time
ENOUGH_DAYS: Final = 20  # below this, the distribution is of bars
WINDOWS: Final = ((120, 90), (45, 30))  # days there are -> days a rolling figure looks back


class Line(NamedTuple):
    """One series over time."""

    times: list[int]
    values: list[float]


class Histogram(NamedTuple):
    """Counts between edges: `len(edges) == len(counts) + 1`."""

    edges: list[float]
    counts: list[int]


def thinned(values: Sequence[float], stretches: int = STRETCHES) -> list[int]:
    """Return the indices that the eye needs: first, last, lowest and highest of each stretch."""
    if len(values) <= 4 * stretches:
        return list(range(len(values)))
    width = len(values) / stretches
    kept: set[int] = set()
    for part in range(stretches):
        inside = range(int(part * width), int((part + 1) * width))
        kept |= {inside[0], inside[-1]}
        kept |= {min(inside, key=values.__getitem__), max(inside, key=values.__getitem__)}
    return sorted(kept)


def drawdowns(capital: float, values: Sequence[float]) -> list[float]:
    """Return how far each value lies below the highest before it, as fractions up to 0."""
    peak = capital
    falls = []
    for value in values:
        peak = max(peak, value)
        falls.append(value / peak - 1.0 if peak else 0.0)
    return falls


def closes_of_days(equity: Sequence[Sequence[float]]) -> Line:
    """Return the last value of each UTC day; a close at 00:00 ends the day before."""
    last = {(int(time) - 1) // DAY: (int(time), value) for time, value in equity}
    return Line([time for time, _ in last.values()], [value for _, value in last.values()])


def returns(capital: float, values: Sequence[float]) -> list[float]:
    """Return the growth from each value to the next, the first from the capital."""
    return [b / a - 1.0 if a else 0.0 for a, b in pairwise([capital, *values])]


def rolling_sharpe(start: int, capital: float, days: Line) -> tuple[Line, int] | None:
    """Return Sharpe over the days before each day and their number; None for too few days."""
    there = len(days.times)
    window = next((window for least, window in WINDOWS if there >= least), None)
    if window is None:
        return None
    daily = returns(capital, days.values)
    a_year = math.sqrt(there / ((days.times[-1] - start) / YEAR))
    times, values = [], []
    for end in range(window, there + 1):
        part = daily[end - window : end]
        deviation = stdev(part)
        if deviation:
            times.append(days.times[end - 1])
            values.append(fmean(part) / deviation * a_year)
    return (Line(times, values), window) if times else None


def histogram(values: Sequence[float], bins: int = BINS) -> Histogram | None:
    """Return counts in bins of a round width with an edge at 0; None where nothing varies."""
    if not values or min(values) == max(values):
        return None
    width = round_up((max(values) - min(values)) / bins)
    first, last = math.floor(min(values) / width), math.floor(max(values) / width)
    counts = [0] * (last - first + 1)
    for value in values:
        counts[math.floor(value / width) - first] += 1
    return Histogram([step * width for step in range(first, last + 2)], counts)


def exposure(
    fills: Sequence[Mapping[str, Any]], equity: Sequence[Sequence[float]], start: int
) -> Line | None:
    """Return the mean share of equity in positions for parts of the time; short is negative.

    A position counts at the price of its last fill.
    """
    if not fills or not equity:
        return None
    end = int(equity[-1][0])
    length = max((end - start) // min(PARTS, len(equity)), 1)
    edges = [*range(start, end, length), end]
    areas = _areas(fills, edges)
    times, shares = [], []
    at = 0
    for i, (a, b) in enumerate(pairwise(edges)):
        while at + 1 < len(equity) and equity[at][0] < b:
            at += 1
        value = equity[at][1]
        times.append(a)
        shares.append(areas[i] / (b - a) / value if value else 0.0)
    return Line([*times, end], [*shares, shares[-1]])


def _areas(fills: Sequence[Mapping[str, Any]], edges: Sequence[int]) -> list[float]:
    """Integrate the money in positions over the time between each two edges."""
    areas = [0.0] * (len(edges) - 1)
    held: dict[str, tuple[float, float]] = {}
    events = [*((int(fill["time"]), fill) for fill in fills), (edges[-1], None)]
    part, now, money = 0, edges[0], 0.0
    for time, fill in events:
        while part < len(areas) and now < time:
            until = min(time, edges[part + 1])
            areas[part] += money * (until - now)
            now = until
            part += now == edges[part + 1]
        if fill is not None:
            signed = fill["quantity"] if fill["side"] == "buy" else -fill["quantity"]
            before = held.get(fill["symbol"], (0.0, 0.0))[0]
            held[fill["symbol"]] = (before + signed, fill["price"])
            money = sum(quantity * price for quantity, price in held.values())
    return areas


def round_up(width: float, steps: Sequence[float] = (1.0, 2.0, 2.5, 5.0, 10.0)) -> float:
    """Return the least step of a decade, or of the next one, that is not below a width."""
    scale = 10.0 ** math.floor(math.log10(width))
    return next(step * scale for step in steps if step * scale >= width)
