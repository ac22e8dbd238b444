"""The stored funding rates of a run: read, checked to be whole, hashed, and told of."""

import math
from dataclasses import dataclass
from hashlib import sha256
from struct import pack
from typing import TYPE_CHECKING, Any, Final

from tradewinds.backtesting.errors import DataMissingError
from tradewinds.process.exits import InputError
from tradewinds.terminal.text import when
from tradewinds_crds.scalars import parse_symbol
from tradewinds_store.rates import missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewinds.backtesting.series import Market, RateReader
    from tradewinds.engine.plan import Rates
    from tradewinds_store.records import FundingRate, RateCoverage

ALWAYS: Final = (0, 2**53)


class NoRates:
    """Stands for the rates of a source that has bars alone."""

    def __init__(self, source: str) -> None:
        self._source = source

    async def read(
        self, exchange: str, symbol: str, start: int, end: int
    ) -> "Sequence[FundingRate]":
        del start, end
        raise InputError(
            f"costs.fundingRates was Stored, and {self._source} holds bars alone: there are no "
            f"funding rates of {exchange} {symbol}. Run it over a store that has both, or leave "
            "costs.fundingRates out"
        )

    async def coverage(self) -> "Sequence[RateCoverage]":
        return []


@dataclass(frozen=True, slots=True)
class Funding:
    """The rates that a run pays, by symbol; else how many are stored and left aside."""

    rates: "Mapping[str, Sequence[FundingRate]]"
    aside: int

    def laid(self) -> "dict[str, Rates]":
        """Return them as a plan takes them."""
        return {
            symbol: tuple(
                (float(one.time), one.rate, math.nan if one.mark is None else one.mark)
                for one in rates
            )
            for symbol, rates in self.rates.items()
        }

    def between(self, start: int, end: int) -> "dict[str, list[FundingRate]]":
        """Return those that can be paid in a run: no position is older than its start."""
        return {
            symbol: [one for one in rates if start < one.time <= end]
            for symbol, rates in self.rates.items()
        }

    def provenance(self, start: int, end: int) -> dict[str, str]:
        """Return what an answer depends on: the hash of its rates, or how many it leaves aside."""
        if self.aside:
            return {"fundingAside": str(self.aside)}
        digest = sha256()
        for symbol, rates in self.between(start, end).items():
            digest.update(f"{symbol}|{len(rates)}\n".encode())
            for one in rates:
                mark = math.nan if one.mark is None else one.mark
                digest.update(pack("<qdd", one.time, one.rate, mark))
        return {"funding": digest.hexdigest()} if self.rates else {}

    def told(self, start: int, end: int) -> dict[str, Any]:
        """Return what an answer says of it, nothing where it is not a question."""
        if self.aside:
            return {"funding": {"aside": self.aside}}
        found = [one for rates in self.between(start, end).values() for one in rates]
        marks = sum(one.mark is not None for one in found)
        return {"funding": {"rates": len(found), "marks": marks}} if self.rates else {}


async def read_funding(
    market: "Market", reader: "RateReader", *, stored: bool, chosen: bool
) -> Funding:
    """Read the rates of a market's perpetuals if `stored` ones are asked for.

    Where neither these nor the constant was `chosen`, count what is stored and not used.
    """
    perpetuals = [symbol for symbol in market.symbols if not parse_symbol(symbol).spot]
    if stored:
        return Funding({one: await _read(market, one, reader) for one in perpetuals}, 0)
    if chosen or not perpetuals:
        return Funding({}, 0)
    rows = [row for row in await reader.coverage() if row.exchange == market.exchange]
    return Funding({}, sum(row.rates for row in rows if row.symbol in perpetuals))


def check_funding(market: "Market", funding: Funding, start: int, end: int) -> None:
    """Refuse a period in which a funding time may have come whose rate is not stored.

    That of the very end is paid if it is stored, and not asked for.
    """
    for symbol, rates in funding.rates.items():
        times = [one.time for one in rates]
        for after, before in missing(times, start, end):
            span = f"{when(max(after, start))} and {when(min(before, end))}"
            raise DataMissingError(
                f"A funding rate of {market.exchange} {symbol} is missing between {span} "
                f"(stored: {when(times[0])} → {when(times[-1])}).\n{_remedy(market, symbol)}"
            )


async def _read(market: "Market", symbol: str, reader: "RateReader") -> "Sequence[FundingRate]":
    rates = await reader.read(market.exchange, symbol, *ALWAYS)
    if not rates:
        raise DataMissingError(
            f"No {market.exchange} {symbol} funding rates are stored.\n{_remedy(market, symbol)}"
        )
    return rates


def _remedy(market: "Market", symbol: str) -> str:
    return (
        f"  Get it: tradewinds data import FILE --funding --exchange {market.exchange} --symbol "
        f"{symbol}\n  Or leave costs.fundingRates out: costs.funding is then paid at each time"
    )
