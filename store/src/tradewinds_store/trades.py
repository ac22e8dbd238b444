"""Trades as columns: what a market's single trades are, and how new ones stand to stored ones.

A trade is known by its time and its number: the venue's id, or else its place among those of its
millisecond. They are kept by UTC day, each with a digest, so that a hash over a year of them reads
no trade.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tradewinds_store.bars import utc
from tradewinds_store.errors import TradeConflictError, TradesError

COLUMNS: Final = ("time", "number", "price", "amount")
DAY: Final = 86_400_000
_KEY: Final = np.dtype([("time", "<i8"), ("number", "<i8")])


@dataclass(frozen=True, slots=True, eq=False)
class Trades:
    """Trades of one market, by time and number; all columns have the same length."""

    time: NDArray[np.int64]  # UTC milliseconds
    number: NDArray[np.int64]  # the venue's id, or the place in the millisecond
    price: NDArray[np.float64]
    amount: NDArray[np.float64]  # base currency

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: Any) -> "Trades":
        """Return the trades of a slice, a mask or an array of indices."""
        return Trades(*(column[rows] for column in self.columns()))

    def columns(self) -> Sequence[NDArray[Any]]:
        """Return the four columns in the order of `COLUMNS`."""
        return (self.time, self.number, self.price, self.amount)

    def between(self, start: int, end: int) -> "Trades":
        """Return the trades with `start <= time < end`, without a copy."""
        first, last = np.searchsorted(self.time, (start, end))
        return self[first:last]

    def digest(self) -> str:
        """Return a hash of all values, the same on every machine."""
        kinds = ("<i8", "<i8", "<f8", "<f8")
        found = sha256()
        for column, kind in zip(self.columns(), kinds, strict=True):
            found.update(np.ascontiguousarray(column, kind).tobytes())
        return found.hexdigest()


def no_trades() -> Trades:
    """Return trades of length zero."""
    whole, broken = np.empty(0, np.int64), np.empty(0, np.float64)
    return Trades(whole, whole, broken, broken)


def joined(parts: Sequence[Trades]) -> Trades:
    """Return parts that follow one another as one."""
    if not parts:
        return no_trades()
    return Trades(*map(np.concatenate, zip(*(part.columns() for part in parts), strict=True)))


def days(trades: Trades) -> Iterator[tuple[int, Trades]]:
    """Yield the trades of each UTC day, with its number since 1970."""
    day = trades.time // DAY
    starts = np.flatnonzero(np.diff(day, prepend=day[:1] - 1)).tolist()
    for first, last in pairwise([*starts, len(trades)]):
        yield int(day[first]), trades[first:last]


def check_trades(exchange: str, symbol: str, trades: Trades) -> None:
    """Raise `TradesError` unless they ascend by time and number, and prices and amounts are."""
    subject = f"{exchange} {symbol} trades"
    if len({len(column) for column in trades.columns()}) != 1:
        lengths = ", ".join(str(len(column)) for column in trades.columns())
        raise TradesError(f"{subject}: columns had lengths {lengths}, expected equal ones.")
    step = np.diff(trades.time)
    falling = np.flatnonzero((step < 0) | ((step == 0) & (np.diff(trades.number) <= 0)))
    if falling.size:
        moment = utc(trades.time[falling[0] + 1])
        raise TradesError(
            f"{subject}: that of {moment} does not come after the one before it by time and id. "
            "Sort them, and keep one of each."
        )
    for name, column in (("price", trades.price), ("amount", trades.amount)):
        broken = np.flatnonzero(~(np.isfinite(column) & (column > 0.0)))
        if broken.size:
            row = broken[0]
            raise TradesError(
                f"{subject}: the {name} at {utc(trades.time[row])} was {column[row]}, expected a "
                "number above 0."
            )


def changes(
    exchange: str, symbol: str, stored: Trades, given: Trades, *, replace: bool
) -> NDArray[np.bool_]:
    """Return a mask of the given trades that are new or differ from the stored ones.

    Raises `TradeConflictError` if some differ and `replace` is false.
    """
    if not len(stored):
        return np.ones(len(given), np.bool_)
    known = _keys(stored)
    place = np.minimum(np.searchsorted(known, _keys(given)), len(stored) - 1)
    there = known[place] == _keys(given)
    differs: NDArray[np.bool_] = there & (
        (stored.price[place] != given.price) | (stored.amount[place] != given.amount)
    )
    if differs.any() and not replace:
        row = int(np.flatnonzero(differs)[0])
        old = int(place[row])
        example = (
            f"{utc(given.time[row])}, id {given.number[row]}: "
            f"{stored.amount[old]!s} at {stored.price[old]!s}, "
            f"given {given.amount[row]!s} at {given.price[row]!s}"
        )
        raise TradeConflictError(f"{exchange} {symbol} trades", int(differs.sum()), example)
    differs |= ~there
    return differs


def overlaid(under: Trades, over: Trades) -> Trades:
    """Return the trades of both, in order; where both have one, that of `over`."""
    kept = under[~np.isin(_keys(under), _keys(over))]
    both = joined([kept, over])
    return both[np.lexsort((both.number, both.time))]


def _keys(trades: Trades) -> NDArray[Any]:
    keys = np.empty(len(trades), _KEY)
    keys["time"], keys["number"] = trades.time, trades.number
    return keys
