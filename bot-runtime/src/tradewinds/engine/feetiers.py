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
    from tradewinds.engine.plan import Plan

Row = list[float]

DAYS: Final = 30
_RING: Final = DAYS + 1  # those days and today
_DAY_MS: Final = 86_400_000
_DAY: Final = 0  # place of today's number
_FIRST: Final = 1  # place of the ring of notionals, a day at its number modulo the ring


class FeeTiers:
    """What a Strategy has traded a day, and the terms of a day; without tiers nothing is kept.

    `traded` is all there is to keep.
    """

    def __init__(self, plan: Plan) -> None:
        self.traded = [0.0] * (_FIRST + _RING) if plan.fee_tiers else []
        self._plan = plan
        self._rated = -1  # the day that `_terms` are of
        self._terms: list[float] = []

    def __bool__(self) -> bool:
        return bool(self._plan.fee_tiers)

    def terms(self, opened: int) -> list[float]:
        """Return the plan's terms at the rates of the day in which a bar opens."""
        day = self._turn(opened)
        if self._rated != day:
            self._terms = self._at_rates_of(day)
            self._rated = day
        return self._terms

    def add(self, opened: int, row: Row) -> None:
        """Count a fill of the bar that opens then."""
        place = _FIRST + self._turn(opened) % _RING
        term = int(row[FILL_SYMBOL]) * TERMS_SIZE_OF
        quantity = from_units(row[FILL_LOTS], self._plan.terms[term + LOT])
        price = from_units(row[FILL_TICKS], self._plan.terms[term + TICK])
        self.traded[place] += quantity * price

    def _turn(self, opened: int) -> int:
        """Begin the day of this time, if it has not begun; return its number."""
        day, today = opened // _DAY_MS, int(self.traded[_DAY])
        for number in range(max(today + 1, day - DAYS), day + 1):
            self.traded[_FIRST + number % _RING] = 0.0
        self.traded[_DAY] = float(max(day, today))
        return max(day, today)

    def _at_rates_of(self, day: int) -> list[float]:
        before = range(day - DAYS, day)
        volume = sum(self.traded[_FIRST + number % _RING] for number in before)
        reached = [tier for tier in self._plan.fee_tiers if volume >= tier.volume]
        terms = list(self._plan.terms)
        if reached:
            best = max(reached, key=lambda tier: tier.volume)
            for term in range(0, len(self._plan.symbols) * TERMS_SIZE_OF, TERMS_SIZE_OF):
                terms[term + MAKER_FEE] = best.maker
                terms[term + TAKER_FEE] = best.taker
        return terms
