"""Stored trades beside a run: which of them its hash covers, and what is left when none opens."""

import gc
from pathlib import Path

import numpy as np
import pytest

from tradewinds.backtesting.series import Market
from tradewinds.backtesting.trades import DetailTrades, read_trades
from tradewinds_store.errors import StoreUrlError
from tradewinds_store.open import open_store
from tradewinds_store.trades import Trades

DAY = 86_400_000
MONDAY = 4 * DAY  # 5 January 1970


@pytest.mark.parametrize(
    ("timeframe", "end", "days"),
    [
        ("1w", MONDAY + 8 * DAY, range(4, 18)),  # the second week opens a day before the end
        ("1w", MONDAY + 7 * DAY, range(4, 11)),
        ("1d", MONDAY + 8 * DAY, range(4, 12)),
        ("1h", MONDAY + 8 * DAY + 1, range(4, 13)),
    ],
)
async def test_the_hash_covers_every_trade_that_bars_of_the_period_can_read(
    tmp_path: Path, timeframe: str, end: int, days: range
) -> None:
    market = Market("binance", ["BTC/USDT"], timeframe)
    time, one = np.arange(30, dtype=np.int64) * DAY, np.ones(30)
    async with open_store(str(tmp_path)) as store:
        await store.trades.write("binance", "BTC/USDT", Trades(time, time, one, one))
        found = await read_trades(market, store, MONDAY, end)
    assert [each.day for each in found.days] == list(days)


def test_a_store_that_cannot_be_opened_leaves_nothing_open() -> None:
    lost = DetailTrades("mysql://there", Market("binance", ["BTC/USDT"], "1h"), ())
    with pytest.raises(StoreUrlError, match="mysql"), lost.opened():
        pass
    del lost
    gc.collect()  # a loop that nobody closed is told here
