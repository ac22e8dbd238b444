"""Fees by tier: the rates of a UTC day follow from what was traded in the 30 days before it.

What counts is the notional of the Strategy's own fills, in whole UTC days, so that a backtest, a
gateway and a bot that starts again come to the same rates from the same fills. A fill belongs to
the day in which its bar opens. Rates are for fills alone: sizes are cut with the base fee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewinds.engine.records import (
    FILL_LOTS,
    FILL_SYMBOL,
    FILL_TICKS,
    LOT,
    MAKER_FEE,
    TAKER_FEE,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.plan import Plan

Buffer = list[float]
Row = list[float]

DAYS: Final = 30
_RING: Final = DAYS + 1  # those days and today
_DAY_MS: Final = 86_400_000
_DAY: Final = 0  # place of today's number
_FIRST: Final = 1  # place of the ring of notionals, a day at its number modulo the ring


# A tier among the constants: from which volume on, at which fees.
_VOLUME: Final = 0
_MAKER: Final = 1
_TAKER: Final = 2
_TIER_SIZE_OF: Final = 3


class FeeTiers:
    """What a Strategy has traded a day, and the terms of a day; without tiers nothing is kept.

    `settings` are the constants, `traded` is all there is to keep.
    """

    def __init__(self, plan: Plan) -> None:
        self.settings = [
            figure for tier in plan.fee_tiers for figure in (tier.volume, tier.maker, tier.taker)
        ]
        self.traded = [0.0] * (_FIRST + _RING) if plan.fee_tiers else []
        self._plan = plan
        self._rated = -1  # the day that `_terms` are of
        self._terms: list[float] = []

    def __bool__(self) -> bool:
        return bool(self._plan.fee_tiers)

    def terms(self, opened: int) -> list[float]:
        """Return the plan's terms at the rates of the day in which a bar opens."""
        day = turn(opened, self.traded)
        if self._rated != day:
            self._terms = list(self._plan.terms)
            rate(day, self.settings, self.traded, len(self._plan.symbols), self._terms)
            self._rated = day
        return self._terms

    def add(self, opened: int, row: Row) -> None:
        """Count a fill of the bar that opens then."""
        add(opened, row, 0, self._plan.terms, self.traded)


def turn(opened: int, traded: Buffer) -> int:
    """Begin the day of this time, if it has not begun; return the number of the latest day."""
    day = opened // _DAY_MS
    today = int(traded[_DAY])
    for number in range(max(today + 1, day - DAYS), day + 1):
        traded[_FIRST + number % _RING] = 0.0
    traded[_DAY] = float(max(day, today))
    return max(day, today)


def add(opened: int, rows: Buffer, row: int, terms: Sequence[float], traded: Buffer) -> None:
    """Count the fill row that starts at `row`, of the bar that opens then."""
    term = int(rows[row + FILL_SYMBOL]) * TERMS_SIZE_OF
    quantity = from_units(rows[row + FILL_LOTS], terms[term + LOT])
    price = from_units(rows[row + FILL_TICKS], terms[term + TICK])
    traded[_FIRST + turn(opened, traded) % _RING] += quantity * price


def rate(day: int, tiers: Buffer, traded: Buffer, symbols: int, terms: Buffer) -> None:
    """Put the fees of a day into the terms: those of the highest tier that was reached."""
    volume = 0.0
    for number in range(day - DAYS, day):
        volume += traded[_FIRST + number % _RING]
    reached = -1.0
    for tier in range(0, len(tiers), _TIER_SIZE_OF):
        if reached < tiers[tier + _VOLUME] <= volume:
            reached = tiers[tier + _VOLUME]
            for symbol in range(symbols):
                terms[symbol * TERMS_SIZE_OF + MAKER_FEE] = tiers[tier + _MAKER]
                terms[symbol * TERMS_SIZE_OF + TAKER_FEE] = tiers[tier + _TAKER]
