"""Trades of joint positions: the legs' round trips, and one row for each position.

Legs open in one bar, and no position opens before all legs of the last one are flat. A figure that
counts trades counts positions: two legs of a pair that make 5 together are no win and no loss.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tradewinds.engine.outcome.trips import (
    TRADE_BARS,
    TRADE_CLOSED,
    TRADE_ENTRY,
    TRADE_EXIT_KIND,
    TRADE_FEES,
    TRADE_FUNDING,
    TRADE_HELD,
    TRADE_LOTS,
    TRADE_MAE,
    TRADE_MFE,
    TRADE_NOTIONAL,
    TRADE_OPENED,
    TRADE_PROFIT,
    TRADE_SHARE,
    TRADE_SIZE_OF,
    TRADE_SYMBOL,
)
from tradewinds.engine.records import LIQUIDATION, LOT, TERMS_SIZE_OF
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADDED = (TRADE_HELD, TRADE_NOTIONAL, TRADE_FEES, TRADE_PROFIT, TRADE_FUNDING)
_WEIGHED = (TRADE_SHARE, TRADE_MAE, TRADE_MFE)  # by what each leg's entries cost


def numbers(rows: Sequence[float], n: int) -> list[int]:
    """Return, for each of n trade rows, the number of its position, from 1 on."""
    found: list[int] = []
    end = -math.inf
    for at in range(0, n * TRADE_SIZE_OF, TRADE_SIZE_OF):
        begins = rows[at + TRADE_OPENED] > end
        if begins:
            end = -math.inf
        found.append((found[-1] if found else 0) + begins)
        end = max(end, math.inf if rows[at + TRADE_HELD] != 0.0 else rows[at + TRADE_CLOSED])
    return found


def costs(rows: Sequence[float], n: int, terms: Sequence[float]) -> list[float]:
    """Return what the entries of each of n trade rows cost."""
    found = []
    for at in range(0, n * TRADE_SIZE_OF, TRADE_SIZE_OF):
        lot = terms[int(rows[at + TRADE_SYMBOL]) * TERMS_SIZE_OF + LOT]
        found.append(from_units(rows[at + TRADE_LOTS], lot) * rows[at + TRADE_ENTRY])
    return found


def joined(rows: Sequence[float], positions: Sequence[int], paid: Sequence[float]) -> list[float]:
    """Return a row for each position, with the columns that a tally of all trades reads.

    `positions` and `paid` have the number and the cost of each trade row.
    """
    legs: dict[int, list[Sequence[float]]] = {}
    shares: dict[int, list[float]] = {}
    for trade, (position, cost) in enumerate(zip(positions, paid, strict=True)):
        row = rows[trade * TRADE_SIZE_OF : (trade + 1) * TRADE_SIZE_OF]
        legs.setdefault(position, []).append(row)
        shares.setdefault(position, []).append(cost)
    return [figure for one in legs for figure in _joined(legs[one], shares[one])]


def _joined(legs: Sequence[Sequence[float]], paid: Sequence[float]) -> list[float]:
    row = list(legs[0])
    if len(legs) == 1:
        return row
    for field in _ADDED:
        row[field] = math.fsum(leg[field] for leg in legs)
    for field in _WEIGHED:
        parts = (leg[field] * cost for leg, cost in zip(legs, paid, strict=True))
        row[field] = math.fsum(parts) / math.fsum(paid)
    row[TRADE_BARS] = max(leg[TRADE_BARS] for leg in legs)
    if any(leg[TRADE_EXIT_KIND] == LIQUIDATION for leg in legs):
        row[TRADE_EXIT_KIND] = float(LIQUIDATION)
    return row
