"""Stored funding rates for the paper book: all that a close pays, or it waits and says for what."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from given import PERPETUAL, SPOT, plan

from tradewinds.engine.instruments import Costs
from tradewinds.engine.plan import none_yet
from tradewinds.gateway.rates import RateReader
from tradewinds_store.open import open_store
from tradewinds_store.records import FundingRate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tradewinds_store.ports import Store

HOUR = 3_600_000
NIGHT = 1_704_067_200_000  # 2024-01-01 00:00 UTC
SYMBOLS = (SPOT, PERPETUAL)
PLAN = plan(*SYMBOLS, costs=Costs(0.0, 0.0, 0.0, stored_funding=True), rates=none_yet(SYMBOLS))
PATIENCE = 20.0


def rates(*hours: int) -> list[FundingRate]:
    return [FundingRate(NIGHT + hour * HOUR, hour / 1e5, 100.0 if hour else None) for hour in hours]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(str(tmp_path)) as opened:
        yield opened


async def test_a_close_gets_the_rates_up_to_it_and_spot_none(store: Store) -> None:
    await store.funding.write("okx", PERPETUAL, rates(0, 8, 16, 24))
    reader = RateReader(store.funding, "okx")
    due = await reader.due(PLAN, NIGHT + 7 * HOUR, NIGHT + 8 * HOUR)
    assert due is not None
    spot, found = due
    assert spot == ()
    assert found[1:] == ((NIGHT + 8 * HOUR, 8e-5, 100.0),)
    assert math.isnan(found[0][2])


@pytest.mark.parametrize(
    ("stored", "place"),
    [
        ((0, 8), "2024-01-01 09:00 UTC and 2024-01-01 16:00 UTC"),  # that of 16:00 is due
        ((0, 8, 24, 32), "2024-01-01 09:00 UTC and 2024-01-01 16:00 UTC"),
        ((), "2024-01-01 09:00 UTC and 2024-01-01 16:00 UTC"),
    ],
)
async def test_a_close_waits_for_a_rate_that_is_missing_until_somebody_imports_it(
    store: Store, caplog: Any, stored: tuple[int, ...], place: str
) -> None:
    await store.funding.write("okx", PERPETUAL, rates(*stored))
    reader, close = RateReader(store.funding, "okx"), NIGHT + 16 * HOUR
    assert await reader.due(PLAN, NIGHT + 9 * HOUR, close) is None
    assert await reader.due(PLAN, NIGHT + 9 * HOUR, close) is None
    (said,) = (one.message for one in caplog.records if place in one.message)  # once
    assert "tradewinds data import FILE --funding --exchange okx" in said
    await store.funding.write("okx", PERPETUAL, rates(0, 8, 16))
    found = await reader.due(PLAN, NIGHT + 9 * HOUR, close)
    assert found is not None
    assert found[1][-1][0] == close


async def test_a_rate_that_was_replaced_is_seen_by_the_next_page(store: Store) -> None:
    await store.funding.write("okx", PERPETUAL, rates(0, 8, 16))
    reader = RateReader(store.funding, "okx")
    await reader.due(PLAN, NIGHT, NIGHT + 8 * HOUR)
    await store.funding.write(
        "okx", PERPETUAL, [FundingRate(NIGHT + 8 * HOUR, -0.001, None)], replace=True
    )
    reader.forget()
    found = await reader.due(PLAN, NIGHT, NIGHT + 8 * HOUR)
    assert found is not None
    assert found[1][-1][1] == -0.001


async def test_a_close_before_the_next_funding_time_does_not_wait(store: Store) -> None:
    await store.funding.write("okx", PERPETUAL, rates(0, 8))
    found = await RateReader(store.funding, "okx").due(PLAN, NIGHT, NIGHT + 15 * HOUR)
    assert found is not None
    assert len(found[1]) == 2


async def test_who_has_no_rates_at_all_is_told_before_it_begins(store: Store) -> None:
    reader = RateReader(store.funding, "okx")
    told = await reader.lacking(PLAN)
    assert told is not None
    assert told.startswith(
        "costs.fundingRates of its account was Stored, and no okx BTC/USDT:USDT funding rates are "
        "stored. Import rates: tradewinds data import FILE --funding"
    )
    await store.funding.write("okx", PERPETUAL, rates(0))
    assert await reader.lacking(PLAN) is None
