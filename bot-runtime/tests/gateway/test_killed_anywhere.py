"""kill -9 at every await of the order path: no order is doubled or lost, the end is the same.

One scripted day is traded twice: once undisturbed, once by a gateway that kills itself at a
failpoint and is started again. Both ledgers must tell the same story. On one day the market is
thin: each order of 100 lots fills in two parts, at most 80 lots a bar. On the other a perpetual is
sold short, receives funding and is liquidated.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from scenes import BTC, HOUR, START, UID, intent, stop_at
from worlds import ACCOUNT, Bot, World, bot, end, patiently, world

from tradewinds.gateway.failpoints import Failpoint
from tradewinds_store.chain import verify_ledger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from scenes import Candle

    from tradewinds.gateway.core.intents import Intent

Story = list[tuple[str, str, Any]]


@dataclass(frozen=True)
class Day:
    """What the market does and what the bot posts, by the number of the close that decides."""

    candles: list[Candle]
    script: dict[int, list[Intent]]
    costs: dict[str, Any]
    symbol: str = BTC
    spec: dict[str, Any] = field(default_factory=dict)


CALM: Candle = (1000.0, 1010.0, 990.0, 1000.0)
THIN = Day(
    [
        CALM,
        (1000.0, 1010.0, 990.0, 1005.0),  # the first entry fills
        (1005.0, 1010.0, 960.0, 970.0),  # its rest, and its stop loss with what the bar has left
        (970.0, 980.0, 960.0, 975.0),  # the rest of the stop loss
        (975.0, 980.0, 940.0, 950.0),  # the limit entry fills
        (950.0, 990.0, 945.0, 985.0),  # its rest
        (985.0, 990.0, 980.0, 985.0),  # the close fills
        (985.0, 990.0, 980.0, 985.0),  # its rest
    ],
    {
        1: [intent(stop=stop_at(0.03))],
        4: [intent(kind="limit", ticks=9_500)],
        6: [intent(effect="exit")],
        8: [intent(kind="limit", ticks=9_000)],
    },
    {"maxVolumeShare": "8%"},  # of a volume of one coin
)
PERPETUAL = "BTC/USDT:USDT"
SHORT = Day(  # nine times what there is
    [
        *[CALM] * 6,
        CALM,  # the short fills
        CALM,  # it is 08:00
        (1000.0, 1120.0, 1000.0, 1100.0),  # it is liquidated
        (1100.0, 1110.0, 1090.0, 1100.0),  # what is left buys again
    ],
    {
        6: [intent(PERPETUAL, side="sell", lots=90_000)],
        9: [intent(PERPETUAL)],
    },
    {"funding": "0.1%", "liquidationFee": "0.1%"},
    PERPETUAL,
    {"sizing": {"equity": "900%", "maxLeverage": 10}},
)


async def trade(one: World, player: Bot, day: Day) -> dict[str, Any]:
    """Trade the day; every call is repeated until the gateway, or the next one, answers."""
    await player.open()
    for number in range(1, len(day.candles) + 1):
        close = START + number * HOUR
        one.collector.close(close)
        await _filled(player, day, close, number)
        await _posted(player, day, close, number)
    answer: dict[str, Any] = await patiently(
        lambda: player.client.get("/v1/orders/hash", {"strategy": UID})
    )
    return answer


async def _filled(player: Bot, day: Day, close: int, number: int) -> None:
    """Wait for the fill step; a gateway that came back is told again what was decided."""
    if number > 1:
        await _posted(player, day, close - HOUR, number - 1)
    await player.filled(close)


async def _posted(player: Bot, day: Day, close: int, number: int) -> None:
    intents = [one.to_json() for one in day.script.get(number, [])]
    await patiently(lambda: player.post(close, *intents))


async def story(one: World) -> Story:
    """Return what the ledger says, without who wrote it, who asked, and watermarks."""
    async with one.opened() as store:
        await verify_ledger(store.ledger(ACCOUNT))
    left_out = {"writer", "session", "plan", "watermark"}
    return [
        (row.kind, row.key, {**row.body, "epoch": None})
        for row in await one.ledger()
        if row.kind not in left_out
    ]


@asynccontextmanager
async def staged(folder: Path, day: Day) -> AsyncIterator[World]:
    async with world(folder, day.costs, day.symbol) as one:
        one.strategy(**day.spec)
        one.collector.candles = day.candles
        yield one


async def undisturbed(folder: Path, day: Day) -> tuple[str, Story]:
    async with staged(folder, day) as one:
        async with one.gateway(), bot(one) as player:
            answer = await trade(one, player, day)
        return answer["orderHash"], await story(one)


async def killed(folder: Path, day: Day, failpoint: str, nth: int) -> tuple[str, Story, int]:
    async with staged(folder, day) as one:
        async with bot(one) as player:
            trading = asyncio.create_task(trade(one, player, day))
            first = await one.start(failpoint, str(nth))
            code = await first.wait()
            async with one.gateway() as second:
                answer = await trading
                assert await end(second) == 0
        return answer["orderHash"], await story(one), code


async def assert_same_story(
    folder: Path, day: Day, expected: tuple[str, Story], failpoint: Failpoint, nth: int
) -> None:
    order_hash, events, code = await killed(folder, day, failpoint, nth)
    assert code == -9
    assert [key for kind, key, _ in events if kind == "order"] == [
        key for kind, key, _ in expected[1] if kind == "order"
    ]
    assert _without_times(events) == _without_times(expected[1])
    assert order_hash == expected[0]


@pytest.mark.parametrize(
    ("failpoint", "nth"),
    [
        (Failpoint.BEFORE_APPEND, 2),
        (Failpoint.BEFORE_APPEND, 3),
        (Failpoint.AFTER_APPEND, 2),
        (Failpoint.AFTER_APPEND, 4),
        (Failpoint.BEFORE_ANSWER, 6),
        (Failpoint.BEFORE_ANSWER, 9),
        (Failpoint.BEFORE_SEND, 1),
        (Failpoint.BEFORE_SEND, 3),
        (Failpoint.AFTER_SEND, 2),
        (Failpoint.BEFORE_FILL, 4),
        (Failpoint.AFTER_FILL, 5),
    ],
)
async def test_killed_gateway_comes_back_with_no_order_doubled_or_lost(
    tmp_path: Path, thin: tuple[str, Story], failpoint: Failpoint, nth: int
) -> None:
    parts = [body["lots"] for kind, _, body in thin[1] if kind == "fill"]
    assert parts == [80, 20, 60, 40, 80, 20, 80, 20]
    await assert_same_story(tmp_path, THIN, thin, failpoint, nth)


@pytest.mark.parametrize(
    ("failpoint", "nth"),
    [
        (Failpoint.BEFORE_FILL, 8),
        (Failpoint.AFTER_FILL, 8),
        (Failpoint.BEFORE_FILL, 9),
        (Failpoint.AFTER_FILL, 9),
    ],
)
async def test_killed_gateway_pays_funding_and_liquidates_once(
    tmp_path: Path, short: tuple[str, Story], failpoint: Failpoint, nth: int
) -> None:
    paid = [body["paid"] for kind, _, body in short[1] if kind == "funding"]
    assert paid == [pytest.approx(-90.0)]  # 0.1 % of 90 coins at 1000, received
    fills = [body["kind"] for kind, _, body in short[1] if kind == "fill"]
    assert fills == ["market", "liquidation", "market"]
    await assert_same_story(tmp_path, SHORT, short, failpoint, nth)


def _without_times(events: Story) -> Story:
    return sorted(events, key=lambda one: (one[0], one[1]))


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Story]:
    return asyncio.run(undisturbed(tmp_path_factory.mktemp("undisturbed"), THIN))


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Story]:
    return asyncio.run(undisturbed(tmp_path_factory.mktemp("undisturbed"), SHORT))
