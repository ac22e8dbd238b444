"""Funding rates: what a series of them must be, and how a new one stands to what is stored."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from tradewinds_store.errors import RateConflictError, RatesError
from tradewinds_store.records import FundingRate


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


def _told(one: FundingRate) -> str:
    mark = "no mark price" if one.mark is None else f"mark price {one.mark}"
    return f"rate {one.rate}, {mark}"


def _utc(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%d %H:%M} UTC"
