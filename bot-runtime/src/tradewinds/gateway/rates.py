"""Stored funding rates for the paper book: read ahead of the bars at whose close they are paid.

The core takes them with the bars. A close waits until none that it pays can be missing, since what
was left out once is never paid; a replay of stored bars goes on where somebody imports the rates.
"""

import logging
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tradewinds.engine.plan import Plan, Rates
from tradewinds_crds.scalars import parse_symbol
from tradewinds_store.ports import FundingRates
from tradewinds_store.rates import LONGEST, missing
from tradewinds_store.records import FundingRate

logger = logging.getLogger(__name__)

AROUND: Final = 2 * LONGEST  # ms on both sides of a close, whose rates tell what is missing
AHEAD: Final = 30 * 86_400_000


class RateReader:
    """The rates of one exchange, for one reader of bars; it keeps a month of them."""

    def __init__(self, store: FundingRates, exchange: str) -> None:
        self._store = store
        self._exchange = exchange
        self._said = ""
        self._kept: dict[str, tuple[int, int, Sequence[FundingRate]]] = {}

    async def lacking(self, plan: Plan) -> str | None:
        """Return of which symbol there is no rate at all, and the remedy."""
        stored = {(row.exchange, row.symbol) for row in await self._store.coverage()}
        for symbol in _perpetuals(plan):
            if (self._exchange, symbol) not in stored:
                return (
                    f"costs.fundingRates of its account was Stored, and no {self._exchange} "
                    f"{symbol} funding rates are stored. {self._remedy(symbol)}, or use Constant"
                )
        return None

    async def due(self, plan: Plan, after: int, until: int) -> tuple[Rates, ...] | None:
        """Return the rates of each symbol around a close; None while one may be missing."""
        lacks = await self._lacks(plan, after, until)
        if lacks is not None:
            if lacks != self._said:
                logger.warning("%s waits: %s", plan.name, lacks)
                self._said = lacks
            return None
        perpetuals = _perpetuals(plan)
        return tuple(
            _laid(self._kept[symbol][2], until) if symbol in perpetuals else ()
            for symbol in plan.symbols
        )

    def forget(self) -> None:
        """Read again what is asked next, since rates may have been replaced meanwhile."""
        self._kept.clear()

    async def _lacks(self, plan: Plan, after: int, until: int) -> str | None:
        for symbol in _perpetuals(plan):
            begin, end = min(after, until) - AROUND, until + AROUND
            kept = self._kept.get(symbol)
            stale = kept is None or not (kept[0] <= begin and end <= kept[1])
            if stale or self._missing(symbol, after, until):
                rates = await self._store.read(self._exchange, symbol, begin, end + AHEAD)
                self._kept[symbol] = begin, end + AHEAD, rates
            if found := self._missing(symbol, after, until):
                place = f"{_utc(max(found[0][0], after))} and {_utc(min(found[0][1], until))}"
                return (
                    f"a {self._exchange} {symbol} funding rate is missing between {place}. "
                    f"{self._remedy(symbol)}"
                )
        return None

    def _missing(self, symbol: str, after: int, until: int) -> list[tuple[int, int]]:
        times = [one.time for one in self._kept[symbol][2]]
        return missing(times, after, until, at_end=True)

    def _remedy(self, symbol: str) -> str:
        return (
            f"Import rates: tradewinds data import FILE --funding --exchange {self._exchange} "
            f"--symbol {symbol}"
        )


def _perpetuals(plan: Plan) -> list[str]:
    return [symbol for symbol in plan.symbols if not parse_symbol(symbol).spot]


def _laid(rates: Sequence[FundingRate], until: int) -> Rates:
    return tuple(
        (float(one.time), one.rate, math.nan if one.mark is None else one.mark)
        for one in rates
        if one.time <= until
    )


def _utc(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%d %H:%M} UTC"
