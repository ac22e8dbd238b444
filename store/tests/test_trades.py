"""Trades on both adapters: as they were, twice changes nothing, conflicts write nothing."""

from collections.abc import Sequence

import numpy as np
import pytest

from tradewinds_store.errors import TradeConflictError, TradesError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.trades import Trades

MARKET = ("binance", "XRP/ETH")
DAY = 86_400_000
MIDNIGHT = 19_675 * DAY
Row = tuple[int, int, float, float]
ROWS: list[Row] = [
    (MIDNIGHT - 1, 7, 0.001402, 5.0),
    (MIDNIGHT, 8, 0.0014019, 0.1 + 0.2),
    (MIDNIGHT, 2**60, 0.0014018, 1e-8),
    (MIDNIGHT + 5, 9, 0.0014018, 12.0),
]


def trades(rows: Sequence[Row]) -> Trades:
    time, number, price, amount = zip(*rows, strict=True) if rows else ((), (), (), ())
    whole, real = np.int64, np.float64
    return Trades(
        np.array(time, whole),
        np.array(number, whole),
        np.array(price, real),
        np.array(amount, real),
    )


def rows(found: Trades) -> list[Row]:
    return list(zip(*(column.tolist() for column in found.columns()), strict=True))


async def read(store: Store, start: int = 0, end: int = 2**48) -> list[Row]:
    return rows(await store.trades.read(*MARKET, start, end))


async def test_trades_come_back_as_they_were_even_after_a_restart(url: str) -> None:
    async with open_store(url) as store:
        assert await read(store) == []
        assert await store.trades.days() == []
        assert await store.trades.write(*MARKET, trades(ROWS)) == 4
        assert store.url == url
    async with open_store(url) as store:
        assert await read(store) == ROWS
        assert await read(store, MIDNIGHT, MIDNIGHT + 5) == ROWS[1:3]
        assert rows(await store.trades.read("okx", MARKET[1], 0, 2**48)) == []


async def test_writing_again_changes_nothing_and_new_trades_go_between(store: Store) -> None:
    assert await store.trades.write(*MARKET, trades([ROWS[0], ROWS[3]])) == 2
    before = await store.trades.days()
    assert await store.trades.write(*MARKET, trades(ROWS)) == 2
    assert await store.trades.write(*MARKET, trades(ROWS)) == 0
    assert await store.trades.write(*MARKET, trades([])) == 0
    assert await read(store) == ROWS
    after = await store.trades.days()
    assert [(one.first, one.last, one.trades) for one in after] == [
        (MIDNIGHT - 1, MIDNIGHT - 1, 1),
        (MIDNIGHT, MIDNIGHT + 5, 3),
    ]
    assert [one.digest for one in after] == [trades(part).digest() for part in (ROWS[:1], ROWS[1:])]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False]


async def test_another_trade_is_refused_by_time_and_values_unless_it_replaces(store: Store) -> None:
    await store.trades.write(*MARKET, trades(ROWS[1:]))
    given = [ROWS[0], (*ROWS[1][:2], 0.0015, 0.5), *ROWS[2:], (MIDNIGHT + 6, 1, 0.0014, 1.0)]
    with pytest.raises(TradeConflictError) as refused:
        await store.trades.write(*MARKET, trades(given))
    assert str(refused.value) == (
        "binance XRP/ETH trades: 1 trade differs from what is stored, the first one 2023-11-14 "
        "00:00 UTC, id 8: 0.30000000000000004 at 0.0014019, given 0.5 at 0.0015. Nothing was "
        "written. If the new values are right, write again with --replace."
    )
    assert await read(store) == ROWS[1:]
    assert await store.trades.write(*MARKET, trades(given), replace=True) == 3
    assert await read(store) == given
    assert [one.digest for one in await store.trades.days()] == [
        trades(part).digest() for part in (given[:1], given[1:])
    ]


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ([ROWS[1], ROWS[0]], "does not come after the one before it by time and id"),
        ([ROWS[1], ROWS[1]], "2023-11-14 00:00 UTC does not come after"),
        ([(MIDNIGHT, 1, float("nan"), 1.0)], "price at 2023-11-14 00:00 UTC was nan"),
        ([(MIDNIGHT, 1, 1.0, 0.0)], "the amount at 2023-11-14 00:00 UTC was 0.0, expected"),
    ],
)
async def test_what_no_market_can_have_is_refused(
    store: Store, broken: list[Row], found: str
) -> None:
    with pytest.raises(TradesError, match=found):
        await store.trades.write(*MARKET, trades(broken))


async def test_a_part_of_a_busy_day_comes_back_in_order(store: Store) -> None:
    many = [(MIDNIGHT + at // 3, at % 3, 100.0 + at % 7, 1.0) for at in range(200_000)]
    assert await store.trades.write(*MARKET, trades(many)) == len(many)
    part = await read(store, MIDNIGHT + 50_000, MIDNIGHT + 50_010)
    assert part == many[150_000:150_030]
