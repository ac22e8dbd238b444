"""Shorter stored bars beside a run, which say what came first inside a bar (engine/detail.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tradewinds.backtesting.acceptance import searches
from tradewinds.backtesting.errors import DataMissingError, UnsupportedError
from tradewinds.backtesting.series import Market, Source, find_ranges, read
from tradewinds.engine.detail import Detail
from tradewinds.engine.records import BAR_SIZE
from tradewinds.process.exits import InputError

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


@dataclass(frozen=True, slots=True)
class DetailBars:
    """The shorter bars of each symbol, and the length in ms of the bars that they are parts of."""

    timeframe: str
    bars: "Mapping[str, Bars]"
    length: int

    def detail(self) -> Detail:
        """Return them as one run takes them."""
        series = list(self.bars.values())
        return Detail(lambda symbol, opened: self._parts(series[symbol], opened))

    def told(self, detail: Detail) -> dict[str, Any]:
        """Return what an answer says of it after the run."""
        counts = {"settled": detail.settled, "remained": detail.remained}
        return {"timeframe": self.timeframe, **counts}

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
) -> DetailBars | None:
    """Read the detail that a question asks for; None if it asks for none.

    What is not stored of it leaves the doubts of those bars as they are.
    """
    timeframe = (question["spec"].get("data") or {}).get("detailTimeframe")
    if not timeframe:
        return None
    name = question["metadata"]["name"]
    if searches(question):
        raise UnsupportedError(
            f"{name}: detail goes with one run, and this Backtest searches or walks forward. Leave "
            "it out, and run what was found with it: tradewinds backtest FILE --set … --detail …"
        )
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
