"""One file of bars that looks like a store, for a first look without importing anything."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradewinds.backtesting.funding import NoRates
from tradewinds.backtesting.prepare import market_of
from tradewinds.backtesting.trades import NoTrades
from tradewinds.process.exits import InputError
from tradewinds.venues.instruments import FILE_NAME, guess, read_beside
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.files import read_bars_file
from tradewinds_store.records import Coverage, Instrument, Series

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


def file_source(path: Path, question: Mapping[str, Any]) -> "FileSource":
    """Return a file as the source of a question about one symbol."""
    market = market_of(question)
    if len(market.symbols) > 1:
        raise InputError(
            f"--data {path}: a file holds one symbol, the Strategy trades "
            f"{', '.join(market.symbols)}. Import a file for each: tradewinds data import FILE …"
        )
    benchmark = question["spec"].get("benchmark")
    if benchmark not in (None, *market.symbols):
        raise InputError(
            f"--data {path}: a file holds one symbol, {market.symbols[0]}, so there are no bars of "
            f"the benchmark {benchmark}. Import a file for each: tradewinds data import FILE …"
        )
    return FileSource(path, market.series(market.symbols[0]))


class FileSource:
    """A file as BarSource and as the source of its own instrument."""

    def __init__(self, path: Path, series: Series) -> None:
        self._path = path
        self._bars = read_bars_file(path, series.timeframe)
        self._series = series
        self._instrument, self._rules_from = self._choose(path)

    @property
    def remark(self) -> str:
        """Where bars and rules are from, to be shown above the result."""
        rules = self._instrument
        return (
            f"{self._path} as {rules.exchange} {rules.symbol} · tick {rules.tick:f} · "
            f"lot {rules.lot:f} · minimum {rules.min_notional:f} {rules.quote} "
            f"({self._rules_from})"
        )

    @property
    def bars(self) -> "FileSource":
        return self

    @property
    def instruments(self) -> "FileSource":
        return self

    @property
    def trades(self) -> NoTrades:
        return NoTrades(f"--data {self._path}")

    @property
    def url(self) -> str:
        return ""

    @property
    def funding(self) -> NoRates:
        return NoRates(f"--data {self._path}")

    async def read(self, series: Series, start: int, end: int) -> "Bars":
        from tradewinds_store.bars import Bars  # noqa: PLC0415 - loads NumPy, as the reader did

        del series  # there is one
        low, high = self._bars.time.searchsorted([start, end])
        columns = ("time", "open", "high", "low", "close", "volume")
        return Bars(*(getattr(self._bars, name)[low:high] for name in columns))

    async def coverage(self) -> Sequence[Coverage]:
        if not len(self._bars):
            return []
        first, last = int(self._bars.time[0]), int(self._bars.time[-1])
        expected = (last - first) // timeframe_ms(self._series.timeframe) + 1
        return [Coverage(self._series, first, last, len(self._bars), expected - len(self._bars))]

    async def get(self, exchange: str, symbol: str) -> Instrument | None:
        known = (self._instrument.exchange, self._instrument.symbol)
        return self._instrument if (exchange, symbol) == known else None

    def _choose(self, path: Path) -> tuple[Instrument, str]:
        exchange, symbol = self._series.exchange, self._series.symbol
        beside = read_beside(path, exchange, symbol)
        if beside:
            return beside, str(path.parent / FILE_NAME)
        bars = self._bars
        prices = (price for column in (bars.open, bars.close) for price in column.tolist())
        found = guess(exchange, symbol, prices, bars.volume.tolist())
        return found, "guessed from the decimals of the data"
