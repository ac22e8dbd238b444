"""Another market's bars beside a run: what holding it would have made of the same capital."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tradewinds.backtesting.errors import DataMissingError
from tradewinds.backtesting.series import Market, Source, check_period, find_ranges, read
from tradewinds.engine.outcome.curves import DAY_MS, Summary, summarize
from tradewinds.engine.outcome.metrics import against, curve_figures

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A market to compare with, and its bars of the period; `step` is their length in ms."""

    symbol: str
    bars: "Bars"
    step: int


async def read_benchmark(
    symbol: str, market: Market, source: Source, start: int, end: int
) -> Benchmark:
    """Read a market's bars, of the exchange and the timeframe of the run."""
    other = replace(market, symbols=[symbol])
    try:
        check_period(other, await find_ranges(other, source), start, end)
    except DataMissingError as error:
        raise DataMissingError(f"benchmark: {error}") from error
    return Benchmark(symbol, (await read(other, source, start, end))[symbol], market.step)


def compared(
    benchmark: Benchmark | None, ours: Summary, times: Sequence[int]
) -> dict[str, Any] | None:
    """Return a benchmark's figures, those of our curve against it, and its own with a point a day.

    `times` are those of our curve.
    """
    if benchmark is None:
        return None
    summary = summarize(ours.capital, ours.start, times, _held(benchmark, ours, times))
    return {
        "symbol": benchmark.symbol,
        "stats": curve_figures(summary),
        **against(ours, summary),
        "equity": [
            [(date + 1) * DAY_MS, value]
            for date, value in zip(summary.dates, summary.days, strict=True)
        ],
    }


def _held(benchmark: Benchmark, ours: Summary, times: Sequence[int]) -> list[float]:
    """Return what the capital is worth at each time, held from the first open of the run on."""
    bars = benchmark.bars
    first = int(bars.time.searchsorted(ours.start))
    if first == len(bars):
        return [ours.capital] * len(times)
    closes = (ours.capital / float(bars.open[first]) * bars.close).tolist()
    places = (bars.time + benchmark.step).searchsorted(times, side="right") - 1
    return [closes[i] if i >= first else ours.capital for i in places.tolist()]


def hashed(bars: "Mapping[str, Bars]", benchmark: Benchmark | None) -> "dict[str, Bars]":
    """Return all bars that an answer depends on."""
    if benchmark is None or benchmark.symbol in bars:
        return dict(bars)
    return {**bars, benchmark.symbol: benchmark.bars}
