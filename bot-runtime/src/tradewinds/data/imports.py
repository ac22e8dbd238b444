"""One file of bars into the store: read and check it whole, then write it in one go."""

from dataclasses import dataclass
from pathlib import Path

from tradewinds.data.rules import Given, advice, choose
from tradewinds.process.exits import InputError
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.bars import Bars
from tradewinds_store.files import read_bars_file
from tradewinds_store.ports import Store
from tradewinds_store.records import Instrument, Series


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: times are open times, `missing` the bars missing between them."""

    series: Series
    bars: int
    written: int
    first: int
    last: int
    missing: int
    instrument: Instrument
    rules_from: str


async def import_file(
    path: Path, series: Series, given: Given, store: Store, *, replace: bool
) -> Imported:
    """Import a file of bars; importing it again changes nothing."""
    bars = read_bars_file(path, series.timeframe)
    if not len(bars):
        raise InputError(f"{path}: there is no bar in it, expected at least one")
    rules = await rules_of(path, series, bars, given, store, replace=replace)
    return await store_bars(series, bars, rules, store, replace=replace)


async def store_bars(
    series: Series, bars: Bars, found: tuple[Instrument, str], store: Store, *, replace: bool
) -> Imported:
    """Store the bars that a file holds, or that were made of it, with the rules found for them."""
    rules, source = found
    written = await store.bars.write(series, bars, replace=replace)
    if rules != await store.instruments.get(series.exchange, series.symbol):
        await store.instruments.put(rules)
    first, last = int(bars.time[0]), int(bars.time[-1])
    expected = (last - first) // timeframe_ms(series.timeframe) + 1
    return Imported(series, len(bars), written, first, last, expected - len(bars), rules, source)


async def rules_of(
    path: Path, series: Series, bars: Bars, given: Given, store: Store, *, replace: bool
) -> tuple[Instrument, str]:
    """Return the trading rules that go with bars, and where they come from; refuse to guess."""
    stored = await store.instruments.get(series.exchange, series.symbol)
    rules, source = choose(series, given, stored, path, replace_stored=replace)
    if rules is None:
        raise InputError(advice(series, path, bars))
    return rules, source
