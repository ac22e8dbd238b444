"""Funding rates: what a series of them must be, how a new one stands to it, and what it lacks.

A venue may change its times, so nothing says when a rate was due; the distances between those that
are there do.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from tradewinds_store.errors import RateConflictError, RatesError
from tradewinds_store.records import FundingRate

LONGEST: Final = 8 * 3_600_000  # ms between two funding times of a perpetual
_LATE: Final = 60_000


def check_rates(exchange: str, symbol: str, rates: Sequence[FundingRate]) -> None:
    """Raise `RatesError` unless times ascend, rates are finite and marks are prices or None."""
    subject = f"{exchange} {symbol} funding"
    for before, after in pairwise(rates):
        if after.time <= before.time:
            raise RatesError(
                f"{subject}: the rate of {_utc(after.time)} does not come after the one before it."
                " Sort them, and keep one of each time."
            )
    for one in rates:
        if not math.isfinite(one.rate):
            raise RatesError(
                f"{subject}: the rate of {_utc(one.time)} was {one.rate}, expected a number."
            )
        if one.mark is not None and not 0.0 < one.mark < math.inf:
            raise RatesError(
                f"{subject}: the mark price of {_utc(one.time)} was {one.mark}, expected a price"
                " above 0, or none."
            )


def changed(
    exchange: str,
    symbol: str,
    stored: Sequence[FundingRate],
    given: Sequence[FundingRate],
    *,
    replace: bool,
) -> list[FundingRate]:
    """Return the given rates that are new or differ from the stored ones.

    Raises `RateConflictError` if some differ and `replace` is false.
    """
    known = {one.time: one for one in stored}
    differing = [one for one in given if known.get(one.time, one) != one]
    if differing and not replace:
        first = differing[0]
        example = f"{_utc(first.time)}: {_told(known[first.time])}, given {_told(first)}"
        times = [one.time for one in differing]
        raise RateConflictError(f"{exchange} {symbol} funding", times, example)
    return [one for one in given if known.get(one.time) != one]


def holes(times: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of neighbouring times between which a rate is missing.

    One is where they are more than eight hours apart, or farther than the neighbours on either side
    are: a venue that goes over to other times has the same distance twice.
    """
    apart = [after - before for before, after in pairwise(times)]
    found = []
    for place, distance in enumerate(apart):
        near = [apart[at] for at in (place - 1, place + 1) if 0 <= at < len(apart)]
        usual = max(near, default=LONGEST)
        if distance > min(usual, LONGEST) + _LATE:
            found.append((times[place], times[place + 1]))
    return found


def missing(
    times: Sequence[int], start: int, end: int, *, at_end: bool = False
) -> list[tuple[int, int]]:
    """Return the places inside a period in which a rate may be missing, as `holes` does.

    At the rims of the period the distance of the nearest two rates counts. One that may have come
    at the very end is asked for only with `at_end`.
    """
    if start >= end:
        return []
    if not times:
        return [(start, end)]
    first, last = times[:2], times[-2:]
    found = holes(times)
    if times[0] - start > min(LONGEST, first[-1] - first[0] or LONGEST) + _LATE:
        found.append((start, times[0]))
    apart = min(LONGEST, last[-1] - last[0] or LONGEST)
    if end - times[-1] > apart + _LATE or (at_end and end - times[-1] >= apart):
        found.append((times[-1], end))
    return [(after, before) for after, before in found if after < end and before > start]


def _told(one: FundingRate) -> str:
    mark = "no mark price" if one.mark is None else f"mark price {one.mark}"
    return f"rate {one.rate}, {mark}"


def _utc(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%d %H:%M} UTC"
