import numpy as np
import pytest

from tradewinds.backtesting.series import Market, check_period, hash_bars, rows
from tradewinds.process.exits import InputError
from tradewinds_store.bars import Bars
from tradewinds_store.records import Coverage

MINUTE = 60_000
DAY = 86_400_000
MARKET = Market("kraken", ["BTC/USDC"], "1m")


def bars(*closes: float) -> Bars:
    column = np.array(closes, dtype=np.float64)
    times = np.arange(len(closes), dtype=np.int64) * MINUTE
    return Bars(times, column, column, column, column, column)


def stored(first: int, last: int) -> dict[str, Coverage]:
    return {"BTC/USDC": Coverage(MARKET.series("BTC/USDC"), first, last, 10, 0)}


def test_missing_bars_at_the_rim_of_a_period_are_a_gap() -> None:
    check_period(MARKET, stored(10 * MINUTE, 3 * DAY), 0, 3 * DAY + 10 * MINUTE)


@pytest.mark.parametrize(("start", "end"), [(0, 5 * DAY), (3 * DAY, 9 * DAY)])
def test_period_that_the_stored_bars_do_not_reach_is_refused(start: int, end: int) -> None:
    with pytest.raises(InputError, match=r"No kraken BTC/USDC 1m from .* \(stored: 1970-01-03"):
        check_period(MARKET, stored(2 * DAY, 6 * DAY), start, end)


def test_hash_sees_every_value_and_every_symbol() -> None:
    one = hash_bars({"A/B": bars(1, 2, 3)})
    assert one == hash_bars({"A/B": bars(1, 2, 3)})
    assert one != hash_bars({"A/B": bars(1, 2, 3.0000001)})
    assert one != hash_bars({"A/C": bars(1, 2, 3)})
    assert one != hash_bars({"A/B": bars(1, 2)})


def test_rows_are_plain_numbers_as_the_engine_takes_them() -> None:
    assert list(rows(bars(1, 2))) == [(0, 1, 1, 1, 1, 1), (MINUTE, 2, 2, 2, 2, 2)]
    assert all(type(value) in (int, float) for row in rows(bars(1, 2)) for value in row)
