"""Funding rates on both adapters: as they were, twice changes nothing, conflicts write nothing."""

import math
from dataclasses import replace

import pytest

from tradewinds_store.errors import RateConflictError, RatesError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store
from tradewinds_store.records import FundingRate, RateCoverage

MARKET = ("binanceusdm", "BTC/USDT:USDT")
NIGHT = 1_704_067_200_000  # 2024-01-01 00:00 UTC
EIGHT = 8 * 3_600_000
RATES = [
    FundingRate(NIGHT, 0.00037409, 42313.9),
    FundingRate(NIGHT + EIGHT, -0.1 - 0.2),
    FundingRate(NIGHT + 2 * EIGHT + 60_000, 0.0, 42811.29637234),
]


async def test_rates_come_back_as_they_were_even_after_a_restart(url: str) -> None:
    async with open_store(url) as store:
        assert await store.funding.read(*MARKET, 0, 2**48) == []
        assert await store.funding.coverage() == []
        assert await store.funding.write(*MARKET, RATES) == 3
    async with open_store(url) as store:
        assert await store.funding.read(*MARKET, 0, 2**48) == RATES
        assert await store.funding.read(*MARKET, NIGHT, NIGHT + EIGHT) == RATES[:1]
        assert await store.funding.read("okx", MARKET[1], 0, 2**48) == []


async def test_writing_again_changes_nothing_and_new_rates_are_added(store: Store) -> None:
    await store.funding.write(*MARKET, RATES[:2])
    assert await store.funding.write(*MARKET, RATES) == 1
    assert await store.funding.write(*MARKET, RATES) == 0
    assert await store.funding.write(*MARKET, []) == 0
    await store.funding.write("aevo", MARKET[1], RATES[:1])
    assert await store.funding.coverage() == [
        RateCoverage("aevo", MARKET[1], NIGHT, NIGHT, 1),
        RateCoverage(*MARKET, NIGHT, RATES[2].time, 3),
    ]


async def test_another_rate_is_refused_by_time_and_values_unless_it_replaces(store: Store) -> None:
    await store.funding.write(*MARKET, RATES)
    new = FundingRate(NIGHT + 3 * EIGHT, 0.0001)
    given = [RATES[0], replace(RATES[1], mark=42525.0), new]
    with pytest.raises(RateConflictError) as refused:
        await store.funding.write(*MARKET, given)
    assert str(refused.value).startswith(
        "binanceusdm BTC/USDT:USDT funding: 1 rate differs from what is stored, the first one "
        "2024-01-01 08:00 UTC: rate -0.30000000000000004, no mark price, given "
        "rate -0.30000000000000004, mark price 42525.0. Nothing was written."
    )
    assert await store.funding.read(*MARKET, 0, 2**48) == RATES
    assert await store.funding.write(*MARKET, given, replace=True) == 2
    assert await store.funding.read(*MARKET, 0, 2**48) == [RATES[0], given[1], RATES[2], new]


@pytest.mark.parametrize(
    ("rates", "problem"),
    [
        ([RATES[1], RATES[0]], "2024-01-01 00:00 UTC does not come after the one before it"),
        ([replace(RATES[0], rate=math.nan)], "the rate of 2024-01-01 00:00 UTC was nan"),
        ([replace(RATES[0], mark=0.0)], "the mark price of 2024-01-01 00:00 UTC was 0.0"),
    ],
)
async def test_what_no_market_can_have_is_refused(
    store: Store, rates: list[FundingRate], problem: str
) -> None:
    with pytest.raises(RatesError, match=problem):
        await store.funding.write(*MARKET, rates)
    assert await store.funding.coverage() == []
