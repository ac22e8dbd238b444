"""A worker settles doubts inside bars by the store's trades, as a laptop does."""

import asyncio
from collections.abc import Callable

import numpy as np

from tradewinds.backtesting.answer import answer
from tradewinds.work.claim import End, Watch, answer_claim
from tradewinds_store.ports import Store
from tradewinds_store.records import Series, Task
from tradewinds_store.trades import Trades

FEBRUARY, MARCH = 1_706_745_600_000, 1_709_251_200_000


async def test_a_worker_reads_the_trades_of_bars_in_doubt(
    store: Store, task: Callable[..., Task]
) -> None:
    series = Series("binance", "BTC/USDT", "1h")
    hours = await store.bars.read(series, FEBRUARY, MARCH)
    price = np.stack([hours.open, hours.high, hours.low, hours.close], axis=1).ravel()
    time = (hours.time[:, None] + np.arange(4)).ravel()
    number = np.zeros(len(time), np.int64)
    await store.trades.write("binance", "BTC/USDT", Trades(time, number, price, np.ones(len(time))))
    stop, target = {"by": "0.5%"}, {"by": "0.5%", "close": "100%"}
    asked = task(bracket={"stopLoss": stop, "takeProfit": [target]})
    asked.spec["spec"] |= {
        "period": {"from": "2024-02-01", "to": "2024-03-01"},
        "data": {"detail": "Trades"},
    }
    assert await store.queue.enqueue(asked)
    claim = await store.queue.claim("tester", 30)
    assert claim is not None
    assert await answer_claim(store, claim, asyncio.Event(), Watch()) is End.DONE
    (done,) = await store.queue.status("here")
    body = await store.results.get(done.result or "")
    assert body is not None
    assert body["detail"]["settled"] > 0
    assert body["detail"]["remained"] == 0
    here = await answer(asked.spec, store)
    assert (body["orderHash"], body["provenance"]) == (here["orderHash"], here["provenance"])
