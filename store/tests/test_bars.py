"""Bars on both adapters: bit for bit, twice changes nothing, conflicts write nothing."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewinds_store.bars import Bars, joined
from tradewinds_store.errors import BarConflictError, BarsError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.records import Coverage, Series

MINUTE = 60_000
MONTH = 30 * 24 * 60  # minutes
ALWAYS = (-(2**62), 2**62)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
NewSeries = Callable[[], Series]
MakeBars = Callable[..., Bars]


def same(left: Bars, right: Bars) -> bool:
    pairs = zip(left.columns(), right.columns(), strict=True)
    return all(one.tobytes() == two.tobytes() for one, two in pairs)


@st.composite
def any_bars(draw: st.DrawFn) -> Bars:
    minutes = draw(
        st.sets(st.integers(28_000_000, 28_000_000 + 3 * MONTH), min_size=1, max_size=30)
    )
    time = np.array(sorted(minutes), np.int64) * MINUTE
    count = len(time)
    columns = [draw(st.lists(FINITE, min_size=count, max_size=count)) for _ in range(5)]
    return Bars(time, *(np.array(column) for column in columns))


async def test_series_that_was_never_written_is_empty(store: Store, new_series: NewSeries) -> None:
    series = new_series()
    assert len(await store.bars.read(series, *ALWAYS)) == 0
    assert len(await store.bars.latest(series, 5, 2**62)) == 0
    assert await store.bars.coverage() == []


@given(bars=any_bars())
async def test_any_bars_come_back_bit_for_bit(
    store: Store, new_series: NewSeries, bars: Bars
) -> None:
    series = new_series()
    assert await store.bars.write(series, bars) == len(bars)
    assert same(await store.bars.read(series, *ALWAYS), bars)
    assert await store.bars.write(series, bars) == 0
    assert same(await store.bars.read(series, *ALWAYS), bars)


@given(bars=any_bars(), data=st.data())
async def test_parts_in_any_order_come_back_as_the_whole(
    store: Store, new_series: NewSeries, bars: Bars, data: st.DataObject
) -> None:
    series = new_series()
    share = data.draw(st.lists(st.integers(0, 2), min_size=len(bars), max_size=len(bars)))
    for part in data.draw(st.permutations(range(3))):
        await store.bars.write(series, bars[np.array(share) == part])
    assert same(await store.bars.read(series, *ALWAYS), bars)


@given(bars=any_bars(), data=st.data())
async def test_reads_keep_to_their_bounds(
    store: Store, new_series: NewSeries, bars: Bars, data: st.DataObject
) -> None:
    series = new_series()
    await store.bars.write(series, bars)
    times = st.sampled_from(bars.time.tolist())
    start, end = sorted(data.draw(st.tuples(times, times)))
    inside = (bars.time >= start) & (bars.time < end)
    assert same(await store.bars.read(series, start, end), bars[inside])
    count = data.draw(st.integers(1, 40))
    assert same(await store.bars.latest(series, count, end), bars[bars.time < end][-count:])


@given(bars=any_bars(), data=st.data())
async def test_conflicting_bars_are_refused_with_nothing_written(
    store: Store, new_series: NewSeries, bars: Bars, data: st.DataObject
) -> None:
    series = new_series()
    at = data.draw(st.integers(0, len(bars) - 1))
    stored = bars[np.arange(len(bars)) <= at]
    await store.bars.write(series, stored)
    close = bars.close.copy()
    close[at] = np.nextafter(close[at], 0) if close[at] else 1.0
    other = Bars(bars.time, bars.open, bars.high, bars.low, close, bars.volume)
    with pytest.raises(BarConflictError, match="1 bar differs") as refused:
        await store.bars.write(series, other)
    assert refused.value.times == (bars.time[at],)
    assert same(await store.bars.read(series, *ALWAYS), stored)
    assert await store.bars.write(series, other, replace=True) == len(bars) - at
    assert same(await store.bars.read(series, *ALWAYS), other)


async def test_conflict_names_series_time_and_both_values(
    store: Store, make_bars: MakeBars
) -> None:
    series = Series("binance", "BTC/USDT", "1m")
    bars = make_bars(3)
    await store.bars.write(series, bars)
    other = Bars(bars.time, bars.open, bars.high, bars.low, bars.close, np.array([9.0, 8.0, 7.0]))
    with pytest.raises(BarConflictError) as refused:
        await store.bars.write(series, other)
    assert str(refused.value).startswith(
        "binance BTC/USDT 1m: 3 bars differ from what is stored, the first one "
        f"2023-11-14 22:14 UTC: volume was {bars.volume[0]}, given 9.0. Nothing was written."
    )


async def test_large_import_twice_changes_nothing_and_survives_a_restart(
    url: str, make_bars: MakeBars
) -> None:
    series = Series("binance", "BTC/USDT", "1m")
    bars = make_bars(3 * MONTH)
    async with open_store(url) as store:
        assert await store.bars.write(series, bars) == len(bars)
        assert await store.bars.write(series, bars) == 0
    async with open_store(url) as store:
        assert same(await store.bars.read(series, *ALWAYS), bars)
        longer = joined([bars, make_bars(5, start=int(bars.time[-1]) + MINUTE)])
        assert await store.bars.write(series, longer) == 5
        assert same(await store.bars.read(series, *ALWAYS), longer)


async def test_coverage_counts_bars_and_gaps_in_order(store: Store, make_bars: MakeBars) -> None:
    bars = make_bars(10)
    some = bars[np.array([0, 1, 4, 9])]
    names: Sequence[tuple[str, str]] = [("kraken", "BTC/USDC"), ("binance", "ETH/USDT")]
    for exchange, symbol in names:
        await store.bars.write(Series(exchange, symbol, "1m"), some)
    first, last = int(some.time[0]), int(some.time[-1])
    assert await store.bars.coverage() == [
        Coverage(Series(exchange, symbol, "1m"), first, last, 4, 6)
        for exchange, symbol in reversed(names)
    ]
    await store.bars.write(Series("binance", "ETH/USDT", "1m"), bars)
    assert (await store.bars.coverage())[0].missing == 0


async def test_coverage_counts_a_replaced_bar_once(store: Store, make_bars: MakeBars) -> None:
    series = Series("binance", "BTC/USDT", "1m")
    await store.bars.write(series, make_bars(5))
    assert await store.bars.write(series, make_bars(6, seed=1), replace=True) == 6
    assert [found.bars for found in await store.bars.coverage()] == [6]


async def test_series_of_like_names_stay_apart(store: Store, make_bars: MakeBars) -> None:
    names = ["BTC/USDT", "BTC/USDT:USDT", "BTC%2FUSDT", "BTC-USDT"]
    for seed, name in enumerate(names):
        await store.bars.write(Series("binance", name, "1m"), make_bars(2, seed=seed))
    for seed, name in enumerate(names):
        stored = await store.bars.read(Series("binance", name, "1m"), *ALWAYS)
        assert same(stored, make_bars(2, seed=seed))


async def test_writing_no_bars_writes_nothing(store: Store, make_bars: MakeBars) -> None:
    assert await store.bars.write(Series("binance", "BTC/USDT", "1m"), make_bars(0)) == 0
    assert await store.bars.coverage() == []


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("time", 1_700_000_040_000, "2023-11-14 22:14 UTC does not come after the one before it"),
        ("time", 1_700_000_100_500, "no bar opens at 2023-11-14 22:15"),
        ("close", np.nan, "close of bar 2023-11-14 22:15 UTC was nan"),
        ("volume", np.inf, "volume of bar 2023-11-14 22:15 UTC was inf"),
    ],
)
async def test_bars_that_no_series_can_hold_are_refused(
    store: Store, make_bars: MakeBars, column: str, value: float, message: str
) -> None:
    series = Series("binance", "BTC/USDT", "1m")
    bars = make_bars(3)
    getattr(bars, column)[1] = value
    with pytest.raises(BarsError, match=message):
        await store.bars.write(series, bars)
    assert await store.bars.coverage() == []


async def test_columns_of_different_length_are_refused(store: Store, make_bars: MakeBars) -> None:
    bars = make_bars(3)
    short = Bars(bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume[:2])
    with pytest.raises(BarsError, match="lengths 3, 3, 3, 3, 3, 2"):
        await store.bars.write(Series("binance", "BTC/USDT", "1m"), short)
