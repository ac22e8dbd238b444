import numpy as np
import pytest
from answers import HOUR, START

from tradewinds.reporting.charts import CANDLES, SYMBOLS, charts
from tradewinds_store.bars import Bars


def some_bars(count: int) -> Bars:
    close = 100 + np.sin(np.arange(count)) * 10
    time = START + np.arange(count, dtype=np.int64) * HOUR
    return Bars(time, close - 1, close + 2, close - 3, close, close)


def test_candles_of_many_bars_keep_their_highs_lows_and_ends() -> None:
    bars = some_bars(7_001)
    rows = charts({"A": bars}, START, [], [])["prices"]["A"]
    assert len(rows) <= CANDLES
    for i in (0, 1, len(rows) - 1):
        part = bars[4 * i : 4 * i + 4]
        expected = [part.time[0], part.open[0], part.high.max(), part.low.min(), part.close[-1]]
        assert rows[i] == expected
    assert isinstance(rows[0][0], int)


def test_candles_of_few_bars_are_the_bars_of_the_period_without_the_warm_up() -> None:
    rows = charts({"A": some_bars(30)}, START + 10 * HOUR, [], [])["prices"]["A"]
    assert [row[0] for row in rows] == [START + i * HOUR for i in range(10, 30)]


def test_prices_of_very_many_symbols_are_kept_for_the_first() -> None:
    bars = {f"S{i}": some_bars(5) for i in range(SYMBOLS + 3)}
    assert list(charts(bars, START, [], [])["prices"]) == list(bars)[:SYMBOLS]


def test_held_equity_is_thinned_to_its_own_points() -> None:
    times = [START + i * HOUR for i in range(9_000)]
    held = [float(i % 97) for i in range(9_000)]
    kept = charts({}, START, times, held)["held"]
    assert len(kept) <= 2_000
    assert kept[-1] == [times[-1], held[-1]]
    assert all(held[(time - START) // HOUR] == value for time, value in kept)


@pytest.mark.parametrize("start", [START + 30 * HOUR, START + 99 * HOUR])
def test_no_bars_in_the_period_make_no_candles(start: int) -> None:
    assert charts({"A": some_bars(30)}, start, [], [])["prices"] == {"A": []}
