"""Orders and fills as a compiled run logs them: rows, each behind the number of its bar set.

Their hash is made of the rows at once; lines of them are made for those who read any.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

import numpy as np

from tradewinds.engine.outcome.orderhash import FILLS, ORDERS, line, ordinals
from tradewinds.engine.outcome.results import fill_line, order_line
from tradewinds.engine.records import (
    CANCEL,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    ORDER_EFFECT,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_SIDE,
    ORDER_SYMBOL,
    ORDER_TAG,
    ORDER_TICKS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tradewinds.engine.outcome.results import FillLine, OrderLine
    from tradewinds.engine.plan import Plan

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]

_ORDER: Final = [ORDER_SYMBOL, ORDER_KIND, ORDER_SIDE, ORDER_LOTS, ORDER_TICKS]
_FILL: Final = [FILL_SYMBOL, FILL_KIND, FILL_SIDE, FILL_LOTS, FILL_TICKS]
_WHAT: Final = 0  # columns of what is hashed; the rest are those of a row
_TIME: Final = 1
_SYMBOL: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Rows, and of each the time of its bar set."""

    times: Wholes
    rows: Floats

    def __len__(self) -> int:
        return len(self.times)

    def where(self, wanted: NDArray[np.bool_]) -> Log:
        """Return the rows that are wanted."""
        return Log(self.times[wanted], self.rows[wanted])


def logged(kept: Floats, width: int, count: int, times: Wholes) -> Log:
    """Return kept rows; `times` are those of all bar sets."""
    rows = kept[: count * (width + 1)].reshape(count, width + 1)
    return Log(times[rows[:, 0].astype(np.int64)], rows[:, 1:].copy())


def order_hash(symbols: Sequence[str], orders: Log, fills: Log) -> str:
    """Return what `OrderHash` says of all of them."""
    orders = orders.where(orders.rows[:, ORDER_EFFECT] != CANCEL)
    told = np.concatenate([_told(ORDERS, orders, _ORDER), _told(FILLS, fills, _FILL)])
    by_moment = np.lexsort((told[:, _SYMBOL], told[:, _WHAT], told[:, _TIME]))
    lines = (
        line(what, time, symbols[symbol], *figures)
        for what, time, symbol, *figures in told[by_moment].tolist()
    )
    return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()


def _told(what: int, log: Log, columns: Sequence[int]) -> Wholes:
    whats = np.full(len(log), what, np.int64)
    return np.column_stack([whats, log.times, log.rows[:, columns].astype(np.int64)])


def order_lines(plan: Plan, log: Log, reasons: Mapping[float, str]) -> list[OrderLine]:
    """Return lines of orders; `reasons` are the words of their tags."""
    lines: list[OrderLine] = []
    rows = zip(log.times.tolist(), log.rows.tolist(), strict=True)
    for time, batch in groupby(rows, itemgetter(0)):
        orders = [row for _, row in batch]
        lines += [
            order_line(plan, time, row, ordinal, reasons[row[ORDER_TAG]])
            for row, ordinal in zip(orders, ordinals(orders), strict=True)
        ]
    return lines


def fill_lines(plan: Plan, log: Log) -> list[FillLine]:
    """Return lines of fills."""
    rows = zip(log.times.tolist(), log.rows.tolist(), strict=True)
    return [fill_line(plan, time, row) for time, row in rows]
