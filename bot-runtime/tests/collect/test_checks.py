"""No broken bar leaves the collector."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tradewinds.collect.checks import check
from tradewinds.collect.errors import CorruptBarsError
from tradewinds.collect.feed import Feed, Replay
from tradewinds.collect.tape import Tape
from tradewinds_store.bars import Bars
from tradewinds_store.records import Coverage, Series

SERIES = Series("binance", "BTC/USDT", "1h")
HOUR = 3_600_000


def good(count: int = 5) -> Bars:
    close = 100 + np.arange(count, dtype=float)
    time = np.arange(count, dtype=np.int64) * HOUR
    return Bars(time, close, close + 1, close - 1, close, np.ones(count))


def broken(column: str, value: float) -> Bars:
    bars = good()
    changed = getattr(bars, column).copy()
    changed[2] = value
    return replace(bars, **{column: changed})


def test_good_bars_pass() -> None:
    check(SERIES, good())
    check(SERIES, good(0))


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("close", np.nan, "no number"),
        ("volume", np.inf, "no number"),
        ("low", 0.0, "not above zero"),
        ("high", 101.0, "a high below"),
        ("low", 102.5, "a low above"),
        ("volume", -1.0, "negative volume"),
        ("time", HOUR, "does not come after"),
    ],
)
def test_broken_bar_is_named_with_its_remedy(column: str, value: float, problem: str) -> None:
    with pytest.raises(CorruptBarsError, match=problem) as refused:
        check(SERIES, broken(column, value))
    assert "--replace" in str(refused.value)
    assert "binance BTC/USDT 1h: the stored bar of 1970-01-01 0" in str(refused.value)


class BrokenSource:
    """A `BarSource` whose third bar is damaged."""

    async def read(self, series: Series, start: int, end: int) -> Bars:
        assert series == SERIES
        return broken("close", np.nan).between(start, end)

    async def latest(self, series: Series, count: int, end: int) -> Bars:
        assert series == SERIES
        return broken("close", np.nan).between(0, end)[-count:]

    async def coverage(self) -> Sequence[Coverage]:
        return [Coverage(SERIES, 0, 4 * HOUR, 5, 0)]


async def test_broken_bar_ends_the_collector_whoever_asked_for_it() -> None:
    feed = Feed("feed", ("BTC/USDT",), ("1h",), Replay("binance", None, None, None))
    source = BrokenSource()
    tape = Tape(feed, source, {one.series: one for one in await source.coverage()})
    with pytest.raises(CorruptBarsError):
        await tape.read("1h", 0, 5 * HOUR)
    with pytest.raises(CorruptBarsError):
        await asyncio.wait_for(tape.broken, 1)
    await tape.close()
