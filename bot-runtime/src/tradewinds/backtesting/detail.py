"""What came first inside a bar, beside a run: shorter stored bars, or stored trades."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from tradewinds.backtesting.acceptance import searches
from tradewinds.backtesting.errors import DataMissingError, UnsupportedError
from tradewinds.backtesting.series import Market, Source, find_ranges, hash_bars, read
from tradewinds.backtesting.trades import DetailTrades, read_trades
from tradewinds.engine.filling.detail import Detail
from tradewinds.engine.records import BAR_SIZE
from tradewinds.process.exits import InputError

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


class RunDetail(Protocol):
    """The detail of one run, whatever it is made of."""

    @property
    def hash(self) -> str:
        """Return a hash over all of it, the same on every machine."""

    @property
    def word(self) -> str:
        """Return how answers call it: a timeframe, or `trades`."""

    def opened(self) -> Any:
        """Give the engine's `Detail` for as long as the run takes."""


def told(detail: RunDetail, done: Detail) -> dict[str, Any]:
    """Return what an answer says of it after the run."""
    return {"timeframe": detail.word, "settled": done.settled, "remained": done.remained}


@dataclass(frozen=True, slots=True)
class DetailBars:
    """The shorter bars of each symbol, and the length in ms of the bars that they are parts of."""

    timeframe: str
    bars: "Mapping[str, Bars]"
    length: int

    @property
    def hash(self) -> str:
        return hash_bars(self.bars)

    @property
    def word(self) -> str:
        return self.timeframe

    @contextmanager
    def opened(self) -> Iterator[Detail]:
        series = list(self.bars.values())
        yield Detail(lambda symbol, opened: self._parts(series[symbol], opened))

    def _parts(self, bars: "Bars", opened: int) -> dict[int, list[float]]:
        first, last = bars.time.searchsorted([opened, opened + self.length])
        if first == last:
            return {}
        found = bars[first:last]
        columns = (found.open, found.high, found.low, found.close, found.volume)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return {
            time: list(row)[:BAR_SIZE] for time, row in zip(found.time.tolist(), rows, strict=True)
        }


async def read_detail(
    question: Mapping[str, Any], market: Market, source: Source, start: int, end: int
) -> DetailBars | DetailTrades | None:
    """Read the detail that a question asks for; None if it asks for none.

    What is not stored of it leaves the doubts of those bars as they are.
    """
    data = question["spec"].get("data") or {}
    timeframe, by = str(data.get("detailTimeframe") or ""), data.get("detail")
    if not timeframe and not by:
        return None
    name = question["metadata"]["name"]
    if searches(question):
        raise UnsupportedError(
            f"{name}: detail goes with one run, and this Backtest searches or walks forward. Leave "
            "it out, and run what was found with it: tradewinds backtest FILE --set … --detail …"
        )
    if by:
        return await read_trades(market, source, start, end)
    other = replace(market, timeframe=timeframe)
    if other.step >= market.step or market.step % other.step:
        raise InputError(
            f"{name}: the detail timeframe was {timeframe}, expected one that is shorter than the "
            f"bars, {market.timeframe}, and a whole part of them, such as 1m"
        )
    try:
        await find_ranges(other, source)
    except DataMissingError as error:
        raise DataMissingError(f"detail: {error}") from error
    return DetailBars(timeframe, await read(other, source, start, end), market.step)
