"""Funding rates beside the bars: one file into the store, and what is there of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from tradewinds.data.export import sheet_of_rates, write_file
from tradewinds.process.exits import InputError
from tradewinds.terminal.text import plural, when
from tradewinds_crds.scalars import parse_symbol
from tradewinds_store.ports import Store
from tradewinds_store.rates import holes
from tradewinds_store.records import RateCoverage


@dataclass(frozen=True, slots=True)
class RatesImported:
    """What an import did: fractions of the notional, and the places where rates are missing."""

    exchange: str
    symbol: str
    rates: int
    written: int
    first: int
    last: int
    missing: int
    lowest: float
    highest: float
    average: float
    marks: int

    def lines(self) -> list[str]:
        """Return what a person reads of it."""
        span = f"{when(self.first)} → {when(self.last)}"
        written = f"{self.written:,} new or changed"
        rates = f"{plural(self.rates, 'rate')}, {missing_words(self.missing)}"
        paid = f"longs paid {self.lowest:.4%} to {self.highest:.4%} at each time"
        more = f"{self.average:.4%} on average · {plural(self.marks, 'mark price')}"
        return [
            f"{self.exchange} {self.symbol} funding  {span}  {rates}",
            f"{paid}, {more}",
            written if self.written else "nothing changed: all were stored",
        ]


@dataclass(frozen=True, slots=True)
class StoredRates:
    """The rates of a market and where some are missing: the times on both sides of each place."""

    coverage: RateCoverage
    holes: Sequence[tuple[int, int]]

    def line(self) -> str:
        """Return it as `data coverage` heads it."""
        one = self.coverage
        return (
            f"{one.exchange} {one.symbol} funding  {when(one.first)} → {when(one.last)}  "
            f"{plural(one.rates, 'rate')}, {missing_words(len(self.holes))}"
        )

    def cells(self) -> tuple[str, ...]:
        """Return it as a row of `data list`."""
        one, missing = self.coverage, f"{len(self.holes):,}"
        times = (when(one.first), when(one.last))
        return (one.exchange, one.symbol, "funding", *times, f"{one.rates:,}", missing)

    def to_json(self) -> dict[str, Any]:
        one = self.coverage
        return {
            "exchange": one.exchange,
            "symbol": one.symbol,
            "first": one.first,
            "last": one.last,
            "rates": one.rates,
            "missing": [{"after": after, "before": before} for after, before in self.holes],
        }


async def import_rates(
    path: Path, exchange: str, symbol: str, store: Store, *, percent: bool | None, replace: bool
) -> RatesImported:
    """Import a file of funding rates; importing it again changes nothing."""
    from tradewinds_store.files import read_rates_file  # noqa: PLC0415 - loads pyarrow

    if parse_symbol(symbol).spot:
        raise InputError(
            f"--funding: the symbol was {symbol}, which is spot and pays no funding; expected a "
            f"perpetual, such as {symbol}:{parse_symbol(symbol).quote}"
        )
    rates = read_rates_file(path, percent=percent)
    written = await store.funding.write(exchange, symbol, rates, replace=replace)
    figures, times = [one.rate for one in rates], [one.time for one in rates]
    return RatesImported(
        exchange,
        symbol,
        len(rates),
        written,
        times[0],
        times[-1],
        len(holes(times)),
        min(figures),
        max(figures),
        fmean(figures),
        sum(one.mark is not None for one in rates),
    )


async def stored_rates(store: Store, exchange: str | None, symbol: str | None) -> list[StoredRates]:
    """Return what is stored of the markets asked for; None asks for all."""
    found = []
    for row in await store.funding.coverage():
        if exchange in (None, row.exchange) and symbol in (None, row.symbol):
            rates = await store.funding.read(row.exchange, row.symbol, row.first, row.last + 1)
            found.append(StoredRates(row, holes([one.time for one in rates])))
    return found


async def export_rates(
    path: Path, exchange: str, symbol: str, store: Store, start: int, end: int
) -> int:
    """Write a market's rates of a period to a file and return how many there are."""
    rates = await store.funding.read(exchange, symbol, start, end)
    if not rates:
        raise InputError(
            f"No {exchange} {symbol} funding rates between --from and --to. What is there: "
            "tradewinds data list"
        )
    write_file(path, sheet_of_rates(rates))
    return len(rates)


def missing_words(places: int) -> str:
    """Say in how many places rates are missing."""
    return f"some missing in {plural(places, 'place')}" if places else "none missing"
